/// int8 compared with float on calibration samples, right after quantizing: whether it does at all what the network does. How much accuracy
/// it costs, `facet verify` tells on labelled data.
public struct QuantizationReport: Sendable, Encodable {
  /// What an operator of an int8 program adds by itself: its result against that of the float operator on the same (int8) input.
  public struct OperatorError: Sendable, Encodable, Equatable {
    /// As the model calls it.
    public var name: String
    public var `operator`: String
    /// Signal-to-quantization-noise ratio of its result, in dB.
    public var sqnrDb: Double
  }

  public struct Attribute: Sendable, Encodable, Equatable {
    public var name: String
    /// Signal-to-quantization-noise ratio of the scores, in dB.
    public var sqnrDb: Double
    /// Share of places with the same highest score, in 0 ... 1; nil for scores without classes.
    public var agreement: Double?
    /// Scores that are infinite or NaN in one of the two.
    public var notFinite: Int
    /// Whether it is as near to float as int8 usually is.
    public var passed: Bool
    /// Those that cost it most, the worst first; empty where it passed.
    public var operators: [OperatorError]
  }

  /// What is usual is 15 dB or more, and 95 % or more.
  public static let leastSqnrDb = 15.0
  public static let leastAgreement = 0.95
  /// From here on labels change by chance only: an agreement below counts only where so many samples exclude chance.
  public static let faultlessSqnrDb = 30.0

  public var samples: Int
  /// Whether these were set aside: they served ranges and biases, as all samples do, and no choice.
  public var setAside: Bool
  /// In the bundle's order.
  public var attributes: [Attribute]
}
