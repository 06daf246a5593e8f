import FacetDiagnostics
import FacetSensitivity
import Foundation

/// The table of `facet sensitivity`: the operators that cost most, and a sentence for each attribute.
struct SensitivityText {
  /// How many operators are shown where nobody says.
  static let usualTop = 10

  let report: SensitivityReport
  /// How many operators.
  let top: Int
  /// What the samples are called.
  var sample = "calibration sample"

  var lines: [String] {
    let loss = report.attributes.map { "\($0.name) \(decimal($0.sqnrDb, 1)) dB" }.joined(separator: ", ")
    var lines = ["  int8 against float32 on \(plural(report.samples, sample)): \(loss)"]
    if let method = report.method { lines.append("  as compiled: \(method)") }
    let shown = report.operators.filter { !$0.attributes.isEmpty }.prefix(top)
    var table = TextTable(
      ["operator", "", "share of the loss", "alone", "weights alone", "accumulated", "int8 range", "used", "clipped"],
      leftColumns: 3, left: ["int8 range"])
    for each in shown {
      let worst = each.largest
      table.add([
        each.name, each.operator, worst.map { "\(Self.share($0.share)) of \($0.attribute)" } ?? "-", Self.decibels(worst?.sqnrDb),
        Self.decibels(worst?.weightsSqnrDb), Self.decibels(each.accumulatedSqnrDb),
        each.range.map { "\(Self.number($0.low)) ... \(Self.number($0.high))" } ?? "float32", each.range.map { Self.share($0.used) } ?? "-",
        each.range.map { percent($0.clipped) } ?? "-",
      ])
    }
    lines += ["", table.text()]
    let left = report.operators.count - shown.count
    if left > 0 { lines.append("  (\(left) more cost less; --top \(report.operators.count) shows them)") }
    lines += costs(shown.filter { $0.costs != nil }) + [""] + report.attributes.map { "  \($0.finding)" }
    if !report.notes.isEmpty { lines += [""] + report.notes.map { "  note: \($0)" } }
    if !report.warnings.isEmpty { lines += [""] + report.warnings.map { "  WARNING: \($0)" } }
    return lines
  }

  /// What more bits for the worst cost.
  private func costs(_ operators: [SensitivityReport.OperatorReport]) -> [String] {
    guard let target = report.target, !operators.isEmpty else { return [] }
    var table = TextTable(["operator", "in float32: time", "size", "result in 16 bits: time", "size"], leftColumns: 1)
    for each in operators {
      table.add([each.name] + [each.costs?.float32, each.costs?.int16].flatMap(Self.words))
    }
    return ["", "  what more bits cost, modelled for \(target):", table.text()]
  }

  private static func words(_ cost: SensitivityReport.Cost?) -> [String] {
    guard let cost else { return ["-", "-"] }
    func signed(_ text: String, _ isNegative: Bool) -> String { (isNegative ? "-" : "+") + text }
    return [
      signed(milliseconds(abs(cost.milliseconds)), cost.milliseconds < 0), signed(bytes(abs(cost.bytes)), cost.bytes < 0),
    ]
  }

  private static func share(_ share: Double) -> String {
    share > 0 && share < 0.005 ? "under 1 %" : "\(Int((share * 100).rounded())) %"
  }

  private static func decibels(_ number: Double?) -> String {
    guard let number else { return "-" }
    return number >= 300 ? "exact" : decimal(number, 1) + " dB"
  }

  private static func number(_ value: Double) -> String { String(format: "%.3g", value) }
}
