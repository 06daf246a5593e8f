import FacetCompiler
import FacetDiagnostics
import FacetMetrics
import FacetRecipe
import FacetSensitivity

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
    /// Of a group: share of places with the same highest score, over its samples with and without labels.
    package var agreement: Double?
    /// Of an attribute that is a number.
    package var number: Number?

    init(_ pairs: PairedProportions, agreement: Proportion = Proportion(), number: Number? = nil) {
      samples = number?.labelledSamples ?? pairs.count
      self.number = number
      if agreement.count > 0 { self.agreement = agreement.value }
      guard pairs.count > 0 else { return }
      float = Accuracy(pairs.first)
      int8 = Accuracy(pairs.second)
      drop = pairs.difference
      dropInterval = [pairs.interval.lowerBound, pairs.interval.upperBound]
    }
  }

  /// How far an attribute that is a number lies from the right one and from float's, in its unit.
  package struct Number: Encodable, Sendable {
    package struct Errors: Encodable, Sendable {
      package var meanAbsoluteError: Double
      /// Share of the samples whose error is at most `Number.within`, in 0 ... 1; nil where the recipe does not say what that is.
      package var shareWithin: Double?
    }

    package var unit: String?
    package var within: Double?
    package var labelledSamples: Int
    package var float: Errors?
    package var int8: Errors?
    /// Mean absolute error of int8 minus that of float, and its 95 % interval (Student's t); nil for one sample.
    package var increase: Double?
    package var increaseInterval: [Double]?
    /// Mean and largest |float - int8|.
    package var meanDifference: Double
    package var maxDifference: Double

    init(_ found: NumberComparison, unit: String?, within: Double?) {
      (self.unit, self.within) = (unit, within)
      labelledSamples = found.increase.count
      (meanDifference, maxDifference) = (found.difference.value, found.largestDifference)
      guard labelledSamples > 0 else { return }
      let shares = within == nil ? nil : found.within
      float = Errors(meanAbsoluteError: found.floatError.value, shareWithin: shares?.first.value)
      int8 = Errors(meanAbsoluteError: found.int8Error.value, shareWithin: shares?.second.value)
      increase = found.increase.value
      let upper = found.increase.upper(0.975)
      if upper.isFinite { increaseInterval = [2 * found.increase.value - upper, upper] }
    }
  }

  package struct Attribute: Encodable, Sendable {
    package var float: Accuracy?
    package var int8: Accuracy?
    package var drop: Double?
    package var dropInterval: [Double]?
    package var labelledSamples: Int
    /// Of the bundle's scores from those of the reference; in JSON its members stand beside the others.
    package var difference: Difference
    /// Of an attribute that is a number.
    package var number: Number? = nil

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encodeIfPresent(number, forKey: .number)
      try container.encodeIfPresent(float, forKey: .float)
      try container.encodeIfPresent(int8, forKey: .int8)
      try container.encodeIfPresent(drop, forKey: .drop)
      try container.encodeIfPresent(dropInterval, forKey: .dropInterval)
      try container.encode(labelledSamples, forKey: .labelledSamples)
      try difference.encode(to: encoder)
    }

    private enum CodingKeys: CodingKey {
      case float, int8, drop, dropInterval, labelledSamples, number
    }
  }

  /// How far scores lie from those that they are compared with.
  package struct Difference: Encodable, Sendable {
    /// Share of places with the same highest score, in 0 ... 1; nil for an attribute of one value.
    package var agreement: Double?
    package var sqnrDb: Double
    package var meanAbsoluteError: Double
    package var maxAbsoluteError: Double
    /// As a share of the largest |score|; nil where every score is 0 and should not be.
    package var maxRelativeError: Double?
    /// Scores that are infinite or NaN in one of the two.
    package var notFinite: Int

    init(_ comparison: ScoreComparison) {
      agreement = comparison.agreement.count > 0 ? comparison.agreement.value : nil
      sqnrDb = comparison.sqnr
      meanAbsoluteError = comparison.meanAbsoluteError
      maxAbsoluteError = comparison.maxAbsoluteError
      maxRelativeError = comparison.maxRelativeError
      notFinite = comparison.notFinite
    }
  }

  /// Whose budget it is: an attribute's, over all samples or those of one group.
  package struct Subject: Encodable, Sendable, Equatable {
    package var attribute: String
    /// The column of labels.csv; nil for all samples.
    package var subgroup: String?
    /// The value there; nil where the data have no such column.
    package var group: String?
  }

  /// What is asked of an attribute: that a metric keeps its budget, or that all scores are numbers.
  package enum Criterion: Sendable, Equatable {
    case metric(Metric)
    case finite

    /// As JSON has it.
    package var name: String {
      switch self {
      case .metric(let metric): metric.rawValue
      case .finite: "not_finite"
      }
    }
  }

  /// What was missed.
  package struct Miss: Encodable, Sendable, Equatable {
    /// In JSON, its members stand beside the others.
    package var subject: Subject
    package var criterion: Criterion
    /// In the metric's unit, as is the value; of scores that are no numbers, how many there may be and are.
    package var limit: Double
    package var value: Double

    package func encode(to encoder: any Encoder) throws {
      try subject.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(criterion.name, forKey: .budget)
      try container.encode(limit, forKey: .limit)
      try container.encode(value, forKey: .value)
    }

    private enum CodingKeys: CodingKey {
      case budget, limit, value
    }
  }

  /// A budget of the recipe that the data cannot tell of, such as an accuracy without labels.
  package struct Unchecked: Encodable, Sendable, Equatable {
    package var subject: Subject
    package var budget: Metric
    package var limit: Double

    package func encode(to encoder: any Encoder) throws {
      try subject.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(budget, forKey: .budget)
      try container.encode(limit, forKey: .limit)
    }

    private enum CodingKeys: CodingKey {
      case budget, limit
    }
  }

  /// A budget that the measured value keeps, but by less than chance may do with so few samples.
  package struct Undecided: Encodable, Sendable, Equatable {
    package var subject: Subject
    package var budget: Metric
    package var limit: Double
    package var value: Double
    /// What cannot be excluded at 95 %.
    package var bound: Double
    package var samples: Int
    /// As many as would do at the measured rates; nil where no number would.
    package var samplesNeeded: Int?

    package func encode(to encoder: any Encoder) throws {
      try subject.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(budget, forKey: .budget)
      try container.encode(limit, forKey: .limit)
      try container.encode(value, forKey: .value)
      try container.encode(bound, forKey: .bound)
      try container.encode(samples, forKey: .samples)
      try container.encodeIfPresent(samplesNeeded, forKey: .samplesNeeded)
    }

    private enum CodingKeys: CodingKey {
      case budget, limit, value, bound, samples, samplesNeeded
    }
  }

  package struct Gate: Encodable, Sendable {
    /// No budget is missed or undecided, none that the recipe states is unchecked, and the models are those that were compiled.
    package var passed: Bool
    package var missed: [Miss]
    package var unchecked: [Unchecked]
    package var undecided: [Undecided]
    /// Models that are not what the bundle was compiled from, where that was not meant; nil where there are none.
    package var otherModels: [String]?
    /// Attributes that nothing was checked of: the recipe states no budget, and none is usual for a number; nil where there are none.
    package var withoutBudget: [String]?
  }

  /// What the bundle's gates let through and save. All other figures are of all samples, as if there were no gates.
  package struct Gates: Encodable, Sendable {
    package struct Attribute: Encodable, Sendable {
      package var when: String
      /// Samples on which the bundle evaluates it, and on which the float network would; nil without a model.
      package var evaluated: Int
      package var floatEvaluated: Int?
      /// Share of the samples on which both decide alike, in 0 ... 1.
      package var agreement: Double?
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
  /// Data that could not be read and were passed over; nil where there are none.
  package var skipped: [Diagnostic]?
  /// Of the bundle: int8 or float32. Its results stand under `int8` either way.
  package var precision: String
  /// The models and saved outputs that were named. Without a model, the saved outputs stand under `float`.
  package var against: [String]
  /// What a reader should know about these; nil where there is nothing.
  package var notes: [String]?
  /// What makes the comparison worth less than it looks, a sentence each; nil where there is nothing.
  package var warnings: [String]?
  /// How many samples are calibration samples; nil where that is not known.
  package var calibrationSamples: Int?
  /// Which array was taken for which attribute; nil where none was saved.
  package var saved: [SavedOutputs.Source]?
  /// Arrays that no attribute names, by file.
  package var unusedArrays: [String: [String]]?
  /// Attributes that no array was saved of; nil where there are none. Without a model, nothing else is known of them.
  package var notSaved: [String]?
  /// Columns of labels.csv that are neither an attribute, a subgroup nor a region; nil where there are none.
  package var unusedColumns: [String]?
  /// The model, imported and run in float32, against the saved outputs, by attribute; nil unless both were named.
  package var importCheck: [String: Difference]?
  package var gate: Gate
  /// Nil where no attribute has one.
  package var gates: Gates?
  /// What each operator costs; nil where that was not asked for.
  package var layers: SensitivityReport?

  enum CodingKeys: CodingKey {
    case attributes, subgroups, samples, skipped, precision, against, notes, warnings, calibrationSamples, saved, unusedArrays, notSaved
    case unusedColumns, importCheck, gate, gates, layers
  }
}
