import FacetDiagnostics
import FacetRecipe

/// A bundle and what there is to say about it.
public struct CompileResult: Sendable {
  public var bytes: [UInt8]
  public var report: CompileReport
  /// Files that the models named and that were read: what is written must not replace them.
  public var externalFiles: [String] = []
}

/// What the compiler did, for people and for `--json`.
public struct CompileReport: Sendable, Encodable {
  /// What became of one batch normalization of the model.
  public struct BatchNorm: Sendable, Encodable {
    public var name: String
    public var fate: String
    /// Whether it is still computed, as an affine. Not in JSON: the fate says it.
    package var remains = false

    private enum CodingKeys: CodingKey {
      case name, fate
    }
  }

  /// What one attribute costs when it alone is asked for.
  public struct Attribute: Sendable, Encodable {
    public var name: String
    public var multiplyAccumulates: Int
    public var parameters: Int
    /// Of packed weights.
    public var weightBytes: Int
    /// Of a memory plan for it alone; a profile of it has that.
    public var arenaBytes = 0
    public var arenaLowerBound = 0
  }

  /// A named set of attributes with a memory plan of its own.
  public struct Profile: Sendable, Encodable {
    public var name: String
    public var attributes: [String]
    public var arenaBytes: Int
    /// The largest set of its tensors that live at one time.
    public var arenaLowerBound: Int
  }

  /// What each thread's kernels of one level need beside the arena's tensors.
  public struct Scratch: Sendable, Encodable, Equatable {
    public var level: String
    public var bytes: Int
  }

  /// An attribute that is evaluated only on a condition.
  public struct Gate: Sendable, Encodable {
    public var attribute: String
    public var when: String
  }

  public var operators = 0
  public var parameters = 0
  public var multiplyAccumulates = 0
  public var batchNorms: [BatchNorm] = []
  public var patches: [String] = []
  public var attributes: [Attribute] = []
  /// In the order of evaluation.
  public var gates: [Gate] = []
  public var profiles: [Profile] = []
  public var bundleBytes = 0
  public var arenaBytes = 0
  /// The largest set of tensors that live at one time: no arena can be smaller.
  public var arenaLowerBound = 0
  /// Of the levels of the target's cores (of a kind of CPU, all its levels) whose kernels need some.
  public var scratch: [Scratch] = []
  public var calibrationSamples = 0
  /// Calibration data that could not be read and were passed over; nil where there are none.
  public var skipped: [Diagnostic]?
  /// int8 against float; nil where there is no int8, or no data.
  public var quantization: QuantizationReport?
  /// Operators of an int8 bundle that give more than int8, by name; nil where there are none.
  public var moreBits: [MoreBits]?
  /// What was tried to meet budgets; nil where that was not asked for.
  public var budget: BudgetReport?
  /// Nil for one model.
  public var merge: Merge?
  /// What was assumed or left out, a sentence each.
  public var notes: [String] = []
  /// What makes the bundle other than it should be, a sentence each; with `--strict`, the command then ends with status 2.
  public var warnings: [String] = []
}
