import FacetData
import FacetDiagnostics
import FacetFiles
import FacetIR
import FacetImport
import FacetTestSupport
import Foundation
import Testing

@testable import FacetCompiler
@testable import FacetQuantization

/// Channels of unequal ranges get equal ones, exactly, where it pays and nothing else reads them.
@Suite struct EqualizationTests {
  private struct Net {
    var graph = Graph()
    var random = SplitMix64(seed: 11)

    /// - Parameter louder: by how much the last output channel is larger than the first, in powers of two.
    mutating func conv(
      _ x: ValueID, _ channels: Int, depthwise: Bool = false, louder: Int = 0, clamp: Clamp = .none, residual: ValueID? = nil
    ) throws -> ValueID {
      let inputs = depthwise ? 1 : graph.shape(x)[1]
      var w = Tensor(shape: [channels, inputs, 3, 3], elements: random.uniforms([channels, inputs, 3, 3], in: -0.5...0.5))
      let length = inputs * 9
      for index in w.elements.indices {
        w.elements[index] *= Float(pow(2, Double(louder * (index / length)) / Double(max(channels - 1, 1)) - Double(louder)))
      }
      let weights = graph.addConstant(name: "w", w)
      let bias = graph.addConstant(name: "b", Tensor(shape: [channels], repeating: 0.01))
      let op = Convolution(pads: [1, 1, 1, 1], groups: depthwise ? channels : 1, clamp: clamp)
      return try graph.addNode(name: "conv\(graph.nodes.count)", op, [x, weights, bias] + (residual.map { [$0] } ?? []))
    }
  }

  /// What follows a loud layer restores the quiet channels, as batch normalization does.
  private func network(_ clamp: Clamp = .relu, _ between: (inout Net, ValueID) throws -> ValueID = { $1 }) throws -> Graph {
    var net = Net()
    let x = net.graph.addInput(name: "x", shape: [1, 4, 10, 10])
    let first = try between(&net, net.conv(x, 16, louder: 8, clamp: clamp))
    let second = try net.conv(first, 16, depthwise: true, louder: -8, clamp: clamp)
    net.graph.outputs = [GraphOutput(name: "y", value: try net.conv(second, 4))]
    return net.graph
  }

