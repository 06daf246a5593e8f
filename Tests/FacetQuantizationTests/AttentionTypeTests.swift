import FacetIR
import FacetPasses
import Testing

@testable import FacetQuantization

/// Number types and ranges of attention.
@Suite struct AttentionTypeTests {
  /// Queries, keys and values of one convolution, 2 heads of 4 numbers, 6 places; a convolution reads what they give.
  private func attention() throws -> Graph {
    var graph = Graph()
    func conv(_ name: String, _ input: ValueID, _ shape: [Int]) throws -> ValueID {
      let w = graph.addConstant(name: name + ".w", Tensor(shape: shape, elements: (0..<shape.reduce(1, *)).map { Float($0 % 7) / 7 - 0.4 }))
      let b = graph.addConstant(name: name + ".b", Tensor([Float](repeating: 0, count: shape[0])))
      return try graph.addNode(name: name, Convolution(), [input, w, b])
    }
    let x = graph.addInput(name: "x", shape: [1, 8, 1, 6])
    let qkv = try conv("qkv", x, [24, 8, 1, 1])
    let parts = try graph.addNode(name: "parts", Reshape(shape: [3, 2, 4, 6]), [qkv])
    func part(_ index: Int) throws -> ValueID {
      try graph.addNode(name: "part\(index)", Gather(axis: 0, indices: [index], indexShape: []), [parts])
    }
    let (q, k, v) = (try part(0), try part(1), try part(2))
    let rows = try graph.addNode(name: "rows", Transpose(permutation: [0, 2, 1]), [q])
    let scores = try graph.addNode(name: "scores", MatrixProduct(), [rows, k])
    let weights = try graph.addNode(name: "softmax", Softmax(axis: 2), [scores])
    let values = try graph.addNode(name: "values", Transpose(permutation: [0, 2, 1]), [v])
    let mixed = try graph.addNode(name: "mixed", MatrixProduct(), [weights, values])
    let back = try graph.addNode(name: "back", Transpose(permutation: [0, 2, 1]), [mixed])
    let image = try graph.addNode(name: "image", Reshape(shape: [1, 8, 1, 6]), [back])
    graph.outputs = [GraphOutput(name: "y", value: try conv("last", image, [4, 8, 1, 1]))]
    _ = try PassPipeline().run(&graph)
    return graph
  }

  private func node(_ name: String, _ types: NumberTypes) throws -> Node { try #require(types.graph.nodes.first { $0.name == name }) }

  @Test func productsReadInt8AndScoresAreNeverInt8() throws {
    let types = NumberTypes(int8: GivenQuantizations(try attention()))
    let (scores, softmax, mixed) = (try node("scores", types), try node("softmax", types), try node("mixed", types))
    #expect(scores.op is StridedProduct && mixed.op is StridedProduct)
    #expect(types.precisions(scores.output) == [.float32] && !types.computesFloat(scores))
    #expect(types.precisions(softmax.output) == [.int8])
    #expect(types.precisions(mixed.output) == [.int8])
    #expect(types.precisions(try node("qkv", types).output) == [.int8])
  }

  @Test func aSoftmaxThatNobodyMeasuredReachesFrom0To1() throws {
    let types = NumberTypes(int8: GivenQuantizations(try attention()))
    let decisions = QuantizationDecisions(types, measured: Measurements(), inputRange: (0, 1))
    let range = decisions.quantization(try node("softmax", types).output)
    #expect(range.zeroPoint == -128 && range.scale == 1 / 255)
  }
}
