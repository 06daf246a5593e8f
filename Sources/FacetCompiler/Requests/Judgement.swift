/// What somebody says of a bundle: whether its attributes keep their budgets.
public struct Judgement: Sendable {
  public struct Attribute: Sendable, Encodable {
    public var name: String
    /// Signal-to-quantization-noise ratio of the scores against float, in dB.
    public var sqnrDb: Double
    /// Share of samples, in 0 ... 1, with the same first label; nil for scores without classes.
    public var agreement: Double?
    /// Accuracy of float less that of int8, in 0 ... 1; nil without labels.
    public var accuracyDrop: Double?
    public var isMet: Bool
    /// What it misses, for people; empty where its budgets are met.
    public var missing: [String]

    public init(name: String, sqnrDb: Double, agreement: Double?, accuracyDrop: Double?, isMet: Bool, missing: [String]) {
      (self.name, self.sqnrDb, self.agreement, self.accuracyDrop) = (name, sqnrDb, agreement, accuracyDrop)
      (self.isMet, self.missing) = (isMet, missing)
    }

    private enum CodingKeys: String, CodingKey {
      case name, sqnrDb, agreement, accuracyDrop
      case isMet = "met"
      case missing
    }
  }

  /// In the model's order.
  public var attributes: [Attribute]
  public var samples: Int

  public init(attributes: [Attribute], samples: Int) { (self.attributes, self.samples) = (attributes, samples) }

  public var isMet: Bool { attributes.allSatisfy(\.isMet) }
}
