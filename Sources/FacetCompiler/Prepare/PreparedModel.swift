import FacetDiagnostics
import FacetFormat
import FacetIR
import FacetImport
import FacetLowering
import FacetPasses
import FacetQuantization
import FacetRecipe

/// A model that has been imported, cut to the recipe's attributes, folded and fused: what every precision starts from.
struct PreparedModel {
  var graph: Graph
  /// The model; of several merged ones, all of them as one.
  var source: ModelSource
  /// In the order in which they were given.
  var sources: [ModelSource]
  /// What they are called among themselves.
  var modelNames: [String]
  /// In the order of `graph.outputs`.
  var attributes: [AttributeInterface]
  /// For each output, the index of its model.
  private(set) var outputModels: [Int]
  var input: InputInterface
  /// What the model itself says about its input; nil where it says nothing.
  private(set) var expectation: PixelExpectation?
  /// Nil where there is none near the input.
  private(set) var firstNormalization: FirstNormalization?
  /// Nil without a recipe.
  var evaluation: EvaluationPlan?
  /// Filled as far as it is known: operators, batch norms, patches, notes.
  var report: CompileReport
  /// For all models.
  var recipe: Recipe?
  /// Operators that are to give more than int8, by the recipe.
  var precisions: [String: ResultPrecision] {
    (recipe?.precisions ?? [:]).mapValues { $0 == .int16 ? .int16 : .float32 }
  }

  /// The same with what a file of decisions says, which wins.
  func precisions(_ decisions: PrecisionDecisions) -> [String: ResultPrecision] {
    precisions.merging(decisions.precision.compactMapValues(ResultPrecision.init)) { $1 }
  }
  /// What each value of the model computed before it was folded, where that was asked for.
  private(set) var sourceNumbers: [ValueID: ValueNumber]
  /// Where the recipes say that calibration data lie.
  var calibrations: [(path: String, recipe: Recipe)]

  /// - Parameter isNumbered: whether an int8 bundle is to be made, which states the numbers of its values: hashing all weights takes a while.
  init(_ request: CompileRequest, isNumbered: Bool = true) throws(FacetError) {
    try self.init(MergedModels.reading(request.models, recipes: request.recipes, options: request.options), request, isNumbered: isNumbered)
  }

  init(_ models: consuming MergedModels, _ request: CompileRequest, isNumbered: Bool = true) throws(FacetError) {
    try self.init(
      models, recipes: request.recipes, branchModels: request.branchModels, tolerance: request.mergeTolerance, stopAfter: request.stopAfter,
      isNumbered: isNumbered && request.precision == .int8)
  }

  /// - Parameter imported: taken, so that weights that are folded are not held twice.
  init(_ imported: consuming ImportedModel, recipe: Recipe?, stopAfter: Int?) throws(FacetError) {
    try self.init(MergedModels([consume imported]), recipes: recipe.map { [$0] } ?? [], tolerance: 0, stopAfter: stopAfter)
  }

