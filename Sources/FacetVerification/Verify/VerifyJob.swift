import FacetBundle
import FacetCompiler
import FacetData
import FacetDiagnostics
import FacetEvaluation
import FacetFiles
import FacetMetrics
import FacetQuantization
import FacetRecipe
import FacetRuntime
import FacetSensitivity

/// `facet verify`: opens all that it names, compiles the float network in memory where a model is named, and compares.
package struct VerifyJob {
  package var bundle: String
  package var against: [String]
  package var data: String
  /// None: the one that the bundle carries. One for all models, or one for each.
  package var recipes: [String]
  package var options: ModelOptions
  package var reading = DatasetOptions()
  /// Whether a model that the bundle was not compiled from is meant, such as the float one of a quantized model.
  package var allowsOtherModels: Bool
  /// On how many samples to measure what each operator costs; nil for none. It needs a model.
  package var layerSamples: Int?
  package var threads: Int
  package var isa: String?
  package var progress: ((_ done: Int, _ total: Int) -> Void)?
  /// Of the operators.
  package var layerProgress: (@Sendable (Progress) -> Void)?

  package init(
    bundle: String, against: [String], data: String, recipes: [String], options: ModelOptions = ModelOptions(),
    allowsOtherModels: Bool = false, threads: Int, isa: String?,
    progress: ((_ done: Int, _ total: Int) -> Void)?
  ) {
    self.bundle = bundle
    self.against = against
    self.data = data
    self.recipes = recipes
    self.options = options
    self.allowsOtherModels = allowsOtherModels
    self.threads = threads
    self.isa = isa
    self.progress = progress
  }

  package func run() throws(FacetError) -> VerificationReport {
    let models = against.filter { !NamedArrays.isNamed(by: $0) }
    let savedFiles = against.filter { NamedArrays.isNamed(by: $0) }
    let opened = try BundleFile(bundle)
    do {
      try opened.bundle.verifyHashes()
    } catch {
      throw FacetError(error, file: bundle)
    }
    let replaced = ReplacedModels(opened.bundle, among: models)
    let chosen = replaced.completed(try chosenRecipes(opened, normalizes: !models.isEmpty), opened.bundle, carried: recipes.isEmpty)
    let dataset: Dataset
    dataset = try Dataset.open(path: data, roi: chosen.first?.regionOfInterest ?? RegionOfInterest(), options: reading)
    let saved =
      savedFiles.isEmpty
      ? nil : try SavedOutputs(savedFiles, bundle: opened.bundle, recipes: chosen, samples: dataset.count)
    var verification = try Verification(
      bundle: opened.bundle, bundleFile: bundle, reference: models.isEmpty ? nil : reference(models, chosen, opened.bundle, replaced),
      saved: saved,
      against: against, notes: replaced.notes + [dataset.note].compactMap(\.self), data: dataset, recipes: chosen, threads: threads,
      isa: isa, progress: progress
    )
    let others = otherModels(models, opened.bundle)
    verification.warnings = others.map(\.warning) + [regionWarning(chosen, dataset)].compactMap { $0 }
    verification.otherModels = allowsOtherModels ? [] : others.map(\.file)
    verification.calibrationFolders = calibrationFolders(chosen, models)
    var report = try verification.run()
    if let layerSamples {
      report.layers = try layers(request(models, chosen, opened.bundle, replaced), opened.bundle, dataset, count: layerSamples)
    }
    return report
  }

  /// What each operator of the bundle costs, on some of the data, evenly spread.
  private func layers(
    _ request: CompileRequest, _ bundle: Bundle, _ data: Dataset, count: Int
  ) throws(FacetError) -> SensitivityReport {
    var request = request
    if let own = try? Target.named(bundle.provenance.target) { request.target = own }
    guard var network = try Compiler.quantized(bundle, request) else {
      let isFloat = bundle.provenance.precision == Precision.float32.rawValue
      throw FacetError(
        Diagnostic(
          code: VerifyErrorCode.layers, file: self.bundle,
          message: isFloat
            ? "It computes in float32: no operator loses anything by int8."
            : "Its operators cannot be told apart: \(request.models.map(quoted).joined(separator: ", ")), compiled by this version, "
              + "gives other instructions than it has.",
          remedy: "Name the models that it was compiled from, compile it again, or use 'facet sensitivity', which needs no bundle."))
    }
    for index in evenlySpread(0..<data.count, count) {
      // Verification has named those that cannot be read.
      guard let sample = try data.readableSample(index, skipped: { _ in }) else { continue }
      network.samples.append(try NetworkInput(sample, for: bundle, data: data.path))
    }
    return try Sensitivity.report(network, samples: count, threads: threads, file: self.bundle, progress: layerProgress)
  }

  /// Those that the bundle was not compiled from: no difference then says what int8 costs.
  private func otherModels(_ models: [String], _ bundle: Bundle) -> [(file: String, warning: String)] {
    let known = bundle.origin.models
    guard !known.isEmpty else { return [] }
    let names = known.map { "'\($0.name)' (SHA-256 \($0.sha256.prefix(12))…)" }
    let listed = names.prefix(4).joined(separator: ", ") + (names.count > 4 ? " and \(names.count - 4) more" : "")
    return models.compactMap { path in
      let hash = fileHash(path)
      guard !known.contains(where: { $0.sha256 == hash }) else { return nil }
      return (
        path,
        "'\(path)' (SHA-256 \(hash.prefix(12))…) is not the model that was compiled: the bundle is made from \(listed). What differs may be the "
          + "models, not int8."
      )
    }
  }

  /// A recipe names the parts of images to look at, and nothing says where they are.
  private func regionWarning(_ recipes: [Recipe], _ data: Dataset) -> String? {
    guard let recipe = recipes.first(where: { $0.input?.roi != nil }), data.lacksRegions(named: recipe.regionOfInterest) else { return nil }
    return recipe.wholeImagesWarning(data.path)
  }

  /// Where the recipes say. The one that a bundle carries lay beside the model.
  private func calibrationFolders(_ recipes: [Recipe], _ models: [String]) -> [(path: String, roi: RegionOfInterest)] {
    recipes.flatMap { recipe -> [(path: String, roi: RegionOfInterest)] in
      guard let path = recipe.calibration else { return [] }
      if !self.recipes.isEmpty { return [(recipe.resolve(path), recipe.regionOfInterest)] }
      if path.hasPrefix("/") { return [(path, recipe.regionOfInterest)] }
      return models.map { model in
        (model.lastIndex(of: "/").map { String(model[...$0]) + path } ?? path, recipe.regionOfInterest)
      }
    }
  }

  /// The models in float32.
  private func reference(
    _ models: [String], _ recipes: [Recipe], _ bundle: Bundle, _ replaced: ReplacedModels
  ) throws(FacetError) -> Bundle {
    let request = try request(models, recipes, bundle, replaced)
    let float: CompileResult
    do {
      float = try Compiler.compile(request)
    } catch {
      throw replaced.explaining(error)
    }
    do {
      return try Bundle.opening(float.bytes)
    } catch {
      throw FacetError(error, file: models.first ?? "")
    }
  }

  private func request(
    _ models: [String], _ recipes: [Recipe], _ bundle: Bundle, _ replaced: ReplacedModels
  ) throws(FacetError) -> CompileRequest {
    let target = try Target.named(Target.defaultName)
    // Without a tolerance: what sharing nearly equal weights costs is part of what is measured.
    var request = CompileRequest(
      models: models, recipes: recipes, options: options.completed(by: bundle.embeddedOptions), target: target,
      precision: .float32, threads: threads)
    request.branchModels = replaced.indices
    return request
  }

  /// Those that are named, or the one that the bundle carries. A model cannot be run on images without.
  private func chosenRecipes(_ opened: BundleFile, normalizes: Bool) throws(FacetError) -> [Recipe] {
    let named = try Recipe.load(recipes)
    if !named.isEmpty { return named }
    if let carried = opened.bundle.embeddedRecipe {
      let misread = carried.misreadBudgets
      guard misread.isEmpty else { throw FacetError(misread) }
      return [carried]
    }
    guard normalizes, opened.bundle.takesPixels else { return [] }
    throw FacetError(
      Diagnostic(
        code: VerifyErrorCode.recipe, file: bundle, message: "it takes images, and how those are normalized stands in the recipe",
        remedy: "Give the recipe that it was compiled with: --recipe recipe.json."))
  }
}
