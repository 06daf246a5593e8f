import FacetIR
import FacetImport
import FacetPasses
import Testing

@testable import FacetCompiler

/// Models that are legal ONNX and that a bundle cannot hold: an error for each, and no arithmetic that overflows.
@Suite struct LimitTests {
  private func problems(_ graph: Graph) -> [String] {
    let source = ModelSource(file: "m.onnx", fileSize: 0, format: "test", operatorSet: 17, producer: "", name: "")
    return Compiler.inspect(ImportedModel(graph: graph, source: source, notes: [])).problems.map(\.code)
  }

  private func pooled(_ shape: [Int], input: String = "x", output: String = "y") throws -> Graph {
    var graph = Graph()
    let pooled = try graph.addNode(name: "pool", GlobalAveragePool(), [graph.addInput(name: input, shape: shape)])
    graph.outputs = [GraphOutput(name: output, value: pooled)]
    return graph
  }

  @Test(arguments: [[1, 1_000_000, 1, 2000], [1, 2_147_483_647, 1, 1], [1, 1, 1 << 30, 1], [1, 1, 1, 1 << 30], [1, 3, 16384, 16384]])
  func anInputThatIsTooLargeIsRefused(_ shape: [Int]) throws { #expect(try problems(pooled(shape)) == ["compile.input-size"]) }

  @Test func namesThatABundleCannotHoldAreRefused() throws {
    let long = String(repeating: "n", count: 256)
    #expect(try problems(pooled([1, 3, 4, 4], output: String(long.dropLast()))) == [])
    #expect(try problems(pooled([1, 3, 4, 4], output: long)) == ["compile.output-name"])
    #expect(try problems(pooled([1, 3, 4, 4], output: "a\u{1B}[31m")) == ["compile.output-name"])
    #expect(try problems(pooled([1, 3, 4, 4], input: "a\nb", output: "a\u{85}")) == ["compile.output-name", "compile.input-name"])
    #expect(try problems(pooled([1, 3, 4, 4], input: String(repeating: "n", count: 1025))) == ["compile.input-name"])
  }

  /// Borders as wide as a record can say, around channels that multiply them beyond 64 bits.
  @Test(arguments: [(1_000_000, 65000), (3, 30000)]) func aBorderThatIsTooLargeIsRefused(_ channels: Int, _ pads: Int) throws {
    var graph = Graph()
    let input = graph.addInput(name: "x", shape: [1, channels, 1, 1])
    let weights = graph.addConstant(name: "w", Tensor(shape: [channels, 1, 1, 1], repeating: 1))
    let bias = graph.addConstant(name: "b", Tensor(shape: [channels], repeating: 0))
    let window = Convolution(strides: [60000, 60000], pads: [pads, pads, pads, pads], dilations: [1, 1], groups: channels)
    let layer = try graph.addNode(name: "conv", window, [input, weights, bias])
    graph.outputs = [GraphOutput(name: "y", value: layer)]
    #expect(problems(graph) == ["compile.lower"])
  }

  @Test func activationsBeyondTwoGibibytesAreSaidBeforeCalibration() throws {
    var graph = Graph()
    let input = graph.addInput(name: "x", shape: [1, 2, 8000, 8000])
    let wide = try graph.addNode(name: "concat", Concat(axis: 1), Array(repeating: input, count: 3))
    let sum = try graph.addNode(
      name: "sum", Binary(function: .multiply), [wide, graph.addNode(name: "s", Unary(function: .sigmoid), [wide])])
    graph.outputs = [GraphOutput(name: "y", value: try graph.addNode(name: "pool", GlobalAveragePool(), [sum]))]
    #expect(problems(graph) == ["compile.arena"])
  }

  /// The output behind a node that fails is no second error.
  @Test func anErrorIsToldOnce() throws {
    var graph = Graph()
    let input = graph.addInput(name: "x", shape: [1, 3, 4, 4])
    let softmax = try graph.addNode(name: "softmax", Softmax(axis: 3), [input])
    graph.outputs = [GraphOutput(name: "y", value: softmax)]
    #expect(problems(graph) == ["compile.lower"])
  }

  @Test func aGraphWithTooManyOperatorsIsRefused() throws {
    var graph = Graph()
    var value = graph.addInput(name: "x", shape: [1, 3, 4, 4])
    for index in 0...PassPipeline.nodeLimit { value = try graph.addNode(name: "\(index)", Unary(function: .relu), [value]) }
    graph.outputs = [GraphOutput(name: "y", value: value)]
    #expect(problems(graph) == ["compile.too-large"])
  }
}
