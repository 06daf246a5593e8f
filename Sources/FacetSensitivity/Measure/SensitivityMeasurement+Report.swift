import FacetMetrics

extension SensitivityMeasurement {
  /// So many operators get costs, the worst first, and the worst of each attribute: each takes compiling the network again.
  private static let costedOperators = 5

  /// What was found so far.
  package var report: SensitivityReport {
    let names = network.attributes.map(\.name)
    let totals = names.indices.map { attribute in
      operators.indices.reduce(0) { $0 + results[$1][attribute].noise + weights[$1][attribute].noise }
    }
    var order: [(index: Int, share: Double, report: SensitivityReport.OperatorReport)] = []
    for (index, measured) in operators.enumerated() {
      let effects = names.indices.filter { plain.isReached(attribute: $0, from: measured.float.fragment) }.map { attribute in
        let (result, own) = (results[index][attribute], weights[index][attribute])
        return SensitivityReport.Effect(
          attribute: names[attribute], sqnrDb: measured.rounding == nil ? nil : result.sqnr,
          weightsSqnrDb: measured.weights == nil ? nil : own.sqnr,
          share: totals[attribute] > 0 ? (result.noise + own.noise) / totals[attribute] : 0,
          resultShare: measured.rounding == nil ? nil : totals[attribute] > 0 ? result.noise / totals[attribute] : 0,
          notFinite: result.notFinite + own.notFinite)
      }
      let report = SensitivityReport.OperatorReport(
        name: measured.name, operator: measured.title, accumulatedSqnrDb: measured.int8 == nil ? nil : accumulated[index].sqnr,
        range: measured.range?.report, attributes: effects)
      order.append((index, report.largest?.share ?? 0, report))
    }
    let sorted = order.sorted { a, b in
      let (broken, other) = (a.report.isBroken, b.report.isBroken)
      return broken == other ? (-a.share, a.index) < (-b.share, b.index) : broken
    }
    var report = SensitivityReport(
      samples: sampleCount, target: network.costs?.target, method: network.methods.isEmpty ? nil : network.methods.joined(separator: "; "),
      attributes: [],
      operators: sorted.map(\.report), skipped: network.skipped,
      notes: network.notes, warnings: network.warnings)
    for index in report.operators.indices where index < Self.costedOperators || report.operators[index].isWorst(in: report.operators) {
      report.operators[index].costs = network.costs?.of(report.operators[index].name)
    }
    report.attributes = names.indices.map { attribute in
      SensitivityReport.Attribute(
        name: names[attribute], sqnrDb: whole[attribute].sqnr,
        finding: Finding(attribute: names[attribute], sqnrDb: whole[attribute].sqnr, report.operators, target: report.target).text)
    }
    return report
  }
}

extension SensitivityReport.OperatorReport {
  /// The attribute that it costs most.
  package var largest: SensitivityReport.Effect? {
    attributes.indices.max { (attributes[$0].share, -$0) < (attributes[$1].share, -$1) }.map { attributes[$0] }
  }

  /// Whether it costs some attribute more than any other operator does.
  fileprivate func isWorst(in operators: [SensitivityReport.OperatorReport]) -> Bool {
    attributes.contains { effect in
      effect.share > 0
        && !operators.contains { $0.attributes.contains { $0.attribute == effect.attribute && $0.share > effect.share } }
    }
  }

  /// Whether rounding it makes scores infinite or NaN.
  var isBroken: Bool { attributes.contains { $0.notFinite > 0 } }
}
