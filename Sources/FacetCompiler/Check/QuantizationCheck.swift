import FacetBundle
import FacetFormat
import FacetIR
import FacetImport
import FacetLowering
import FacetMetrics
import FacetQuantization
import FacetRuntime

/// Compares an int8 bundle with the float scores of its calibration.
struct QuantizationCheck {
  /// Most operators that are named.
  private static let namedOperators = 3
  /// Samples on which operators are looked at one by one.
  private static let operatorSamples = 4

  var bundle: Bundle
  /// Of the int8 program.
  var types: NumberTypes
  /// By number: the fragments that were lowered from it.
  var fragments: [Int: LoweredFragment]
  /// Numbers in the bundle of those that the float scores are of, in their order.
  var attributes: [Int]

  func run(_ calibration: Calibration, threads: Int) throws -> QuantizationReport {
    let descriptions = attributes.map { bundle.attributeDescriptions[$0] }
    let session = try Session.make(bundle, threads: threads)
    let set = attributes.reduce(into: AttributeSet()) { $0.insert($1) }
    var comparisons = [ScoreComparison](repeating: ScoreComparison(), count: attributes.count)
    for sample in calibration.checked {
      try sample.input.set(on: session)
      try session.evaluate(attributes: set, ignoringGates: true)
      for (index, attribute) in attributes.enumerated() {
        let scores = session.scores(attribute: attribute)
        sample.scores[index].withUnsafeBufferPointer { reference in
          comparisons[index].add(
            reference: reference, scores, classes: (descriptions[index].classes(reference), descriptions[index].classes(scores)))
        }
      }
    }
    var report = QuantizationReport(samples: calibration.checked.count, setAside: calibration.isSetAside, attributes: [])
    for (description, comparison) in zip(descriptions, comparisons) {
      let agreement = comparison.agreement.count > 0 ? comparison.agreement.value : nil
      report.attributes.append(
        QuantizationReport.Attribute(
          name: description.name, sqnrDb: comparison.sqnr, agreement: agreement, notFinite: comparison.notFinite,
          passed: comparison.sqnr >= QuantizationReport.leastSqnrDb && Self.agrees(comparison) && comparison.notFinite == 0,
          operators: []))
    }
    if report.attributes.contains(where: { !$0.passed }) { try nameOperators(&report, calibration, session) }
    return report
  }

  /// Whether the share of samples with the same first label is enough, or is too little by no more than chance where the scores are near.
  static func agrees(_ comparison: ScoreComparison) -> Bool {
    guard comparison.agreement.count > 0, comparison.agreement.value < QuantizationReport.leastAgreement else { return true }
    guard comparison.sqnr >= QuantizationReport.faultlessSqnrDb else { return false }
    let count = Double(comparison.classifiedSamples)
    // The exact upper bound of the agreement is the lower one of the disagreement.
    return !BinomialBound.excludesLess(
      than: 1 - QuantizationReport.leastAgreement, successes: count - comparison.agreeingSamples, of: count)
  }

  private func nameOperators(_ report: inout QuantizationReport, _ calibration: Calibration, _ session: Session) throws {
    var errors = OperatorErrors(bundle, types, fragments)
    let count = min(calibration.checked.count, Self.operatorSamples)
    for index in 0..<count {
      try errors.add(calibration.checked[index * calibration.checked.count / count].input, session)
    }
    for (index, attribute) in attributes.enumerated() where !report.attributes[index].passed {
      report.attributes[index].operators = Array(errors.worst(ofAttribute: attribute).prefix(Self.namedOperators))
    }
  }
}