  /// - Parameters:
  ///   - keeping: values by what they compute before folding: folding treats them as if somebody else needed them, too.
  ///   - isNumbered: `sourceNumbers` are wanted.
  init(
    _ given: consuming MergedModels, recipes: [Recipe], branchModels: [String: Int] = [:], tolerance: Double = 0, stopAfter: Int? = nil,
    keeping: Set<ValueNumber> = [], isNumbered: Bool = false
  ) throws(FacetError) {
    var models = given
    let merged = try MergedRecipe(recipes, models: models, branchModels: branchModels)
    let recipe = merged.recipe
    // Taken out, so that weights that are folded are not held twice.
    var graph = exchange(&models.model.graph, with: Graph())
    let imported = models.model
    source = imported.source
    sources = models.sources
    modelNames = models.names
    self.recipe = recipe
    calibrations = merged.calibrations
    report = CompileReport()
    report.notes = imported.notes
    var problems: [Diagnostic] = []
    let specs = RecipeBinding.selectOutputs(&graph, recipe, file: imported.source.file, notes: &report.notes, problems: &problems)
    input = RecipeBinding.input(&graph, recipe, file: imported.source.file, problems: &problems)
    RecipeBinding.checkLabels(graph, specs, recipe, problems: &problems)
    if graph.nodes.count > PassPipeline.nodeLimit {
      problems.append(
        Diagnostic(
          code: CompileErrorCode.tooLarge, file: imported.source.file,
          message: "The network has \(graph.nodes.count) operators; at most \(PassPipeline.nodeLimit) are supported.",
          remedy: "Check that this is the model that was meant; export it without its training graph."))
    }
    if !problems.isEmpty { throw FacetError(problems) }
    if let value = graph.inputs.first {
      expectation = PixelExpectation(graph, input: value, type: imported.integerInputs[graph[value].name])
      if let warning = expectation?.warning(input.pixels) { report.warnings.append(warning) }
    }
    firstNormalization = FirstNormalization(graph)
    report.operators = graph.nodes.count
    report.parameters = graph.parameterCount
    report.multiplyAccumulates = graph.multiplyAccumulates
    sourceNumbers = isNumbered || !keeping.isEmpty ? ContentNumbering(graph).numbers : [:]
    let outputCount = graph.outputs.count
    for node in graph.nodes where sourceNumbers[node.output].map(keeping.contains) == true {
      graph.outputs.append(GraphOutput(name: "", value: node.output))
    }
    let refused: [Diagnostic]
    do {
      let pipeline = try PassPipeline().run(&graph, stopAfter: stopAfter, isToCompile: true)
      report.patches = pipeline.patches.map(\.description)
      if pipeline.stopped {
        let more = pipeline.completions.isEmpty ? "" : "; \(Self.completed(pipeline.completions))"
        report.notes.append("Stopped after \(pipeline.patches.count) rewrites\(more).")
      }
      report.batchNorms = pipeline.batchNorms.map {
        let remains = if case .keptAsAffine = $0.fate { true } else { false }
        return CompileReport.BatchNorm(name: $0.name, fate: $0.text, remains: remains)
      }
      refused = pipeline.refusedBatchNorms.map {
        Diagnostic(
          code: CompileErrorCode.batchNorm, file: imported.source.file, place: "node '\($0.name)'", operatorName: "BatchNormalization",
          message: "It cannot be computed: \($0.text).", remedy: "Check the model's running mean and variance; train or export it again.")
      }
    } catch {
      throw FacetError([
        Diagnostic(
          code: CompileErrorCode.passes, file: source.file, message: "\(error).",
          remedy: "Find the patch with --stop-after and report it with the model.")
      ])
    }
    if !refused.isEmpty { throw FacetError(refused) }
    if graph.outputs.count > outputCount {
      graph.outputs.removeSubrange(outputCount...)
      graph.removeDeadNodes()
    }
    outputModels = models.models(of: graph, specs)
    let parts = SharedParts(names: models.names, outputModels: outputModels)
    try Self.share(&graph, parts, models, tolerance: tolerance, report: &report)
    self.graph = graph
    var attributes: [AttributeInterface] = []
    for (index, output) in graph.outputs.enumerated() {
      attributes.append(RecipeBinding.attribute(graph, output, specs[index]))
    }
    self.attributes = attributes
    RecipeBinding.checkThresholds(attributes, specs, recipe, problems: &problems)
    evaluation = EvaluationPlan(recipe, attributes, problems: &problems)
    if !problems.isEmpty { throw FacetError(problems) }
  }

  /// What no program can compute was rewritten after an early stop, in words.
  private static func completed(_ patches: [PatchRecord]) -> String {
    let norms = patches.count { $0.pass == "batchnorm-to-affine" }
    let others = patches.count - norms
    let texts =
      (norms > 0 ? ["\(norms) batch \(norms == 1 ? "normalization is" : "normalizations are") computed as scale and shift"] : [])
      + (others > 0 ? ["\(others) more computed constants or removed what does nothing"] : [])
    return texts.joined(separator: ", ")
  }
}
