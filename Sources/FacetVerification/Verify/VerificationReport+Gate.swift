import FacetCompiler
import FacetMetrics
import FacetRecipe

extension VerificationReport.Gate {
  /// What is checked where a recipe gives an attribute no budget.
  package static let defaultBudget = Recipe.Budget(accuracyDrop: 1.0, agreement: 97)

  /// Where samples are counted, a budget is met when chance is excluded at 95 % (`NonInferiority`), and missed when the measured value itself
  /// misses it; between the two there are too few samples to tell. Other budgets go by the measured value.
  ///
  /// - Parameters:
  ///   - names: of the attributes, in order.
  ///   - found: by attribute; none of those that there is nothing to compare.
  ///   - groups: by column, value and attribute.
  init(
    _ names: [String], _ found: [String: Evidence], groups: [String: [String: [String: Evidence]]] = [:],
    budgets: [String: Recipe.Budget], otherModels: [String] = []
  ) {
    self.init(passed: false, missed: [], unchecked: [], undecided: [], otherModels: otherModels.isEmpty ? nil : otherModels)
    for name in names {
      // Of the default budget, what can be checked is. A budget that somebody wrote must not pass unseen.
      let stated = budgets[name]
      if stated == nil, let found = found[name],
        !Metric.allCases.contains(where: { metric in
          Self.defaultBudget[metric].map { metric.verdict(found, limit: $0) != nil } == true
        })
      {
        withoutBudget = (withoutBudget ?? []) + [name]
      }
      check(VerificationReport.Subject(attribute: name), stated ?? Self.defaultBudget, found[name], isStated: stated != nil)
      for (column, budget) in (stated?.subgroups ?? [:]).sorted(by: { $0.key < $1.key }) {
        // An empty field says that the group is not known.
        let values = (groups[column] ?? [:]).filter { !$0.key.isEmpty }
        for (value, attributes) in values.sorted(by: { $0.key < $1.key }) {
          check(VerificationReport.Subject(attribute: name, subgroup: column, group: value), budget, attributes[name], isStated: true)
        }
        if values.isEmpty { check(VerificationReport.Subject(attribute: name, subgroup: column), budget, nil, isStated: true) }
      }
    }
    passed = missed.isEmpty && unchecked.isEmpty && undecided.isEmpty && otherModels.isEmpty
  }

  private mutating func check(_ subject: VerificationReport.Subject, _ budget: Recipe.Budget, _ found: Evidence?, isStated: Bool) {
    for metric in Metric.allCases {
      guard let limit = budget[metric] else { continue }
      guard let found = found.flatMap({ metric.verdict($0, limit: limit) }) else {
        if isStated { unchecked.append(.init(subject: subject, budget: metric, limit: limit)) }
        continue
      }
      switch found.verdict {
      case .met: break
      case .missed: missed.append(.init(subject: subject, criterion: .metric(metric), limit: limit, value: found.value))
      case .undecided:
        undecided.append(
          .init(
            subject: subject, budget: metric, limit: limit, value: found.value, bound: found.bound, samples: found.samples,
            samplesNeeded: found.samplesNeeded))
      }
    }
    if subject.subgroup == nil, let count = found?.comparison.notFinite, count > 0 {
      missed.append(.init(subject: subject, criterion: .finite, limit: 0, value: Double(count)))
    }
  }
}
