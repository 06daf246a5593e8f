import FacetDiagnostics
import FacetIR
import FacetImport
import FacetRecipe

/// One operator of a model as it stands in the file, before folding.
public struct ModelLayer: Sendable, Encodable, Equatable {
  /// The node's name.
  public var name: String
  public var operatorName: String
  /// e.g. `strides=2,2 pads=1,1,1,1`.
  public var attributes: String
  /// Names of the values that it reads and that are computed, or the model's inputs.
  public var inputs: [String]
  /// The name of its result.
  public var value: String
  public var shape: [Int]
  /// Elements of the constants that it reads.
  public var parameters: Int
  public var multiplyAccumulates: Int
  /// Whether `--outputs` and a recipe's `output` may name the value: not where one operator of the file became several, and this is none
  /// of their results.
  public var canBeOutput: Bool

  init(_ node: Node, _ model: ImportedModel) {
    let graph = model.graph
    name = node.name
    operatorName = node.op.name
    attributes = node.op.attributes
    inputs = node.inputs.filter { graph.constant($0) == nil }.map { graph[$0].name }
    value = graph[node.output].name
    shape = graph.shape(node.output)
    parameters = Set(node.inputs).reduce(0) { $0 + (graph.constant($1)?.elements.count ?? 0) }
    multiplyAccumulates = node.op.multiplyAccumulates(graph.inputShapes(node), output: graph.shape(node.output))
    canBeOutput = model.valueNames.contains(value)
  }
}

extension Compiler {
  /// The operators of a model, as far as they can be read.
  ///
  /// - Returns: also what stands in the way of the others; empty where all are there.
  /// - Throws: where nothing of the model can be read.
  public static func layers(
    model path: String, options: ModelOptions = ModelOptions()
  ) throws(FacetError) -> (layers: [ModelLayer], problems: [Diagnostic]) {
    let (model, failure) = try options.importPart(path)
    return (model.graph.nodes.map { ModelLayer($0, model) }, failure?.diagnostics ?? [])
  }
}
