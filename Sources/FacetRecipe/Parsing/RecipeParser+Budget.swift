import FacetDiagnostics
import FacetFiles
import FacetMetrics

extension Recipe.Budget {
  /// - Parameter isOfGroups: whether it is that of the groups of a column, which have no subgroups themselves.
  init?(_ node: JSONNode, _ path: RecipePath, isOfGroups: Bool = false, _ reader: inout RecipeReader) {
    guard let fields = reader.fields(node, path, RecipeBudgetKey.self) else { return nil }
    self.init()
    for kind in Metric.allCases {
      guard let node = fields[.limit(kind)] else { continue }
      let place = path.key(kind.rawValue)
      guard let limit = reader.number(node, place, in: kind.range) else { continue }
      if !reader.isCarried, let remedy = Self.remedy(kind, limit) {
        reader.report(.range, at: node.offset, place, Self.noLimit(limit), remedy)
        continue
      }
      self[kind] = limit
    }
    guard let node = fields[.subgroups] else { return }
    let place = path.key(RecipeBudgetKey.subgroups.rawValue)
    guard !isOfGroups else {
      reader.report(
        .unknownKey, at: node.offset, place, "Subgroups have no subgroups.", "Name each column once, under the attribute's budget.")
      return
    }
    for member in reader.members(node, place) ?? [] {
      let column = place.key(quoted(member.key))
      if subgroups.count == Self.maximumSubgroups {
        reader.report(
          .tooMany, at: member.keyOffset, place, "More than \(Self.maximumSubgroups) columns.", "Keep those that matter.")
        break
      }
      if let budget = Self(member.node, column, isOfGroups: true, &reader) { subgroups[member.key] = budget }
    }
  }

  private static let maximumSubgroups = 64

  fileprivate static func noLimit(_ limit: Double) -> String { "\(plain(limit)) percent is not a limit." }

  /// What to write in the place of a share of the samples of 1 % or less, which is never meant; nil for all else. (An accuracy may well fall
  /// by less than a point.)
  fileprivate static func remedy(_ kind: Metric, _ limit: Double) -> String? {
    guard kind.unit == .percent, limit <= 1 else { return nil }
    return limit > 0
      ? "The number is a percentage: did you mean \(plain((limit * 1e8).rounded() / 1e6))?"
      : "The number is a percentage, such as 98; leave the key out where nothing is to be checked."
  }
}

extension Recipe.Attribute {
  /// Limits that this attribute can have no value for.
  func checkBudget(_ node: JSONNode, _ path: RecipePath, _ reader: inout RecipeReader) {
    guard let budget else { return }
    func check(_ budget: Recipe.Budget, _ path: RecipePath) {
      for kind in Metric.allCases where budget[kind] != nil {
        let place = path.key(kind.rawValue)
        if let isOfNumbers = kind.isOfNumbers, isOfNumbers != (value != nil) {
          let fitting = Metric.allCases.filter { $0.isOfNumbers != isOfNumbers }.map(\.rawValue).joined(separator: ", ")
          reader.report(
            .value, at: node.offset, place,
            isOfNumbers ? "Only an attribute with a \"value\" is a number." : "The attribute is a number: it has no classes.",
            "Its budgets are \(fitting).")
        } else if kind == .withinDrop, value?.within == nil {
          reader.report(
            .value, at: node.offset, place, "Nothing says which error is small enough.", "Add \"within\" to the attribute's \"value\".")
        }
      }
    }
    check(budget, path)
    for (column, part) in budget.subgroups.sorted(by: { $0.key < $1.key }) {
      check(part, path.key(RecipeBudgetKey.subgroups.rawValue).key(quoted(column)))
    }
  }
}

extension Recipe {
  /// Limits that were written as shares, not percentages, in a bundle's recipe: an earlier version took them.
  package var misreadBudgets: [Diagnostic] {
    attributes.flatMap { attribute in
      Metric.allCases.compactMap { kind in
        guard let limit = attribute.budget?[kind], let remedy = Budget.remedy(kind, limit) else { return nil }
        return Diagnostic(
          code: RecipeErrorCode.range, file: file, place: "attributes.\(attribute.name).budget.\(kind.rawValue)",
          message: Budget.noLimit(limit), remedy: "\(remedy) Give a corrected recipe: --recipe.")
      }
    }
  }
}
