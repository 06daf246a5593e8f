import FacetBundle
import FacetDiagnostics
import FacetFiles
import FacetIR
import FacetImport
import FacetQuantization
import FacetRuntime
import FacetTestSupport
import Testing

@testable import FacetCompiler

/// Graphs as quantized models import: int8 with the model's own scales. The oracle is the float32 reference of the same graph, whose
/// FakeQuantize rounds as the model says: int8 differs from it only where a number lies halfway between two codes, or nearly so.
@Suite struct QuantizedModelTests {
  private struct Builder {
    var graph = Graph()
    var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func rounded(_ x: ValueID, _ scale: Float, _ zeroPoint: Int) throws -> ValueID {
      try graph.addNode(name: "q\(graph.nodes.count)", Unary(function: .fakeQuantize(scale: scale, zeroPoint: zeroPoint)), [x])
    }

    mutating func constant(_ shape: [Int], scale: Float) -> ValueID {
      let elements = (0..<shape.elementCount).map { _ in Float(Int(random.next() % 255) - 127) * scale }
      let id = graph.addConstant(name: "w\(graph.values.count)", Tensor(shape: shape, elements: elements))
      graph.constantQuantizations[id] = ConstantQuantization(scales: [scale])
      return id
    }

    mutating func conv(_ x: ValueID, _ outputs: Int, scale: Float, input: Float, clamp: Clamp = .none) throws -> ValueID {
      let w = constant([outputs, graph.shape(x)[1], 3, 3], scale: scale)
      let bias = (0..<outputs).map { _ in Float(Int(random.next() % 2001) - 1000) * (scale * input) }
      let b = graph.addConstant(name: "b\(graph.values.count)", Tensor(bias))
      return try graph.addNode(name: "c\(graph.nodes.count)", Convolution(pads: [1, 1, 1, 1], clamp: clamp), [x, w, b])
    }
  }

  /// Residual, pooling, concatenation, a table, softmax in float32 between two quantizations, and a layer whose result is rounded, too.
  private func network(_ seed: UInt64) throws -> Graph {
    var net = Builder(seed: seed)
    let x = try net.rounded(net.graph.addInput(name: "x", shape: [1, 3, 8, 8]), 0.02, 3)
    let a = try net.rounded(net.conv(x, 8, scale: 0.004, input: 0.02, clamp: .relu), 0.03, -128)
    let b = try net.rounded(net.conv(a, 8, scale: 0.002, input: 0.03), 0.05, 9)
    let sum = try net.graph.addNode(name: "add", Binary(function: .add, clamp: .relu), [a, b])
    let s = try net.rounded(sum, 0.06, -128)
    let pooled = try net.graph.addNode(name: "pool", MaxPool(kernel: [2, 2], strides: [2, 2]), [s])
    let gate = try net.rounded(net.graph.addNode(name: "sigmoid", Unary(function: .sigmoid), [pooled]), 1 / 256, -128)
    let product = try net.rounded(net.graph.addNode(name: "mul", Binary(function: .multiply), [pooled, gate]), 0.05, -128)
    let both = try net.rounded(net.graph.addNode(name: "concat", Concat(axis: 1), [product, pooled]), 0.07, -120)
    let mean = try net.rounded(
      net.graph.addNode(name: "mean", AveragePool(kernel: [3, 3], pads: [1, 1, 1, 1]), [both]), 0.04, -128)
    let flat = try net.graph.addNode(name: "flat", Reshape(shape: [1, 256]), [mean])
    let w = net.constant([5, 256], scale: 0.001)
    let bias = net.graph.addConstant(name: "bias", Tensor([0.1, 0.2, 0, -0.3, 1]))
    let scores = try net.rounded(net.graph.addNode(name: "fc", FullyConnected(), [flat, w, bias]), 0.05, 5)
    let shares = try net.rounded(net.graph.addNode(name: "softmax", Softmax(axis: 1), [scores]), 1 / 256, -128)
    net.graph.outputs = [GraphOutput(name: "scores", value: scores), GraphOutput(name: "shares", value: shares)]
    return net.graph
  }

  private func compile(_ graph: Graph, target: String = Target.defaultName) throws -> CompileResult {
    let source = ModelSource(file: "quantized.onnx", fileSize: 0, format: "test", operatorSet: 0, producer: "", name: "")
    return try Compiler.compile(
      ImportedModel(graph: graph, source: source, notes: []),
      CompileRequest(models: ["quantized.onnx"], target: try Target.named(target)))
  }

  @Test(arguments: UInt64(1)...20) func int8ComputesWhatTheModelSaysWithoutCalibration(seed: UInt64) throws {
    let graph = try network(seed)
    let result = try compile(graph)
    #expect(result.report.calibrationSamples == 0)
    let bundle = try Bundle.opening(result.bytes)
    #expect(bundle.selfTestCount == 1)
    let session = try Session(bundle: bundle, threads: 1, isa: nil)
    var random = SplitMix64(seed: seed &+ 5)
    let input = random.normals([1, 3, 8, 8])
    try input.withUnsafeBufferPointer { try session.setTensor($0) }
    try session.evaluate(attributes: bundle.allAttributes)
    let expected = graph.evaluateReference([Tensor(shape: [1, 3, 8, 8], elements: input)])
    // A score that is a step of 0.05 away moves a share by up to 3.2 steps of 1/256.
    for (index, step, most) in [(0, Float(0.05), Float(2.5)), (1, Float(1) / 256, Float(8))] {
      let found = Array(session.scores(attribute: index))
      let wanted = try #require(expected[graph.outputs[index].value]).elements
      for (a, b) in zip(found, wanted) {
        #expect(abs((a / step).rounded() * step - a) < 1e-5, "seed \(seed): \(a) is no step of \(step)")
        #expect(abs(a - b) < most * step, "seed \(seed): \(a), not \(b)")
      }
    }
  }

  /// Every value of the network is int8 with the model's quantization, and the weights are its codes.
  @Test func allScalesAreTheModels() throws {
    let types = NumberTypes(int8: GivenQuantizations(try network(1)))
    #expect(!types.needsMeasurements(inputRange: nil))
    let decisions = QuantizationDecisions(types, measured: Measurements(), inputRange: nil)
    #expect(decisions.quantization(types.graph.inputs[0]).scale == 0.02)
    #expect(Set(decisions.layers.values.flatMap(\.scales)) == [0.004, 0.002, 0.001])
    // Softmax is float32; what it makes is rounded by a node of its own.
    #expect(types.graph.nodes.filter { $0.fakeQuantization != nil }.count == 1)
  }

  @Test func whatTheModelLeavesOpenIsMeasured() throws {
    var net = Builder(seed: 1)
    let x = try net.rounded(net.graph.addInput(name: "x", shape: [1, 3, 8, 8]), 0.02, 3)
    let a = try net.conv(x, 8, scale: 0.004, input: 0.02, clamp: .relu)
    let b = try net.conv(a, 8, scale: 0.004, input: 0.02)
    net.graph.outputs = [GraphOutput(name: "y", value: b)]
    let graph = net.graph
    #expect(NumberTypes(int8: GivenQuantizations(graph)).needsMeasurements(inputRange: nil))
    #expect(throws: FacetError.self) { try compile(graph) }
  }
}
