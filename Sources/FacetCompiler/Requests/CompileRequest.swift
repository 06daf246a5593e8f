import FacetBundle
import FacetData
import FacetQuantization
import FacetRecipe

/// What to compile, and how.
public struct CompileRequest: Sendable {
  /// Paths of model files. Several are merged into one network: what they share is computed once.
  public var models: [String]
  /// None; one for all models; or one for each, in their order.
  public var recipes: [Recipe]
  /// What is said about the models beyond their files and recipes.
  public var options: ModelOptions
  /// Attributes whose branch comes from one of the models, by its index; that model gives these alone. For a bundle in which branches
  /// were replaced: the models that it is compared with have outputs of the same names.
  package var branchModels: [String: Int] = [:]
  public var target: Target
  /// Path of calibration data (images, tensors or a folder of them); takes the place of the recipe's.
  public var calibration: String?
  public var precision: Precision
  public var effort = Effort.normal
  /// How int8 ranges follow from what was measured; nil for `mse`, or for another where the effort allows trials and it is better.
  public var ranges: RangeMethod?
  /// Operators that give more than int8, as an earlier compile decided; nil: as recipe, effort and budget say.
  public var decisions: PrecisionDecisions?
  /// Budgets that more bits for some results are to meet.
  public var budget: BudgetRequest?
  /// Threads of the calibration runs. The result does not depend on it.
  public var threads: Int
  /// What kernels take on the target, for plans; nil for the rates that the binary carries.
  package var rates: CostModel?
  /// How calibration data are read.
  package var reading = DatasetOptions()
  /// Weights of different models that differ by at most this count as equal when they are merged: the largest absolute difference of
  /// two elements, relative to the largest magnitude in either tensor, after folding. The first model's are kept.
  public var mergeTolerance: Double
  /// Stops after this many patches of the passes, to find the one that broke a model.
  public var stopAfter: Int?
  /// Sets of attributes that get a memory plan of their own, beside those of the recipe; one of the same name takes its place.
  public var profiles: [Profile]
  public var progress: (@Sendable (Progress) -> Void)?

  public init(
    models: [String], recipes: [Recipe] = [], options: ModelOptions = ModelOptions(), target: Target, calibration: String? = nil,
    precision: Precision = .int8, threads: Int = 1, mergeTolerance: Double = 0, stopAfter: Int? = nil, profiles: [Profile] = [],
    progress: (@Sendable (Progress) -> Void)? = nil
  ) {
    self.models = models
    self.recipes = recipes
    self.options = options
    self.target = target
    self.calibration = calibration
    self.precision = precision
    self.threads = threads
    self.mergeTolerance = mergeTolerance
    self.stopAfter = stopAfter
    self.profiles = profiles
    self.progress = progress
  }
}

/// How far a long step has come.
public struct Progress: Sendable, Equatable {
  /// What is being done, e.g. `calibrate`.
  public var stage: String
  public var done: Int
  public var total: Int

  public init(stage: String, done: Int, total: Int) {
    self.stage = stage
    self.done = done
    self.total = total
  }
}
