import FacetData
import FacetDiagnostics
import FacetQuantization
import FacetRecipe

/// Which branch of a bundle is to be replaced, and by what.
public struct ReplaceRequest: Sendable {
  /// The attribute whose branch it is.
  public var branch: String
  /// Path of the new model.
  public var model: String
  /// What says how the model is to be read and what its output means; nil: the recipe that the bundle carries.
  public var recipe: Recipe?
  /// What is said about the model beyond its file and recipe.
  public var options: ModelOptions
  /// Path of calibration data; takes the place of the recipe's.
  public var calibration: String?
  /// How calibration data are read.
  package var reading = DatasetOptions()
  /// Nil: that of the bundle.
  public var effort: Effort?
  /// Nil: that of the bundle.
  public var ranges: RangeMethod?
  /// Threads of the calibration runs. The result does not depend on it.
  public var threads: Int
  public var progress: (@Sendable (Progress) -> Void)?

  public init(
    branch: String, model: String, recipe: Recipe? = nil, options: ModelOptions = ModelOptions(), calibration: String? = nil,
    threads: Int = 1, progress: (@Sendable (Progress) -> Void)? = nil
  ) {
    self.branch = branch
    self.model = model
    self.recipe = recipe
    self.options = options
    self.calibration = calibration
    self.threads = threads
    self.progress = progress
  }
}

/// A bundle with another branch, and what there is to say about it.
public struct ReplaceResult: Sendable {
  public var bytes: [UInt8]
  public var report: ReplaceReport
}

/// What replacing did, for people and for `--json`.
public struct ReplaceReport: Sendable, Encodable {
  public struct Sizes: Sendable, Encodable, Equatable {
    /// Of the branch's packed weights.
    public var weightBytes: Int
    public var instructions: Int
    public var multiplyAccumulates: Int
    /// Of the plan for all attributes.
    public var arenaBytes: Int
    /// Of the whole bundle.
    public var bundleBytes: Int
  }

  public var branch: String
  /// The fragment that is now another one.
  public var fragment: Int
  /// Operators that the model and the bundle have in common.
  public var sharedOperators: Int
  public var before: Sizes
  public var after: Sizes
  /// Sections whose bytes are not what they were, such as "weights 3".
  public var changedSections: [String]
  public var keptSections: Int
  public var calibrationSamples: Int
  /// Calibration data that could not be read and were passed over; nil where there are none.
  public var skipped: [Diagnostic]?
  /// The new branch in int8 against float; nil without data.
  public var quantization: QuantizationReport?
  /// What was assumed, a sentence each.
  public var notes: [String]
  /// What makes the branch other than it should be, a sentence each; with `--strict`, the command then ends with status 2.
  public var warnings: [String] = []
}
