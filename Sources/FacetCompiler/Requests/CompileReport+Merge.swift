extension CompileReport {
  /// What several models have in common, after folding.
  public struct Merge: Sendable, Encodable {
    public struct Cost: Sendable, Encodable, Equatable {
      public var operators: Int
      public var parameters: Int
      public var multiplyAccumulates: Int
    }

    public struct Model: Sendable, Encodable {
      public var name: String
      /// What it needs of the merged network.
      public var alone: Cost
      /// The part of that which at least one other model needs, too.
      public var shared: Cost
    }

    public var models: [Model]
    public var together: Cost
    public var sharedByAll: Cost
    /// What was shared although its weights differ; nil where all that is shared is equal.
    public var tolerated: NearlyEqual?
    /// What a tolerance would share; nil where there is nothing.
    public var wouldShare: NearlyEqual?
  }

  /// Operators of different models that are alike but for small differences of their weights.
  public struct NearlyEqual: Sendable, Encodable, Equatable {
    /// The models whose own weights are, or would be, given up.
    public var models: [String]
    public var operators: Int
    public var parameters: Int
    /// Of two elements, relative to the largest magnitude in their tensors.
    public var largestDifference: Double
    /// Where that is.
    public var tensor: String
    /// `largestDifference` rounded up: what to give as `--merge-tolerance`.
    public var tolerance: Double
  }
}
