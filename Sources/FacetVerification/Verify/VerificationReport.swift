/// What a verification found; the shape of its JSON is part of the command line's contract.
package struct VerificationReport: Encodable, Sendable {
  package struct Accuracy: Encodable, Sendable {
    /// In 0 ... 1.
    package var accuracy: Double
    /// 95 %.
    package var interval: [Double]

    init(_ proportion: Proportion) {
      accuracy = proportion.value
      interval = [proportion.interval.lowerBound, proportion.interval.upperBound]
    }
  }

  /// Accuracies of both, and their difference, over samples that have a label.
  package struct Comparison: Encodable, Sendable {
    package var samples: Int
    package var float: Accuracy?
    package var int8: Accuracy?
    /// Accuracy of float minus that of int8, in 0 ... 1, and its 95 % interval.
    package var drop: Double?
    package var dropInterval: [Double]?

    init(_ pairs: PairedProportions) {
      samples = pairs.count
      guard pairs.count > 0 else { return }
      float = Accuracy(pairs.first)
      int8 = Accuracy(pairs.second)
      drop = pairs.difference
      dropInterval = [pairs.interval.lowerBound, pairs.interval.upperBound]
    }
  }

  package struct Attribute: Encodable, Sendable {
    package var float: Accuracy?
    package var int8: Accuracy?
    package var drop: Double?
    package var dropInterval: [Double]?
    package var labelledSamples: Int
    /// Share of places with the same highest score, in 0 ... 1; nil for an attribute of one value.
    package var agreement: Double?
    package var sqnrDb: Double
    package var meanAbsoluteError: Double
    /// Scores that are infinite or NaN in one of the two.
    package var notFinite: Int
  }

  /// A budget that was missed.
  package struct Miss: Encodable, Sendable, Equatable {
    package var attribute: String
    /// `accuracy_drop`, `agreement`, `sqnr_db` (each in the recipe's unit) or `not_finite`.
    package var budget: String
    package var limit: Double
    package var value: Double
  }

  /// A budget of the recipe that the data cannot tell of, such as an accuracy without labels.
  package struct Unchecked: Encodable, Sendable, Equatable {
    package var attribute: String
    /// As in `Miss`.
    package var budget: String
    package var limit: Double
  }

  package struct Gate: Encodable, Sendable {
    /// No budget is missed, and none that the recipe states is unchecked.
    package var passed: Bool
    package var missed: [Miss]
    package var unchecked: [Unchecked]
  }

  /// What the bundle's gates let through and save. All other figures are of all samples, as if there were no gates.
  package struct Gates: Encodable, Sendable {
    package struct Attribute: Encodable, Sendable {
      package var when: String
      /// Samples on which the bundle evaluates it, and on which the float network would.
      package var evaluated: Int
      package var floatEvaluated: Int
      /// Share of the samples on which both decide alike, in 0 ... 1.
      package var agreement: Double
      /// Accuracies on the samples that the bundle evaluates and that have a label.
      package var labelledSamples: Int
      package var float: Accuracy?
      package var int8: Accuracy?
    }

    package var attributes: [String: Attribute]
    /// Multiply-accumulates of one sample: with all gates open, and the mean of the samples.
    package var worstMultiplyAccumulates: Int
    package var meanMultiplyAccumulates: Double
    /// Mean over worst.
    package var meanShare: Double
  }

  /// In the bundle's order; JSON has them by name.
  package var attributeNames: [String]
  package var attributes: [String: Attribute]
  /// Accuracies by column, value of the column and attribute.
  package var subgroups: [String: [String: [String: Comparison]]]
  package var samples: Int
  package var gate: Gate
  /// Nil where no attribute has one.
  package var gates: Gates?

  enum CodingKeys: CodingKey {
    case attributes, subgroups, samples, gate, gates
  }
}
