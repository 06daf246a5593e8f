import FacetCompiler
import FacetDiagnostics
import FacetFiles
import FacetImport
import FacetVerification

/// A verification as people read it.
struct VerificationText {
  let report: VerificationReport
  /// How many operators are shown.
  let top: Int

  init(_ report: VerificationReport, top: Int = SensitivityText.usualTop) { (self.report, self.top) = (report, top) }

  var text: String {
    var parts = [heading, attributes]
    if let numbers { parts.append(numbers) }
    if let check = report.importCheck { parts.append(importCheck(check)) }
    if report.attributes.values.allSatisfy({ $0.labelledSamples == 0 }) {
      parts.append("No sample has a label (labels.csv in the data): accuracies are not known.")
    }
    for column in report.subgroups.keys.sorted() { parts.append(subgroup(column)) }
    if let gates = report.gates { parts.append(text(gates)) }
    if let layers = report.layers {
      parts.append(
        "Operators, by what each alone costs:\n" + terminalLines(SensitivityText(report: layers, top: top, sample: "sample").lines))
    }
    parts.append(GateText(report).text)
    return parts.joined(separator: "\n\n")
  }

  /// How many samples, and what the bundle is compared with.
  private var heading: String {
    let against = report.against.map(terminalText).joined(separator: " and ")
    var lines = ["\(report.samples) \(report.samples == 1 ? "sample" : "samples"), \(report.precision) against \(against)"]
    let renamed = (report.saved ?? []).filter { $0.array != $0.attribute }.map { "\($0.attribute) is '\(terminalText($0.array))'" }
    if !renamed.isEmpty { lines.append("  saved outputs: " + renamed.joined(separator: ", ")) }
    for (file, names) in (report.unusedArrays ?? [:]).sorted(by: { $0.key < $1.key }) {
      lines.append("  not used from \(terminalText(file)): \(listed(names))")
    }
    if let missing = report.notSaved {
      lines.append(
        "  \(report.importCheck == nil ? "not compared" : "import not checked"), as no outputs were saved for them: \(listed(missing))")
    }
    if let columns = report.unusedColumns {
      lines.append("  not used from labels.csv: \(columns.prefix(8).map(column).joined(separator: ", "))\(more(columns))")
    }
    if let skipped = report.skipped { lines.append("  skipped, as they cannot be read: \(plural(skipped.count, "sample"))") }
    lines += (report.notes ?? []).map { "  note: " + terminalText($0) }
    lines += (report.warnings ?? []).map { "  WARNING: " + terminalText($0) }
    return lines.joined(separator: "\n")
  }

  private func listed(_ names: [String]) -> String { names.prefix(8).map(terminalText).joined(separator: ", ") + more(names) }

  private func more(_ names: [String]) -> String { names.count > 8 ? " and \(names.count - 8) more" : "" }

  /// A column, and the attribute that it may be meant for.
  private func column(_ name: String) -> String {
    let guess = didYouMean(name, among: report.attributeNames)
    return terminalText(name) + (guess.isEmpty ? "" : " (\(guess))")
  }

  /// Without a model, what was saved is the reference.
  private var reference: String { report.saved != nil && report.importCheck == nil ? "saved" : "float" }

  private static let differenceColumns = ["agreement", "SQNR", "mean error", "largest error"]

  private var attributes: String {
    var table = TextTable(["attribute", reference, report.precision, "difference (95 %)"] + Self.differenceColumns)
    for name in report.attributeNames {
      guard let attribute = report.attributes[name] else { continue }
      table.add(
        [name, accuracy(attribute.float), accuracy(attribute.int8), difference(attribute.drop, attribute.dropInterval)]
          + cells(attribute.difference))
    }
    return table.text()
  }

  /// Attributes that are numbers; nil where there are none.
  private var numbers: String? {
    let found = report.attributeNames.compactMap { name in report.attributes[name]?.number.map { (name, $0) } }
    guard !found.isEmpty else { return nil }
    var table = TextTable(
      ["number", "\(reference): error", "\(report.precision): error", "more (95 %)", "within", "from \(reference)", "at most"])
    for (name, number) in found {
      let unit = number.unit.map { " " + terminalText($0) } ?? ""
      func error(_ errors: VerificationReport.Number.Errors?) -> String { errors.map { quantity($0.meanAbsoluteError) } ?? "-" }
      func within(_ errors: VerificationReport.Number.Errors?) -> String? { errors?.shareWithin.map(percent) }
      let interval = number.increaseInterval.map { $0.map { ($0 > 0 ? "+" : "") + quantity($0) }.joined(separator: ", ") }
      let shares = [within(number.float), within(number.int8)].compactMap(\.self).joined(separator: ", ")
      table.add([
        name + unit, error(number.float), error(number.int8),
        number.increase.map { "\($0 > 0 ? "+" : "")\(quantity($0)) [\(interval ?? "")]" } ?? "-",
        shares.isEmpty ? "-" : "±\(quantity(number.within ?? 0)): \(shares)", small(number.meanDifference), small(number.maxDifference),
      ])
    }
    return table.text()
  }

