import FacetCompiler
import FacetDiagnostics

/// How near int8 is to float, as `compile` and `replace` say it.
struct QuantizationText {
  static let columns = ["SQNR", "agreement"]

  private let report: QuantizationReport?
  private let warnings: [String]

  init(_ report: QuantizationReport?, warnings: [String]) { (self.report, self.warnings) = (report, warnings) }

  /// What the figures are of.
  var lines: [String] {
    guard let report else { return ["  int8 against float: not compared, as there is no calibration data"] }
    return [
      "  int8 against float: on \(plural(report.samples, "calibration sample"))"
        + (report.setAside ? " set aside" : ", as there are fewer than 64 to set any aside")
    ]
  }

  /// Cells of an attribute under `columns`.
  func cells(_ attribute: String) -> [String] {
    guard let found = report?.attributes.first(where: { $0.name == attribute }) else { return ["-", "-"] }
    return [found.notFinite > 0 ? "-" : decimal(found.sqnrDb, 1) + " dB", found.agreement.map(percent) ?? "-"]
  }

  var warningLines: [String] { warnings.isEmpty ? [] : [""] + warnings.map { "  WARNING: \($0)" } }
}
