import FacetIR
import FacetImport
import FacetQuantization
import FacetRuntime

@testable import FacetCompiler
@testable import FacetLowering
@testable import FacetRecipe

/// A network whose scores are known by hand: input [1, 3, 2, 2], the mean of each channel, times a factor of its own.
enum TinyNetwork {
  /// Attributes `kind` (three scores) and `size` (one score: the mean of channel 0), in float32. A third one does not need the means.
  static func bundle(factors: [Float], attributes: [String] = ["kind", "size"], recipe: String? = nil) throws -> [UInt8] {
    var graph = Graph()
    let input = graph.addInput(name: "x", shape: [1, 3, 2, 2])
    let means = try graph.addNode(name: "mean", GlobalAveragePool(keepDimensions: false), [input])
    func dense(_ name: String, _ weights: [Float]) throws -> ValueID {
      let outputs = weights.count / 3
      let constant = graph.addConstant(name: name + ".weight", Tensor(shape: [outputs, 3], elements: weights))
      let bias = graph.addConstant(name: name + ".bias", Tensor(shape: [outputs], repeating: 0))
      return try graph.addNode(name: name, FullyConnected(), [means, constant, bias])
    }
    let kind = try dense("kind", [factors[0], 0, 0, 0, factors[1], 0, 0, 0, factors[2]])
    let size = try dense("size", [1, 0, 0])
    let peak = try graph.addNode(
      name: "peak", GlobalAveragePool(keepDimensions: false), [graph.addNode(name: "relu", Unary(function: .relu), [input])])
    graph.outputs = zip(attributes, [kind, size, peak]).map { GraphOutput(name: $0, value: $1) }
    graph.removeDeadNodes()
    let source = ModelSource(file: "tiny.onnx", fileSize: 0, format: "test", operatorSet: 0, producer: "", name: "")
    let model = try PreparedModel(
      ImportedModel(graph: graph, source: source, notes: []), recipe: recipe.map { try Recipe.parse(Array($0.utf8), file: "r.json") },
      stopAfter: nil)
    let program = try Pipeline.lower(QuantizationDecisions(float32: model.graph), model, storedUnsigned: false)
    return BundleEmitter(
      program: program, attributes: model.attributes, input: model.input, storedUnsigned: false, provenance: [],
      evaluation: model.evaluation, forks: ForkInterface.all(program, model.graph)
    ).bytes()
  }

  static let recipe = """
    {"version": 1, "attributes": {"kind": {"labels": ["cat", "dog", "hen"], "confidence": "softmax"}, "size": {}}}
    """
}
