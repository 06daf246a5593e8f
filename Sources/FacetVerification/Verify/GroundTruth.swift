import FacetCompiler
import FacetData

/// The right class of each sample of an attribute, out of a column of `labels.csv`.
struct GroundTruth {
  /// Nil where the field is empty: the sample does not count for this attribute.
  var classes: [Int?]

  /// Nil where the table has no column of the attribute's name, or it has no classes (one value, and no confidence).
  ///
  /// - Throws: every different text that is neither a label nor a class's number.
  init?(_ attribute: AttributeDescription, _ table: LabelTable?, file: String) throws(CompileFailure) {
    guard let table, let column = table[column: attribute.name], attribute.isClassified else { return nil }
    let count = attribute.classCount
    var known: [String: Int] = [:]
    for index in 0..<count { known["\(index)"] = index }
    // A label that looks like a number is a label.
    for (index, label) in attribute.labels.prefix(count).enumerated() { known[label] = index }
    var unknown: [String: Int] = [:]
    classes = []
    classes.reserveCapacity(column.count)
    for (sample, text) in column.enumerated() {
      let found = text.isEmpty ? nil : known[text]
      if found == nil, !text.isEmpty, unknown[text] == nil, unknown.count < 10 { unknown[text] = table.lines[sample] }
      classes.append(found)
    }
    guard unknown.isEmpty else {
      let labels = attribute.labels.isEmpty ? ["0 ... \(count - 1)"] : attribute.labels
      throw CompileFailure(
        unknown.sorted { $0.value < $1.value }.map { text, line in
          let guess = didYouMean(text, among: attribute.labels)
          return Diagnostic(
            code: VerifyErrorCode.label, file: file, place: "line \(line), column \(attribute.name)",
            message: "'\(text.prefix(80))' is no label of the attribute",
            remedy: "\(guess.isEmpty ? "" : guess + " ")Labels are \(labels.prefix(20).joined(separator: ", ")).")
        })
    }
  }
}

extension AttributeDescription {
  /// The class that scores mean: the highest, or, of one score with a confidence, 1 where that is at least one half.
  func predictedClass(_ scores: UnsafeBufferPointer<Float>) -> Int? {
    guard self.scores == 1, let score = scores.first else { return top(scores) }
    if score.isNaN { return nil }
    return confidence == "sigmoid" ? (score >= 0 ? 1 : 0) : (score >= 0.5 ? 1 : 0)
  }
}
