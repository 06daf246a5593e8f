import FacetDiagnostics
import FacetIR
import FacetImport
import Testing

/// What becomes of the parts of quantized models; `CaseTests` compares what they compute.
@Suite struct QuantizedImportTests {
  private func graph(_ name: String) throws -> Graph { try importONNX(path: Case.named("quantized_" + name).model).graph }

  private func fakeQuantizations(_ graph: Graph) -> Int {
    graph.nodes.count { if case .fakeQuantize? = ($0.op as? Unary)?.function { true } else { false } }
  }

  /// The scales that int8 takes for the weights of a graph's weighted operator.
  private func scales(_ graph: Graph) throws -> [Float] {
    let node = try #require(graph.nodes.first { $0.op is Convolution || $0.op is FullyConnected })
    let outputs = graph.shape(node.inputs[1])[0]
    return try #require(graph.constantQuantizations[node.inputs[1]]?.perOutput(outputs))
  }

  @Test(arguments: ["conv", "weights_of_float", "gemm", "matmul_of_transposed"]) func weightsKeepTheirScales(_ name: String) throws {
    #expect(try scales(graph(name)) == [0.01, 0.02, 0.005, 0.03])
  }

  @Test func weightsThatAreNotSymmetricAreLeftToInt8AndNoted() throws {
    let model = try importONNX(path: Case.named("quantized_network_qdq_uint8_weights").model)
    #expect(try scales(model.graph).contains(0))
    #expect(model.notes.contains { $0.contains("quantizes them anew") })
  }

  @Test func aPairIsOneOperator() throws {
    let graph = try graph("uint8")
    #expect(graph.nodes.map(\.op.name) == ["FakeQuantize"])
    #expect(graph.nodes[0].op.attributes == "scale=0.02 zero_point=-11.0")
  }

  @Test func quantizedOperatorsAreFloatOperatorsBetweenQuantizations() throws {
    let graph = try graph("qlinear_conv")
    #expect(graph.nodes.map(\.op.name) == ["FakeQuantize", "Conv", "FakeQuantize"])
    #expect(graph.nodes[1].op.attributes.contains("groups=3"))
  }

  @Test func aDynamicallyQuantizedNetworkIsTheFloatNetworkOfItsWeights() throws {
    let model = try importONNX(path: Case.named("quantized_network_dynamic").model)
    #expect(!model.graph.nodes.contains { $0.op is Reduce || $0.op.name == "Round" })
    #expect(model.notes.contains { $0.contains("while the network runs") })
  }

  static let pair = [node("QuantizeLinear", ["x", "s", "z"], ["q"]), node("DequantizeLinear", ["q", "s", "z"], ["y"])]

  private static func zero(type: Int64, _ values: [UInt8] = [0], dims: [Int64] = []) -> Message {
    dims.reduce(Message()) { $0.int(1, $1) }.int(2, type).text(8, "z").data(9, values)
  }

  static let refusals: [Refusal] = [
    .init("a scale of 0", "attribute", "not positive", model(pair, tensors: [tensor("s", [], [0]), zero(type: 2)])),
    .init("a negative scale", "attribute", "not positive", model(pair, tensors: [tensor("s", [], [-1]), zero(type: 2)])),
    .init("16 bits", "tensor-type", "uint16", model(pair, tensors: [tensor("s", [], [1]), zero(type: 4, [0, 0])])),
    .init("4 bits", "tensor-type", "uint4", model(pair, tensors: [tensor("s", [], [1]), zero(type: 21)], opset: 21)),
    .init("float8", "tensor-type", "float8", model(pair, tensors: [tensor("s", [], [1]), zero(type: 17)], opset: 19)),
    .init(
      "scales that fit no axis", "shape", "2 numbers",
      model(pair, tensors: [tensor("s", [2], [1, 1]), zero(type: 2, [0, 0], dims: [2])])),
    .init(
      "blocks", "attribute", "blocks of 2",
      model(
        [node("QuantizeLinear", ["x", "s", "z"], ["y"], [attribute("block_size", int: 2)])],
        tensors: [tensor("s", [], [1]), zero(type: 2)], opset: 21)),
    .init(
      "scales before opset 13", "inputs", "opset 13",
      model(pair, tensors: [tensor("s", [3], [1, 1, 1]), zero(type: 2, [0, 0, 0], dims: [3])], opset: 10)),
    .init(
      "a dequantized float32", "input-type", "not hold uint8",
      model([node("DequantizeLinear", ["x", "s"], ["y"])], tensors: [tensor("s", [], [1])])),
    .init(
      "arithmetic on codes", "input-type", "computes with uint8",
      model(
        [node("QuantizeLinear", ["x", "s", "z"], ["q"]), node("Add", ["q", "q"], ["y"])],
        tensors: [tensor("s", [], [1]), zero(type: 2)])),
    .init(
      "a computed scale", "not-constant", "scale 's'",
      model(
        [node("ReduceMax", ["x"], ["s"], [attribute("keepdims", int: 0)])] + pair, tensors: [zero(type: 2)])),
    .init(
      "another operator of onnxruntime", "unsupported-operator", "not supported",
      model([node("QAttention", ["x"], ["y"], domain: "com.microsoft")])),
    .init(
      "channels last", "attribute", "channels_last",
      model(
        [
          node("QuantizeLinear", ["x", "s", "z"], ["q"]),
          node(
            "QLinearGlobalAveragePool", ["q", "s", "z", "s", "z"], ["y"], [attribute("channels_last", int: 1)], domain: "com.microsoft"),
        ], tensors: [tensor("s", [], [1]), zero(type: 2)])),
  ]

  @Test(arguments: refusals) func whatCannotBeIsToldClearly(_ refusal: Refusal) {
    let found = diagnostics(refusal.bytes)
    #expect(found.map(\.code).contains(refusal.code), "\(found)")
    #expect(found.contains { $0.message.contains(refusal.says) }, "\(found)")
  }
}