  private func text(_ gates: VerificationReport.Gates) -> String {
    var table = TextTable(
      ["gated", "evaluated", "by float", "agreement", "\(reference) there", "\(report.precision) there", "when"], left: ["when"])
    for name in report.attributeNames {
      guard let attribute = gates.attributes[name] else { continue }
      table.add([
        name, "\(attribute.evaluated)", attribute.floatEvaluated.map(String.init) ?? "-", attribute.agreement.map(percent) ?? "-",
        accuracy(attribute.float), accuracy(attribute.int8), terminalText(attribute.when),
      ])
    }
    return table.text() + """


        With gates, a sample takes \(counted(Int(gates.meanMultiplyAccumulates.rounded()))) multiply-accumulates on average, \
      \(counted(gates.worstMultiplyAccumulates)) at worst: \(percent(gates.meanShare)). The other figures are of all samples, gates ignored.
      """
  }

  private func importCheck(_ check: [String: VerificationReport.Difference]) -> String {
    var table = TextTable(["attribute"] + Self.differenceColumns)
    for name in report.attributeNames { check[name].map { table.add([name] + cells($0)) } }
    return "The model as it was imported, in float32, against the saved outputs:\n" + table.text()
  }

  private func cells(_ difference: VerificationReport.Difference) -> [String] {
    [
      difference.agreement.map(percent) ?? "-", difference.notFinite > 0 ? "-" : decimal(difference.sqnrDb, 1) + " dB",
      small(difference.meanAbsoluteError),
      small(difference.maxAbsoluteError) + (difference.maxRelativeError.map { " (\(share($0)))" } ?? ""),
    ]
  }

  private func share(_ share: Double) -> String { share == 0 || share >= 1e-4 ? percent(share) : "\(scientific(share * 100)) %" }

  /// Four digits after the point, or two significant ones of a small number.
  private func small(_ number: Double) -> String {
    number == 0 || number >= 0.001 ? decimal(number, 4) : scientific(number)
  }

  private func subgroup(_ column: String) -> String {
    let groups = report.subgroups[column] ?? [:]
    let names = report.attributeNames.filter { name in groups.values.contains { $0[name] != nil } }
    var table = TextTable([column, "samples"] + names.map { "\($0): \(reference), \(report.precision)" })
    for group in groups.keys.sorted() {
      let found = groups[group] ?? [:]
      let samples = found.values.map(\.samples).max() ?? 0
      table.add(
        [group.isEmpty ? "(empty)" : terminalText(group), "\(samples)"]
          + names.map { name in
            if let number = found[name]?.number {
              guard let float = number.float, let int8 = number.int8 else { return "-" }
              return "\(quantity(float.meanAbsoluteError)), \(quantity(int8.meanAbsoluteError))"
            }
            guard let float = found[name]?.float, let int8 = found[name]?.int8 else { return "-" }
            return "\(percent(float.accuracy)), \(percent(int8.accuracy))"
          })
    }
    return table.text()
  }

  private func accuracy(_ accuracy: VerificationReport.Accuracy?) -> String {
    guard let accuracy, accuracy.interval.count == 2 else { return "-" }
    return
      "\(decimal(accuracy.accuracy * 100, 2)) [\(decimal(accuracy.interval[0] * 100, 1)), \(decimal(accuracy.interval[1] * 100, 1))] %"
  }

  /// int8 minus float, in points.
  private func difference(_ drop: Double?, _ interval: [Double]?) -> String {
    guard let drop, let interval, interval.count == 2 else { return "-" }
    func points(_ value: Double) -> String { (value > 0 ? "+" : "") + decimal(value == 0 ? 0 : value * 100, 2) }
    return "\(points(-drop)) [\(points(-interval[1])), \(points(-interval[0]))]"
  }
}
