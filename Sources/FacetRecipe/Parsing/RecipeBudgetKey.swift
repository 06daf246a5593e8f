import FacetMetrics

/// A limit of each metric, and those of the groups of columns.
enum RecipeBudgetKey: RawRepresentable, CaseIterable, Hashable {
  case limit(Metric)
  case subgroups

  static let allCases = Metric.allCases.map(Self.limit) + [.subgroups]

  init?(rawValue: String) {
    if let kind = Metric(rawValue: rawValue) {
      self = .limit(kind)
    } else if rawValue == "subgroups" {
      self = .subgroups
    } else {
      return nil
    }
  }

  var rawValue: String {
    switch self {
    case .limit(let kind): kind.rawValue
    case .subgroups: "subgroups"
    }
  }
}