  private func pipeline(_ graph: Graph) throws -> (pipeline: Pipeline, calibration: Calibration, data: String) {
    let data = FileManager.default.temporaryDirectory.appendingPathComponent("facet-equal-\(UUID().uuidString).npy").path
    var random = SplitMix64(seed: 3)
    try #require(NPYArray(shape: [16, 4, 10, 10], elements: .float32(random.normals([16, 400])))).write(to: data)
    let source = ModelSource(file: "m.onnx", fileSize: 0, format: "ONNX", operatorSet: 17, producer: "", name: "")
    let request = CompileRequest(models: ["m.onnx"], target: try Target.named(Target.defaultName), calibration: data)
    let model = try PreparedModel(MergedModels([ImportedModel(graph: graph, source: source, notes: [])]), request)
    let pipeline = Pipeline(model)
    return (pipeline, try #require(try pipeline.calibrate(request, on: pipeline.float32())), data)
  }

  private func trial(_ graph: Graph, tied: Bool = true) throws -> Trial? {
    let (pipeline, calibration, data) = try pipeline(graph)
    defer { try? FileManager.default.removeItem(atPath: data) }
    return Trial(pipeline: pipeline, calibration: calibration).equalized(tied: tied)
  }

  private func compile(_ graph: Graph, _ effort: Effort) throws -> CompileResult {
    let (_, _, data) = try pipeline(graph)
    defer { try? FileManager.default.removeItem(atPath: data) }
    let source = ModelSource(file: "m.onnx", fileSize: 0, format: "ONNX", operatorSet: 17, producer: "", name: "")
    var request = CompileRequest(models: ["m.onnx"], target: try Target.named(Target.defaultName), calibration: data)
    request.effort = effort
    return try Compiler.compile(ImportedModel(graph: graph, source: source, notes: []), request)
  }

  @Test func quietChannelsGainAndTheReportSaysSo() throws {
    let graph = try network()
    let (fast, normal) = (try compile(graph, .fast), try compile(graph, .normal))
    let before = try #require(fast.report.quantization?.attributes[0].sqnrDb)
    let after = try #require(normal.report.quantization?.attributes[0].sqnrDb)
    #expect(after > before + 6, "\(before) -> \(after)")
    #expect(normal.report.notes.contains { $0.hasPrefix("Tried: equalized the channels of") && $0.hasSuffix("kept.") })
    #expect(!fast.report.notes.contains { $0.hasPrefix("Tried") })
    #expect(try compile(graph, .normal).bytes == normal.bytes)
    // Nothing more to compute, no other shapes: bundles differ in numbers alone.
    #expect(abs(fast.bytes.count - normal.bytes.count) < 256)
  }

  /// In real numbers nothing changes: float references of both graphs.
  @Test(arguments: [Clamp.relu, .none]) func itIsExact(_ clamp: Clamp) throws {
    let graph = try network(clamp)
    let trial = try #require(try trial(graph))
    var random = SplitMix64(seed: 5)
    let input = Tensor(shape: [1, 4, 10, 10], elements: random.normals([400]))
    let plain = try #require(graph.evaluateReference([input])[graph.outputs[0].value])
    let changed = trial.pipeline.model.graph
    let equal = try #require(changed.evaluateReference([input])[changed.outputs[0].value])
    #expect(difference(equal.elements, plain.elements) < 1e-5)
  }

  @Test func throughSlopesAndPooling() throws {
    let slopes = try network(.none) { net, x in try net.graph.addNode(name: "leaky", Unary(function: .leakyRelu(alpha: 0.1)), [x]) }
    #expect(try trial(slopes) != nil)
    let pooled = try network { net, x in
      try net.graph.addNode(name: "pool", MaxPool(kernel: [2, 2], strides: [2, 2]), [x])
    }
    #expect(try trial(pooled) != nil)
  }

  @Test func whereItIsNotExactNothingIsTried() throws {
    // A finite bound clips each channel at its own place; other functions are no products; a sum needs both alike, which is a trial of its own; a result is what it is.
    #expect(try trial(network(Clamp(low: 0, high: 6))) == nil)
    let sigmoid = try network(.none) { net, x in try net.graph.addNode(name: "s", Unary(function: .sigmoid), [x]) }
    let behind = try trial(sigmoid)?.pipeline.model.graph
    let first0 = try #require(sigmoid.constant(sigmoid.nodes[0].inputs[1]))
    #expect(behind.map { $0.constant($0.nodes[0].inputs[1])?.elements == first0.elements } ?? true)
    var sum = Net()
    let x = sum.graph.addInput(name: "x", shape: [1, 4, 10, 10])
    let first = try sum.conv(x, 16, louder: 8, clamp: .relu)
    sum.graph.outputs = [GraphOutput(name: "y", value: try sum.conv(sum.conv(first, 16, residual: first), 4))]
    #expect(try trial(sum.graph, tied: false) == nil)
    // The image is what it is.
    var image = Net()
    let pixels = image.graph.addInput(name: "x", shape: [1, 4, 10, 10])
    let added = try image.conv(pixels, 4, louder: 8, clamp: .relu, residual: pixels)
    image.graph.outputs = [GraphOutput(name: "y", value: try image.conv(added, 4, depthwise: true, louder: -8))]
    #expect(try trial(image.graph) == nil)
    var read = Net()
    let first2 = try read.conv(read.graph.addInput(name: "x", shape: [1, 4, 10, 10]), 16, louder: 8, clamp: .relu)
    let y = try read.conv(first2, 4)
    read.graph.outputs = [GraphOutput(name: "y", value: y), GraphOutput(name: "first", value: first2)]
    #expect(try trial(read.graph) == nil)
  }

  /// Calibration data say nothing of a channel that they never excite: it keeps its share of the codes.
  @Test func aChannelThatTheDataNeverExciteIsNotEnlarged() throws {
    var graph = try network()
    let (w, b) = (graph.nodes[0].inputs[1], graph.nodes[0].inputs[2])
    var (weights, bias) = (try #require(graph.constant(w)), try #require(graph.constant(b)))
    for index in 3 * 36..<4 * 36 { weights.elements[index] = 0 }
    bias.elements[3] = -1
    graph.nodes[0].inputs[1] = graph.addConstant(name: "w", weights)
    graph.nodes[0].inputs[2] = graph.addConstant(name: "b", bias)
    let changed = try #require(try trial(graph)).pipeline.model.graph
    let biases = try #require(changed.constant(changed.nodes[0].inputs[2])).elements
    #expect(biases[3] == -1 && biases.contains { abs($0) > 0.02 && $0 != -1 })
  }

  @Test func channelsThatAreAlikeStayAsTheyAre() throws {
    var net = Net()
    let x = net.graph.addInput(name: "x", shape: [1, 4, 10, 10])
    net.graph.outputs = [GraphOutput(name: "y", value: try net.conv(net.conv(x, 16, clamp: .relu), 4))]
    #expect(try trial(net.graph) == nil)
  }

  /// A residual's block: what is added takes the same factors.
  private func block() throws -> Graph {
    var net = Net()
    let x = net.graph.addInput(name: "x", shape: [1, 4, 10, 10])
    let first = try net.conv(x, 16, louder: 8, clamp: .relu)
    let inner = try net.conv(first, 16, depthwise: true, louder: -8, clamp: .relu)
    let sum = try net.conv(inner, 16, louder: 8, clamp: .relu, residual: first)
    let last = try net.conv(sum, 16, depthwise: true, louder: -8, clamp: .relu)
    net.graph.outputs = [GraphOutput(name: "y", value: try net.conv(last, 4))]
    return net.graph
  }

  /// A loud tensor and a quiet one in one: the quiet one has few of the codes, and weights that restore it.
  private func joined() throws -> Graph {
    var net = Net()
    let x = net.graph.addInput(name: "x", shape: [1, 4, 10, 10])
    let loud = try net.conv(x, 8, clamp: .relu)
    let quiet = try net.conv(x, 8, clamp: .relu)
    let (w, b) = (net.graph.nodes[1].inputs[1], net.graph.nodes[1].inputs[2])
    for value in [w, b] {
      var tensor = try #require(net.graph.constant(value))
      for index in tensor.elements.indices { tensor.elements[index] /= 64 }
      net.graph.nodes[1].inputs[value == w ? 1 : 2] = net.graph.addConstant(name: "quiet", tensor)
    }
    let both = try net.graph.addNode(name: "both", Concat(axis: 1), [loud, quiet])
    let last = try net.conv(both, 4)
    let node = net.graph.nodes.count - 1
    var weights = try #require(net.graph.constant(net.graph.nodes[node].inputs[1]))
    for index in weights.elements.indices where index / 9 % 16 >= 8 { weights.elements[index] *= 64 }
    net.graph.nodes[node].inputs[1] = net.graph.addConstant(name: "restoring", weights)
    net.graph.outputs = [GraphOutput(name: "y", value: last)]
    return net.graph
  }

  @Test(arguments: [false, true]) func whatIsAddedOrJoinedIsEqualizedTogether(_ isJoined: Bool) throws {
    let graph = try isJoined ? joined() : block()
    let trial = try #require(try trial(graph))
    var random = SplitMix64(seed: 5)
    let input = Tensor(shape: [1, 4, 10, 10], elements: random.normals([400]))
    let plain = try #require(graph.evaluateReference([input])[graph.outputs[0].value])
    let changed = trial.pipeline.model.graph
    let equal = try #require(changed.evaluateReference([input])[changed.outputs[0].value])
    #expect(difference(equal.elements, plain.elements) < 1e-5 * plain.elements.map(abs).reduce(1, max))
    let (fast, normal) = (try compile(graph, .fast), try compile(graph, .normal))
    let before = try #require(fast.report.quantization?.attributes[0].sqnrDb)
    let after = try #require(normal.report.quantization?.attributes[0].sqnrDb)
    #expect(after > before + 6, "\(before) -> \(after)")
    #expect(normal.report.notes.contains { $0.contains("with those that are added or joined") && $0.hasSuffix("kept.") })
  }

  @Test func inspectSaysWhereItStops() throws {
    func reach(_ graph: Graph) throws -> InspectReport.Equalization {
      let source = ModelSource(file: "m.onnx", fileSize: 0, format: "ONNX", operatorSet: 17, producer: "", name: "")
      return try #require(Compiler.inspect(ImportedModel(graph: graph, source: source, notes: [])).equalization)
    }
    let (plain, bounded) = (try reach(network()), try reach(network(Clamp(low: 0, high: 6))))
    // The last layer's result is the network's.
    #expect(plain.layers == 2 && plain.stops.isEmpty)
    #expect(bounded.layers == 0 && bounded.stops.map(\.reason) == ["it is bounded at 6.0", "it is bounded at 6.0"])
    let tied = try reach(block())
    #expect(tied.layers == 4 && tied.stops.isEmpty)
    let sigmoid = try reach(network(.none) { net, x in try net.graph.addNode(name: "s", Unary(function: .sigmoid), [x]) })
    #expect(sigmoid.stops.map(\.layer) == ["conv0"] && sigmoid.stops[0].reason.contains("function"))
  }
}
