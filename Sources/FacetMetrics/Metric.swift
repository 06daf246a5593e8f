import FacetDiagnostics

/// What is measured of int8 beside float, and can be limited by a budget: one case, with all that is to be known of it, and a key of
/// `Formats/recipe.schema.json` of the same name.
package enum Metric: String, CaseIterable, Sendable, Encodable {
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

  /// A value in its unit: 98.00 %, 0.50 points, 15.0 dB.
  package func text(_ value: Double) -> String {
    switch unit {
    case .percent, .points: decimal(value, 2) + unit.text
    case .decibels: decimal(value, 1) + unit.text
    case .own: value.isFinite ? quantity(value) : "any number"
    }
  }

  /// "agreement is 97.20 %, at least 98.00 % is required"
  package func text(_ value: Double, limit: Double) -> String {
    let wanted = isUpperLimit ? "at most \(text(limit)) is allowed" : "at least \(text(limit)) is required"
    return "\(title) \(text(value)), \(wanted)"
  }

  /// What was counted, compared with a limit; nil where there is nothing to tell it from.
  ///
  /// Where samples are counted, a limit is met when chance is excluded at 95 %; others go by the measured value.
  package func verdict(_ found: Evidence, limit: Double) -> NonInferiority? {
    switch self {
    case .accuracyDrop: NonInferiority(found.pairs, dropAtMost: limit)
    case .agreement: NonInferiority(found.comparison, agreementAtLeast: limit)
    case .meanErrorIncrease: NonInferiority(found.numbers.increase, atMost: limit)
    case .withinDrop: NonInferiority(found.numbers.within, dropAtMost: limit)
    case .meanDifference: NonInferiority(found.numbers.difference, atMost: limit)
    case .sqnr: NonInferiority(measured: found.comparison.sqnr, isMissed: found.comparison.sqnr < limit)
    }
  }
}
