/// What a budget can limit: a line here, and a property of the recipe's budget.
package enum BudgetKind: String, CaseIterable, Sendable {
  case accuracyDrop = "accuracy_drop"
  case agreement
  case sqnr = "sqnr_db"
  case meanErrorIncrease = "mean_error_increase"
  case withinDrop = "within_drop"
  case meanDifference = "mean_difference"

  package enum Unit: Sendable {
    /// Of a share of samples.
    case percent
    /// Differences of percentages.
    case points
    case decibels
    /// That of the number that the attribute is.
    case own

    /// As it stands behind a number.
    package var text: String {
      switch self {
      case .percent: " %"
      case .points: " points"
      case .decibels: " dB"
      case .own: ""
      }
    }
  }

  package var unit: Unit {
    switch self {
    case .accuracyDrop, .withinDrop: .points
    case .agreement: .percent
    case .sqnr: .decibels
    case .meanErrorIncrease, .meanDifference: .own
    }
  }

  /// Whether the measured value may be at most the limit; otherwise it is at least that.
  package var isUpperLimit: Bool {
    switch self {
    case .accuracyDrop, .meanErrorIncrease, .withinDrop, .meanDifference: true
    case .agreement, .sqnr: false
    }
  }

  /// Whether it compares with labels; otherwise int8 with float alone.
  package var needsLabels: Bool {
    switch self {
    case .accuracyDrop, .meanErrorIncrease, .withinDrop: true
    case .agreement, .sqnr, .meanDifference: false
    }
  }

  /// Limits that a recipe may state.
  package var range: ClosedRange<Double> {
    switch self {
    case .accuracyDrop, .agreement, .withinDrop: 0...100
    case .sqnr: -300...300
    case .meanErrorIncrease, .meanDifference: 0...1e30
    }
  }

  /// What is limited, as reports say it.
  package var title: String {
    switch self {
    case .accuracyDrop: "accuracy falls by"
    case .agreement: "agreement is"
    case .sqnr: "SQNR is"
    case .meanErrorIncrease: "the mean error grows by"
    case .withinDrop: "the share within falls by"
    case .meanDifference: "the mean difference from float is"
    }
  }

  /// Whether it is of an attribute that is a number (true), of one that is not (false), or of any (nil).
  package var isOfNumbers: Bool? {
    switch self {
    case .accuracyDrop, .agreement: false
    case .sqnr: nil
    case .meanErrorIncrease, .withinDrop, .meanDifference: true
    }
  }
}
