import FacetIR
import Testing

@testable import FacetQuantization

/// Tensors of one pixel are float32, and layers between them take 16 bits.
@Suite struct WideLayerTests {
  private struct Net {
    var graph = Graph()

    mutating func layer(
      _ name: String, _ op: any Operator, _ x: ValueID, inputs: Int = 4, outputs: Int = 4, kernel: Int? = 1
    ) throws -> ValueID {
      let shape = [outputs, inputs] + (kernel.map { [$0, $0] } ?? [])
      let w = graph.addConstant(name: name + ".w", Tensor(shape: shape, repeating: 0.25))
      return try graph.addNode(name: name, op, [x, w, graph.addConstant(name: name + ".b", Tensor([Float](repeating: 0, count: outputs)))])
    }

    mutating func mean(_ x: ValueID) throws -> ValueID { try graph.addNode(name: "mean", GlobalAveragePool(), [x]) }
  }

  /// Of a convolution of an image and what `body` makes of it: names of layers in 16 bits, and of nodes with their number types.
  private func types(_ body: (inout Net, ValueID) throws -> ValueID) throws -> (
    wide: Set<String>, types: [String: Set<NumberTypes.Precision>]
  ) {
    var net = Net()
    let image = try net.layer("first", Convolution(), net.graph.addInput(name: "x", shape: [1, 4, 8, 8]))
    net.graph.outputs = [GraphOutput(name: "y", value: try body(&net, image))]
    let types = NumberTypes(int8: GivenQuantizations(net.graph))
    return (
      Set(types.wideLayers.keys.map { types.graph.nodes[$0].name }),
      Dictionary(uniqueKeysWithValues: types.graph.nodes.map { ($0.name, types.precisions($0.output)) })
    )
  }

  @Test func squeezeAndExcitationIsFloatFromItsMeanToItsGate() throws {
    let found = try types { net, x in
      let squeezed = try net.layer("squeeze", Convolution(clamp: .relu), net.mean(x), outputs: 2)
      let excited = try net.layer("excite", Convolution(), squeezed, inputs: 2)
      let gate = try net.graph.addNode(name: "gate", Unary(function: .sigmoid), [excited])
      return try net.layer("last", Convolution(), net.graph.addNode(name: "product", Binary(function: .multiply), [x, gate]))
    }
    #expect(found.wide == ["squeeze", "excite"])
    #expect(["mean", "squeeze", "excite"].allSatisfy { found.types[$0] == [.float32] })
    // The gate multiplies an image in int8.
    #expect(found.types["gate"]?.isSuperset(of: [.int8]) == true)
    #expect(["first", "product"].allSatisfy { found.types[$0] == [.int8] })
  }

  @Test func headsBehindAPooledVectorTake16Bits() throws {
    let found = try types { net, x in
      let flat = try net.graph.addNode(name: "flat", Reshape(shape: [1, 4]), [net.mean(x)])
      let hidden = try net.layer("hidden", FullyConnected(clamp: .relu), flat, kernel: nil)
      return try net.layer("scores", FullyConnected(), hidden, kernel: nil)
    }
    #expect(found.wide == ["hidden", "scores"])
  }

  /// It reads int8 pixels; what it gives is one pixel, and its accumulators are float32 without another rounding.
  @Test func aLayerThatReadsAllPixelsOfAnImageIsInt8() throws {
    let found = try types { net, x in
      let all = try net.layer("all", Convolution(), x, kernel: 8)
      return try net.layer("scores", Convolution(), all)
    }
    #expect(found.wide == ["scores"] && found.types["all"] == [.float32] && found.types["first"] == [.int8])
  }

  @Test func groupsPaddingImagesAndQuantizedModelsStayInt8() throws {
    #expect(try types { net, x in try net.layer("grouped", Convolution(groups: 2), net.mean(x), inputs: 2) }.wide == [])
    #expect(try types { net, x in try net.layer("padded", Convolution(pads: [1, 1, 1, 1]), net.mean(x), kernel: 3) }.wide == [])
    #expect(try types { net, x in try net.layer("image", Convolution(), x) }.wide == [])
    let quantized = try types { net, x in
      let mean = try net.graph.addNode(
        name: "quantized", Unary(function: .fakeQuantize(scale: 0.1, zeroPoint: 0)), [net.mean(x)])
      return try net.layer("scores", Convolution(), mean)
    }
    #expect(quantized.wide == [])
  }
}
