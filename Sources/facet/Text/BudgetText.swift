import FacetCompiler
import FacetDiagnostics
import FacetFiles

/// What `facet compile --budget` tried, and what it chose.
struct BudgetText {
  private let report: BudgetReport

  init(_ report: BudgetReport) { self.report = report }

  var lines: [String] {
    let attributes = report.points.first?.attributes.map(\.name) ?? []
    var table = TextTable(["more than int8", "modelled", "bundle", "products"] + attributes + [""], left: ["more than int8", ""])
    for point in report.points where point.isOnFront || point.isChosen {
      let names = point.moreBits
      let shown = names.prefix(2).map { "\(terminalText($0.operator)) \($0.precision)" }.joined(separator: ", ")
      let more = names.count > 2 ? " and \(names.count - 2) more" : ""
      table.add(
        [
          names.isEmpty ? "nothing" : shown + more, milliseconds(point.milliseconds), bytes(point.bytes),
          point.moreProducts == 0 ? "" : "+\(decimal(point.moreProducts * 100, 1)) %",
        ] + point.attributes.map { "\(decimal($0.sqnrDb, 1)) dB\($0.isMet ? "" : " !")" } + [
          point.isChosen ? "chosen" : ""
        ])
    }
    var lines = [
      "  budgets, judged on \(plural(report.samples, "sample")): what nothing beats of \(plural(report.points.count, "bundle")) tried"
    ]
    lines += table.text().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if report.points.contains(where: { !$0.isMet }) { lines.append("  (! misses its budget)") }
    return lines + verdict.split(separator: "\n").map { "  \($0)" }
  }

  /// Whether all are met, and what is missing.
  var verdict: String {
    guard let chosen = report.chosen else { return "" }
    if report.isMet {
      let count = chosen.moreBits.count
      if count == 0 || report.points.count == 1 { return "Every budget is met." }
      return "Every budget is met, with \(plural(count, "operator")) that \(count == 1 ? "gives" : "give") more than int8."
    }
    let missing = chosen.attributes.filter { !$0.isMet }.map { "  \($0.name): \($0.missing.joined(separator: "; "))" }
    let remedy =
      report.isAtEnd
      ? "More may be found with --evaluations \(2 * report.points.count)."
      : report.maximumSlowdown.map { "Nothing else is within \(decimal($0, 2)) of plain int8's time: a larger --max-slowdown may do." }
        ?? "More bits bring no more: more calibration images, other budgets, or --precision float32 may do."
    return (["Budgets missed by the best that was found, which is written:"] + missing + [remedy]).joined(separator: "\n")
  }

  private func milliseconds(_ number: Double) -> String { "\(decimal(number, number < 1 ? 3 : 2)) ms" }
}
