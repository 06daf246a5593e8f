import Foundation

extension QuantizationReport {
  /// A sentence for each attribute that did not pass.
  var warnings: [String] {
    let of = "on \(samples) calibration \(samples == 1 ? "sample" : "samples")\(setAside ? " set aside" : "")"
    return attributes.filter { !$0.passed }.map { attribute in
      var facts = ["SQNR \(String(format: "%.1f", attribute.sqnrDb)) dB (\(Int(Self.leastSqnrDb)) or more is usual)"]
      if let agreement = attribute.agreement {
        facts.append("agreement \(String(format: "%.2f", agreement * 100)) % (\(Int(Self.leastAgreement * 100)) or more)")
      }
      if attribute.notFinite > 0 { facts.append("\(attribute.notFinite) scores infinite or not a number") }
      let worst = attribute.operators.first.map {
        " \($0.operator) '\($0.name)' rounds its result worst (\(String(format: "%.1f", $0.sqnrDb)) dB on its own)."
      }
      return "'\(attribute.name)': int8 differs too much from float: \(facts.joined(separator: ", ")) \(of).\(worst ?? "") "
        + "'facet sensitivity' with the same models, recipe and data shows what each operator costs the scores, and why; 'facet explain \(CompileErrorCode.accuracy.rawValue)' says what to do."
    }
  }
}
