import FacetBundle
import FacetCompiler
import FacetData
import FacetDiagnostics

/// The right class, or the right number, of each sample of an attribute, out of a column of `labels.csv`.
struct GroundTruth {
  /// Nil where the field is empty: the sample does not count for this attribute.
  var classes: [Int?] = []
  /// Of an attribute that is a number.
  var numbers: [Double?] = []

  /// Nil where the table has no column of the attribute's name, or it has no classes (one value, and no confidence).
  ///
  /// - Throws: every different text that is neither a label nor a class's number, or no number at all.
  init?(_ attribute: AttributeDescription, _ table: LabelTable?, file: String) throws(FacetError) {
    guard let table, let column = table[column: attribute.name] else { return nil }
    if attribute.value != nil {
      numbers = try Self.numbers(column, table, attribute.name, file: file)
      return
    }
    guard attribute.isClassified else { return nil }
    let count = attribute.classCount
    var known: [String: Int] = [:]
    for index in 0..<count { known["\(index)"] = index }
    // As CelebA writes yes and no.
    if attribute.scores == 1 { known["-1"] = 0 }
    // A label that looks like a number is a label.
    for (index, label) in attribute.labels.prefix(count).enumerated() { known[label] = index }
    var unknown: [String: Int] = [:]
    classes.reserveCapacity(column.count)
    for (sample, text) in column.enumerated() {
      let found = text.isEmpty ? nil : known[text]
      if found == nil, !text.isEmpty, unknown[text] == nil, unknown.count < 10 { unknown[text] = table.lines[sample] }
      classes.append(found)
    }
    guard unknown.isEmpty else {
      let labels = attribute.labels.isEmpty ? ["0 ... \(count - 1)"] : attribute.labels
      throw FacetError(
        unknown.sorted { $0.value < $1.value }.map { text, line in
          let guess = didYouMean(text, among: attribute.labels)
          return Diagnostic(
            code: VerifyErrorCode.label, file: file, place: "line \(line), column \(attribute.name)",
            message: "'\(text.prefix(80))' is not a label of the attribute",
            remedy: "\(guess.isEmpty ? "" : guess + " ")Labels are \(labels.prefix(20).joined(separator: ", "))"
              + (attribute.labels.isEmpty ? "." : attribute.scores == 1 ? ", or 0 and 1." : ", or their numbers, from 0."))
        })
    }
  }
  private static func numbers(_ column: [String], _ table: LabelTable, _ name: String, file: String) throws(FacetError) -> [Double?] {
    var problems: [Diagnostic] = []
    var numbers: [Double?] = []
    numbers.reserveCapacity(column.count)
    for (sample, text) in column.enumerated() {
      let number = Double(text).flatMap { $0.isFinite ? $0 : nil }
      if number == nil, !text.isEmpty, problems.count < 10 {
        problems.append(
          Diagnostic(
            code: VerifyErrorCode.label, file: file, place: "line \(table.lines[sample]), column \(name)",
            message: "'\(text.prefix(80))' is not a number, and the attribute is one",
            remedy: "Write a number such as 34.5, or nothing where it is not known."))
      }
      numbers.append(number)
    }
    guard problems.isEmpty else { throw FacetError(problems) }
    return numbers
  }
}
