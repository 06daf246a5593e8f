import FacetFiles
import FacetIR
import FacetImport
import FacetTestSupport
import Foundation
import Testing

@testable import FacetCompiler
@testable import FacetQuantization

/// Results that 8 bits do not carry: maps that are nearly always zero, numbers of very different size side by side, vectors that are normalized.
@Suite struct HeadRulesTests {
  private struct Net {
    var graph = Graph()
    var random = SplitMix64(seed: 29)

    mutating func conv(_ x: ValueID, _ channels: Int, kernel: Int = 3, scale: Float = 1, bias: Float = 0, clamp: Clamp = .none) throws
      -> ValueID
    {
      let shape = [channels, graph.shape(x)[1], kernel, kernel]
      var w = Tensor(shape: shape, elements: random.uniforms(shape, in: -0.5...0.5))
      for index in w.elements.indices { w.elements[index] *= scale }
      let weights = graph.addConstant(name: "w", w)
      let offset = graph.addConstant(name: "b", Tensor(shape: [channels], repeating: bias))
      let pad = kernel / 2
      return try graph.addNode(
        name: "conv\(graph.nodes.count)", Convolution(pads: [pad, pad, pad, pad], clamp: clamp), [x, weights, offset])
    }
  }

  private func sqnr(_ graph: Graph, _ effort: Effort = .fast) throws -> [Double] {
    let data = FileManager.default.temporaryDirectory.appendingPathComponent("facet-heads-\(UUID().uuidString).npy").path
    defer { try? FileManager.default.removeItem(atPath: data) }
    var random = SplitMix64(seed: 3)
    try #require(NPYArray(shape: [16, 4, 10, 10], elements: .float32(random.normals([16, 400])))).write(to: data)
    let source = ModelSource(file: "m.onnx", fileSize: 0, format: "ONNX", operatorSet: 17, producer: "", name: "")
    var request = CompileRequest(models: ["m.onnx"], target: try Target.named(Target.defaultName), calibration: data)
    request.effort = effort
    let report = try Compiler.compile(ImportedModel(graph: graph, source: source, notes: []), request).report
    return try #require(report.quantization).attributes.map(\.sqnrDb)
  }

  /// What a detector finds is rare: 255 steps from 0 to 1 would hold little of the many small numbers, and of their ratio nothing.
  @Test func mapsOfSigmoidsThatAreNearlyAlwaysZeroAreNotRounded() throws {
    var net = Net()
    let x = net.graph.addInput(name: "x", shape: [1, 4, 10, 10])
    let features = try net.conv(x, 16, clamp: .relu)
    let map = try net.graph.addNode(name: "map", Unary(function: .sigmoid), [net.conv(features, 1, kernel: 1, bias: -12)])
    net.graph.outputs = [GraphOutput(name: "map", value: map)]
    let types = NumberTypes(int8: GivenQuantizations(net.graph))
    #expect(types.precisions(types.aliases.root(types.graph.outputs[0].value)) == [.float32])
    #expect(try sqnr(net.graph)[0] > 30)
  }

  @Test func resultsOfVeryDifferentRangesThatAreJoinedAreNotRounded() throws {
    var net = Net()
    let x = net.graph.addInput(name: "x", shape: [1, 4, 10, 10])
    let features = try net.conv(x, 16, clamp: .relu)
    let boxes = try net.conv(features, 4, kernel: 1, scale: 100)
    let shares = try net.graph.addNode(name: "shares", Unary(function: .sigmoid), [net.conv(features, 2, kernel: 1)])
    let both = try net.graph.addNode(name: "both", Concat(axis: 1), [boxes, shares])
    // Each half by itself, since the large numbers would hide the small ones.
    net.graph.outputs = [GraphOutput(name: "both", value: both), GraphOutput(name: "shares", value: shares)]
    let found = try sqnr(net.graph)
    #expect(found[0] > 30 && found[1] > 30, "\(found)")
    let types = NumberTypes(int8: GivenQuantizations(net.graph))
    #expect(types.graph.outputs.allSatisfy { types.precisions(types.aliases.root($0.value)) == [.float32] })
  }

  @Test func aVectorBeforeItsLengthIsTakenIsFloat32() throws {
    var net = Net()
    let x = net.graph.addInput(name: "x", shape: [1, 4, 10, 10])
    let pooled = try net.graph.addNode(name: "pool", GlobalAveragePool(), [net.conv(x, 16, clamp: .relu)])
    let embedding = try net.conv(pooled, 32, kernel: 1)
    let squares = try net.graph.addNode(name: "squares", Binary(function: .multiply), [embedding, embedding])
    let sum = try net.graph.addNode(name: "sum", Reduce(function: .sum, axes: [1], keepDimensions: true), [squares])
    let length = try net.graph.addNode(name: "length", Unary(function: .squareRoot), [sum])
    net.graph.outputs = [GraphOutput(name: "e", value: try net.graph.addNode(name: "e", Binary(function: .divide), [embedding, length]))]
    #expect(try sqnr(net.graph)[0] > 30)
    let types = NumberTypes(int8: GivenQuantizations(net.graph))
    for node in types.graph.nodes
    where ["pool", "squares", "sum", "length", "e"].contains(node.name) && !types.aliases.isAlias(node.output) {
      #expect(!types.precisions(node.output).contains(.int8), "\(node.name)")
    }
  }
}
