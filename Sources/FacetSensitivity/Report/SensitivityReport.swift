import FacetDiagnostics

/// What each operator of an int8 program costs each attribute, on some samples.
package struct SensitivityReport: Sendable, Encodable {
  /// The int8 range of an operator's result beside the numbers that it really took.
  package struct Range: Sendable, Encodable, Equatable {
    /// What the codes -128 and 127 stand for.
    package var low: Double
    package var high: Double
    /// The smallest and the largest number on the samples.
    package var reachedLow: Double
    package var reachedHigh: Double
    /// The share of the 256 codes from the least to the greatest that occurred.
    package var used: Double
    /// The share of numbers beyond the range.
    package var clipped: Double
    /// Between these lie 99.9 % of the numbers, on so many codes.
    package var centralLow: Double
    package var centralHigh: Double
    package var centralCodes: Int
  }

  /// What an operator costs one attribute: of its scores, with all else in float32.
  package struct Effect: Sendable, Encodable, Equatable {
    package var attribute: String
    /// With its result rounded to int8, in dB; nil where it is not rounded, or only moves what is.
    package var sqnrDb: Double?
    /// With its weights and biases rounded; nil where it has none in int8.
    package var weightsSqnrDb: Double?
    /// Its noise of both kinds as a share of that of all operators, in 0 ... 1.
    package var share: Double
    /// That of its result alone; nil where it is not rounded.
    package var resultShare: Double?
    /// Scores that became infinite or NaN.
    package var notFinite: Int
  }

  /// What more bits for an operator's result take on a target, beside the program without them: modelled time of an inference on one core, and bytes of
  /// the bundle.
  package struct Cost: Sendable, Encodable, Equatable {
    package var milliseconds: Double
    package var bytes: Int

    package init(milliseconds: Double, bytes: Int) { (self.milliseconds, self.bytes) = (milliseconds, bytes) }
  }

  /// Nil where the recipe's "precision" cannot say it, or it would change nothing.
  package struct Costs: Sendable, Encodable, Equatable {
    package var int16: Cost?
    package var float32: Cost?

    package init(int16: Cost?, float32: Cost?) { (self.int16, self.float32) = (int16, float32) }
  }

  package struct OperatorReport: Sendable, Encodable, Equatable {
    /// As the model calls it.
    package var name: String
    package var `operator`: String
    /// SQNR of its result in the whole int8 program, in dB; nil where that program does not hold it.
    package var accumulatedSqnrDb: Double?
    /// Nil where its result is not int8.
    package var range: Range?
    /// Of the attributes that need it, in the order of the model's.
    package var attributes: [Effect]
    /// Of the few worst; nil of the others.
    package var costs: Costs?
  }

  package struct Attribute: Sendable, Encodable, Equatable {
    package var name: String
    /// SQNR of its scores in the whole int8 program, in dB.
    package var sqnrDb: Double
    /// What to know of it, a sentence or two.
    package var finding: String
  }

  package var samples: Int
  /// What costs are modelled for; nil where there are none.
  package var target: String?
  /// What the int8 program does beside the plain way; nil for that one.
  package var method: String?
  package var attributes: [Attribute]
  /// The worst first: by the largest share in any attribute.
  package var operators: [OperatorReport]
  /// Data that could not be read and were passed over; nil where there are none.
  package var skipped: [Diagnostic]?
  /// What was assumed or left out, a sentence each.
  package var notes: [String]
  /// What makes the figures less than they should be, a sentence each.
  package var warnings: [String]
}
