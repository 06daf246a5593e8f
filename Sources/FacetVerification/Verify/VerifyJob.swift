import FacetCompiler
import FacetData
import FacetRuntime

/// `facet verify`: opens all that it names, compiles the float network in memory where a model is named, and compares.
package struct VerifyJob {
  package var bundle: String
  package var against: [String]
  package var data: String
  /// None: the one that the bundle carries. One for all models, or one for each.
  package var recipes: [String]
  package var options: ModelOptions
  package var reading = DatasetOptions()
  package var threads: Int
  package var isa: String?
  package var progress: ((_ done: Int, _ total: Int) -> Void)?

  package init(
    bundle: String, against: [String], data: String, recipes: [String], options: ModelOptions = ModelOptions(), threads: Int,
    isa: String?,
    progress: ((_ done: Int, _ total: Int) -> Void)?
  ) {
    self.bundle = bundle
    self.against = against
    self.data = data
    self.recipes = recipes
    self.options = options
    self.threads = threads
    self.isa = isa
    self.progress = progress
  }

  package func run() throws(CompileFailure) -> VerificationReport {
    let models = against.filter { !NamedArrays.isNamed(by: $0) }
    let savedFiles = against.filter { NamedArrays.isNamed(by: $0) }
    let opened = try BundleFile(bundle)
    do {
      try opened.bundle.verifyHashes()
    } catch {
      throw CompileFailure(error, file: bundle)
    }
    let replaced = ReplacedModels(opened.bundle, among: models)
    let chosen = replaced.completed(try chosenRecipes(opened, normalizes: !models.isEmpty), opened.bundle, carried: recipes.isEmpty)
    let dataset: Dataset
    do {
      dataset = try Dataset.open(path: data, roi: chosen.first?.regionOfInterest ?? RegionOfInterest(), options: reading)
    } catch {
      throw CompileFailure(error)
    }
    let saved =
      savedFiles.isEmpty
      ? nil : try SavedOutputs(savedFiles, bundle: opened.bundle, recipes: chosen, samples: dataset.count)
    return try Verification(
      bundle: opened.bundle, bundleFile: bundle, reference: models.isEmpty ? nil : reference(models, chosen, opened.bundle, replaced),
      saved: saved,
      against: against, notes: replaced.notes + [dataset.note].compactMap(\.self), data: dataset, recipes: chosen, threads: threads,
      isa: isa, progress: progress
    ).run()
  }

  /// The models in float32.
  private func reference(
    _ models: [String], _ recipes: [Recipe], _ bundle: Bundle, _ replaced: ReplacedModels
  ) throws(CompileFailure) -> Bundle {
    let target: Target
    do {
      target = try Target.named(Target.defaultName)
    } catch {
      throw CompileFailure(Diagnostic(code: RunErrorCode.targetUnknown, file: Target.defaultName, message: "\(error)", remedy: ""))
    }
    // Without a tolerance: what sharing nearly equal weights costs is part of what is measured.
    var request = CompileRequest(
      models: models, recipes: recipes, options: options.completed(by: bundle.embeddedOptions), target: target,
      precision: .float32, threads: threads)
    request.branchModels = replaced.indices
    let float: CompileResult
    do {
      float = try Compiler.compile(request)
    } catch {
      throw replaced.explaining(error)
    }
    do {
      return try Bundle.opening(float.bytes)
    } catch {
      throw CompileFailure(error, file: models.first ?? "")
    }
  }

  /// Those that are named, or the one that the bundle carries. A model cannot be run on images without.
  private func chosenRecipes(_ opened: BundleFile, normalizes: Bool) throws(CompileFailure) -> [Recipe] {
    let named = try Recipe.load(recipes)
    if !named.isEmpty { return named }
    if let carried = opened.bundle.embeddedRecipe { return [carried] }
    guard normalizes, opened.bundle.takesPixels else { return [] }
    throw CompileFailure(
      Diagnostic(
        code: VerifyErrorCode.recipe, file: bundle, message: "it takes images, and how those are normalized stands in the recipe",
        remedy: "Give the recipe that it was compiled with: --recipe recipe.json."))
  }
}
