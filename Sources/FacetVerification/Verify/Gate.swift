import FacetCompiler

extension VerificationReport.Gate {
  /// What is checked where a recipe gives an attribute no budget.
  package static let defaultBudget = Recipe.Budget(accuracyDrop: 1.0, agreement: 97)

  /// Holds each attribute against its budget. Measured values count, not the ends of their intervals: a gate that passes
  /// whatever a small sample cannot exclude would pass more the less data it gets.
  init(_ names: [String], _ attributes: [String: VerificationReport.Attribute], budgets: [String: Recipe.Budget]) {
    var missed: [VerificationReport.Miss] = []
    var unchecked: [VerificationReport.Unchecked] = []
    for name in names {
      let found = attributes[name]
      let budget = budgets[name] ?? Self.defaultBudget
      func check(_ what: String, _ value: Double?, _ limit: Double?, _ fits: (Double, Double) -> Bool) {
        guard let limit else { return }
        guard let value else {
          // Of the default budget, what can be checked is. A budget that somebody wrote must not pass unseen.
          if budgets[name] != nil { unchecked.append(.init(attribute: name, budget: what, limit: limit)) }
          return
        }
        guard !fits(value, limit) else { return }
        missed.append(.init(attribute: name, budget: what, limit: limit, value: value))
      }
      // Shares of counts in binary64: half a millionth of a point forgives their rounding and nothing else.
      check("accuracy_drop", found?.drop.map { $0 * 100 }, budget.accuracyDrop) { $0 <= $1 + 5e-7 }
      check("agreement", found?.difference.agreement.map { $0 * 100 }, budget.agreement) { $0 >= $1 - 5e-7 }
      check("sqnr_db", found?.difference.sqnrDb, budget.sqnr) { $0 >= $1 }
      if let found { check("not_finite", Double(found.difference.notFinite), 0) { $0 <= $1 } }
    }
    self.init(passed: missed.isEmpty && unchecked.isEmpty, missed: missed, unchecked: unchecked)
  }
}
