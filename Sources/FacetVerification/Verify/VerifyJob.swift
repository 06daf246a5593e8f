import FacetCompiler
import FacetData
import FacetRuntime

/// `facet verify`: opens all that it names, compiles the float network in memory, and compares.
package struct VerifyJob {
  package var bundle: String
  package var against: [String]
  package var data: String
  /// None: the one that the bundle carries. One for all models, or one for each.
  package var recipes: [String]
  package var threads: Int
  package var isa: String?
  package var progress: ((_ done: Int, _ total: Int) -> Void)?

  package init(
    bundle: String, against: [String], data: String, recipes: [String], threads: Int, isa: String?,
    progress: ((_ done: Int, _ total: Int) -> Void)?
  ) {
    self.bundle = bundle
    self.against = against
    self.data = data
    self.recipes = recipes
    self.threads = threads
    self.isa = isa
    self.progress = progress
  }

  package func run() throws(CompileFailure) -> VerificationReport {
    if let file = against.first(where: { $0.lowercased().hasSuffix(".npz") }) {
      throw CompileFailure(
        DataError(
          code: "verify.npz", file: file, message: "this version does not compare with saved outputs",
          remedy: "Give the model itself (.onnx)."))
    }
    let opened = try BundleFile(bundle)
    do {
      try opened.bundle.verifyHashes()
    } catch {
      throw CompileFailure(error, file: bundle)
    }
    let chosen = try chosenRecipes(opened)
    let dataset: Dataset
    do {
      dataset = try Dataset.open(path: data)
    } catch {
      throw CompileFailure(error)
    }
    let target: Target
    do {
      target = try Target.named(Target.defaultName)
    } catch {
      throw CompileFailure(DataError(code: "target.unknown", file: Target.defaultName, message: "\(error)", remedy: ""))
    }
    // Without a tolerance: what sharing nearly equal weights costs is part of what is measured.
    let float = try Compiler.compile(
      CompileRequest(models: against, recipes: chosen, target: target, precision: .float32, threads: threads))
    let reference: Bundle
    do {
      reference = try Bundle.opening(float.bytes)
    } catch {
      throw CompileFailure(error, file: against.first ?? "")
    }
    return try Verification(
      bundle: opened.bundle, bundleFile: bundle, reference: reference, data: dataset, recipes: chosen, threads: threads,
      isa: isa, progress: progress
    ).run()
  }

  /// Those that are named, or the one that the bundle carries. A bundle that takes images cannot do without.
  private func chosenRecipes(_ opened: BundleFile) throws(CompileFailure) -> [Recipe] {
    var named: [Recipe] = []
    for path in recipes { named.append(try Recipe.load(path)) }
    if !named.isEmpty { return named }
    if let carried = opened.bundle.embeddedRecipe { return [carried] }
    guard opened.bundle.takesPixels else { return [] }
    throw CompileFailure(
      DataError(
        code: "verify.recipe", file: bundle, message: "it takes images, and how those are normalized stands in the recipe",
        remedy: "Give the recipe that it was compiled with: --recipe recipe.json."))
  }
}
