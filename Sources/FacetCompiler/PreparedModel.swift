import FacetFormat
import FacetIR
import FacetImport
import FacetPasses

/// A model that has been imported, cut to the recipe's attributes, folded and fused: what every precision starts from.
struct PreparedModel {
  var graph: Graph
  var source: ModelSource
  /// In the order of `graph.outputs`.
  var attributes: [AttributeInterface]
  var input: InputInterface
  /// Nil without a recipe.
  var evaluation: EvaluationPlan?
  /// Filled as far as it is known: operators, batch norms, patches, notes.
  var report: CompileReport
  var recipe: Recipe?

  init(_ request: CompileRequest) throws(CompileFailure) {
    guard request.models.count == 1, let path = request.models.first else {
      throw CompileFailure([
        Diagnostic(
          code: "compile.models", file: request.models.first ?? "-", message: "\(request.models.count) models were given.",
          remedy: "Give one; this version does not merge several.")
      ])
    }
    let imported: ImportedModel
    do {
      imported = try importONNX(path: path, options: ImportOptions())
    } catch {
      throw CompileFailure(error.diagnostics)
    }
    try self.init(imported, recipe: request.recipe, stopAfter: request.stopAfter)
  }

  init(_ imported: ImportedModel, recipe: Recipe?, stopAfter: Int?) throws(CompileFailure) {
    var graph = imported.graph
    source = imported.source
    self.recipe = recipe
    report = CompileReport()
    report.notes = imported.notes
    var problems: [Diagnostic] = []
    let specs = RecipeBinding.selectOutputs(&graph, recipe, file: imported.source.file, notes: &report.notes, problems: &problems)
    input = RecipeBinding.input(graph, recipe, file: imported.source.file, problems: &problems)
    RecipeBinding.checkLabels(graph, specs, recipe, problems: &problems)
    if graph.nodes.count > PassPipeline.nodeLimit {
      problems.append(
        Diagnostic(
          code: "compile.too-large", file: imported.source.file,
          message: "The network has \(graph.nodes.count) operators; at most \(PassPipeline.nodeLimit) are supported.",
          remedy: "Check that this is the model that was meant; export it without its training graph."))
    }
    if !problems.isEmpty { throw CompileFailure(problems) }
    report.operators = graph.nodes.count
    report.parameters = graph.parameterCount
    report.multiplyAccumulates = graph.multiplyAccumulates
    let refused: [Diagnostic]
    do {
      let pipeline = try PassPipeline().run(&graph, stopAfter: stopAfter)
      report.patches = pipeline.patches.map(\.description)
      report.batchNorms = pipeline.batchNorms.map { CompileReport.BatchNorm(name: $0.name, fate: $0.text) }
      refused = pipeline.refusedBatchNorms.map {
        Diagnostic(
          code: "compile.batch-norm", file: imported.source.file, place: "node '\($0.name)'", operatorName: "BatchNormalization",
          message: "It cannot be computed: \($0.text).", remedy: "Check the model's running mean and variance; train or export it again.")
      }
    } catch {
      throw CompileFailure([
        Diagnostic(
          code: "compile.passes", file: source.file, message: "\(error).",
          remedy: "Find the patch with --stop-after and report it with the model.")
      ])
    }
    if !refused.isEmpty { throw CompileFailure(refused) }
    self.graph = graph
    var attributes: [AttributeInterface] = []
    for (index, output) in graph.outputs.enumerated() {
      attributes.append(RecipeBinding.attribute(graph, output, specs[index]))
    }
    self.attributes = attributes
    evaluation = EvaluationPlan(recipe, attributes, problems: &problems)
    if !problems.isEmpty { throw CompileFailure(problems) }
  }
}

extension BatchNormReport {
  /// What became of it, in words.
  var text: String {
    // A long chain of them merges into one: nobody reads thousands of names.
    let shown = mergedWith.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
    let more = mergedWith.count > 8 ? " and \(mergedWith.count - 8) more" : ""
    let merged = mergedWith.isEmpty ? "" : "merged with \(shown)\(more), "
    return merged + "\(fate)"
  }
}
