/// The tree of a network's parts with what each costs, for people and for `--json`.
public struct PlanReport: Sendable, Encodable {
  public struct Cost: Sendable, Encodable, Equatable {
    public var multiplyAccumulates = 0
    public var parameters = 0
    /// Of packed weights, as they stand in a bundle.
    public var weightBytes = 0
    /// Of all tensors that are computed, one after the other; an arena needs far less, because they share its bytes.
    public var activationBytes = 0
    /// On one core of the target, modelled, not measured.
    public var modelledMilliseconds = 0.0
    /// As a costs file has it: the median on the machine that it is from. Nil without one.
    public var measuredMilliseconds: Double?

    /// The measured time where there is one, otherwise the modelled one.
    public var milliseconds: Double { measuredMilliseconds ?? modelledMilliseconds }

    static func + (a: Cost, b: Cost) -> Cost {
      let measured = [a.measuredMilliseconds, b.measuredMilliseconds].compactMap { $0 }
      return Cost(
        multiplyAccumulates: a.multiplyAccumulates + b.multiplyAccumulates, parameters: a.parameters + b.parameters,
        weightBytes: a.weightBytes + b.weightBytes, activationBytes: a.activationBytes + b.activationBytes,
        modelledMilliseconds: a.modelledMilliseconds + b.modelledMilliseconds,
        measuredMilliseconds: measured.isEmpty ? nil : measured.reduce(0, +))
    }
  }

  /// A tensor that one part computes and another one reads: where that leaves.
  public struct Fork: Sendable, Encodable, Equatable {
    /// The part that computes it.
    public var part: Int
    /// In the model: what `--cut` takes; nil in a bundle of which it was not noted.
    public var tensor: String?
    /// Height, width, channels.
    public var shape: [Int]
    public var bytes: Int
  }

  /// Instructions that the same attributes need: the trunk, what some share, or the branch of one.
  public struct Part: Sendable, Encodable, Equatable {
    public var name: String
    /// Names of the attributes that need it.
    public var attributes: [String]
    /// The part that it leaves, of which it is a branch; nil for the trunk.
    public var parent: Int?
    public var forks: [Fork]
    public var instructions: Int
    public var cost: Cost
  }

  public struct Attribute: Sendable, Encodable, Equatable {
    public var name: String
    /// Of all parts that it needs.
    public var alone: Cost
    /// Of the parts that no other attribute needs: what a network without it saves.
    public var leavingOutSaves: Cost
  }

  /// What would be a network of its own.
  public struct Network: Sendable, Encodable, Equatable {
    public var name: String
    public var attributes: [String]
    public var cost: Cost
  }

  public var file: String
  public var precision: String
  public var target: String
  /// Which core the modelled times are of, and what they rest on.
  public var timesFrom = ""
  /// Kernels and threads of the measured times; nil where all are modelled.
  public var measured: String?
  /// Part 0 is the trunk; a part stands after those that it reads from.
  public var parts: [Part]
  public var attributes: [Attribute]
  /// The models as they were given or merged, or, of one network, one for each attribute.
  public var separate: [Network]
  public var separateTotal: Cost
  public var merged: Cost
  public var arenaBytes: Int
  /// Of kernels on the target's first kind of core, beside the arena, in each thread.
  public var scratchBytes = 0
  public var notes: [String]
  /// What makes the times other ones than those of a network made for the target.
  public var warnings: [String] = []
}
