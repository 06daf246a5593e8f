import FacetBundle
import FacetFiles
import FacetFormat
import FacetIR
import FacetImport
import FacetLowering
import FacetQuantization
import FacetRecipe
import FacetRuntime
import FacetTestSupport
import Foundation
import Testing

@testable import FacetCompiler
@testable import FacetSensitivity

/// Networks whose losses can be worked out by hand, and such as training makes.
enum Networks {
  /// An input and 1x1 convolutions by 1 behind it, with these names; the last one is the result.
  static func chain(_ names: [String], shape: [Int] = [1, 1, 4, 4]) throws -> (graph: Graph, values: [ValueID]) {
    var graph = Graph()
    var values = [graph.addInput(name: "x", shape: shape)]
    for name in names { values.append(try conv(&graph, name, values[values.count - 1], [[1]])) }
    graph.outputs = [GraphOutput(name: "y", value: values[values.count - 1])]
    return (graph, values)
  }

  static func conv(
    _ graph: inout Graph, _ name: String, _ x: ValueID, _ rows: [[Float]], clamp: Clamp = .none, residual: ValueID? = nil
  ) throws -> ValueID {
    let weights = graph.addConstant(name: name + ".w", Tensor(shape: [rows.count, rows[0].count, 1, 1], elements: rows.flatMap(\.self)))
    let bias = graph.addConstant(name: name + ".b", Tensor(shape: [rows.count], repeating: 0))
    return try graph.addNode(name: name, Convolution(clamp: clamp), [x, weights, bias] + (residual.map { [$0] } ?? []))
  }

  /// Quantized by hand.
  static func quantized(_ graph: Graph, _ ranges: [ValueID: Quantization], samples: [[Float]]) throws -> QuantizedNetwork {
    let types = NumberTypes(int8: GivenQuantizations(graph))
    let decisions = QuantizationDecisions(types, measured: Measurements(), inputRange: nil, fixed: ranges)
    let attributes = graph.outputs.map {
      AttributeInterface(name: $0.name, labels: [], confidence: .none, threshold: .nan, shape: graph.shape($0.value))
    }
    let input = InputInterface(name: "x", pixels: nil)
    let int8 = try Lowering.lower(decisions, storedUnsigned: false)
    let bundle = { (program: LoweredProgram) throws(BundleError) -> FacetRuntime.Bundle in
      try FacetRuntime.Bundle.running(
        BundleEmitter(program: program, attributes: attributes, input: input, storedUnsigned: false, provenance: []))
    }
    var network = QuantizedNetwork(
      attributes: attributes, graph: graph, decisions: decisions, float: try QuantizedNetwork.float(graph),
      int8: Int8Program(
        int8, try bundle(int8), fragments: int8.fragments.indices.map(\.self), attributeNumbers: Array(attributes.indices)),
      bundle: bundle)
    network.samples = samples.map { sample in NetworkInput(bytes: sample.withUnsafeBytes { Array($0) }, isPixels: false, name: "") }
    return network
  }

  /// Quantized as compiling does it, on normal numbers.
  static func quantized(_ graph: Graph, effort: Effort = .fast, samples: Int = 16) throws -> QuantizedNetwork {
    try prepared(graph, effort, samples) { try Compiler.quantized($0, $1) }
  }

  /// Compiled for a target, and quantized as the bundle says.
  static func compiled(_ graph: Graph, effort: Effort = .fast, target: String) throws -> QuantizedNetwork {
    try prepared(graph, effort, 16, target: target) { model, request in
      let bundle = try Bundle.opening(Compiler.compile(model, request).bytes)
      return try #require(try Compiler.quantized(bundle, model))
    }
  }

  private static func prepared(
    _ graph: Graph, _ effort: Effort, _ samples: Int, target: String = Target.defaultName,
    _ make: (PreparedModel, CompileRequest) throws -> QuantizedNetwork
  ) throws -> QuantizedNetwork {
    let shape = graph.shape(graph.inputs[0])
    let data = FileManager.default.temporaryDirectory.appendingPathComponent("facet-sensitivity-\(UUID().uuidString).npy").path
    defer { try? FileManager.default.removeItem(atPath: data) }
    var random = SplitMix64(seed: 3)
    let numbers = random.normals([samples, shape.reduce(1, *)])
    try #require(NPYArray(shape: [samples] + shape.dropFirst(), elements: .float32(numbers))).write(to: data)
    let source = ModelSource(file: "m.onnx", fileSize: 0, format: "ONNX", operatorSet: 17, producer: "", name: "")
    var request = CompileRequest(models: ["m.onnx"], target: try Target.named(target), calibration: data)
    request.effort = effort
    let model = try PreparedModel(MergedModels([ImportedModel(graph: graph, source: source, notes: [])]), request, isNumbered: false)
    return try make(model, request)
  }

  /// Of what real networks have: windows, a residual, a pool, functions in a layer and alone, channels side by side, and two attributes, of which
  /// one is also read by the other.
  static func mixed(_ function: UnaryFunction = .sigmoid) throws -> Graph {
    var graph = Graph()
    var random = SplitMix64(seed: 5)
    func conv(_ name: String, _ x: ValueID, _ channels: Int, _ size: Int, clamp: Clamp = .none, residual: ValueID? = nil) throws -> ValueID
    {
      let shape = [channels, graph.shape(x)[1], size, size]
      let scale = 1 / Float(shape[1] * size * size).squareRoot()
      let w = graph.addConstant(name: name + ".w", Tensor(shape: shape, elements: random.normals(shape, scale: scale)))
      let b = graph.addConstant(name: name + ".b", Tensor(shape: [channels], elements: random.normals([channels], scale: 0.1)))
      let pads = [Int](repeating: size / 2, count: 4)
      return try graph.addNode(name: name, Convolution(pads: pads, clamp: clamp), [x, w, b] + (residual.map { [$0] } ?? []))
    }
    let x = graph.addInput(name: "x", shape: [1, 3, 12, 12])
    let stem = try conv("stem", x, 8, 3, clamp: .relu)
    let gate = try graph.addNode(name: "gate.sigmoid", Unary(function: function), [conv("gate", stem, 8, 1)])
    let gated = try graph.addNode(name: "gated", Binary(function: .multiply), [stem, gate])
    let sum = try conv("sum", gated, 8, 3, clamp: .relu, residual: stem)
    let pool = try graph.addNode(name: "pool", MaxPool(kernel: [2, 2], strides: [2, 2]), [sum])
    let wide = try graph.addNode(name: "side", Concat(axis: 1), [pool, conv("left", pool, 4, 3)])
    let map = try conv("map", wide, 6, 1)
    let mean = try graph.addNode(name: "mean", GlobalAveragePool(), [conv("last", map, 8, 3, clamp: .relu)])
    graph.outputs = [GraphOutput(name: "map", value: map), GraphOutput(name: "class", value: try conv("class", mean, 4, 1))]
    return graph
  }

  /// What follows a loud layer restores the quiet channels, as batch normalization does: equalization helps.
  static func unequal() throws -> Graph {
    var graph = Graph()
    var random = SplitMix64(seed: 11)
    func conv(_ name: String, _ x: ValueID, groups: Int = 1, louder: Double) throws -> ValueID {
      let (channels, inputs) = (16, graph.shape(x)[1] / groups)
      var w = Tensor(shape: [channels, inputs, 3, 3], elements: random.uniforms([channels, inputs, 3, 3], in: -0.5...0.5))
      for index in w.elements.indices { w.elements[index] *= Float(pow(2, louder * Double(index / (inputs * 9)) / 15 - louder)) }
      let constants = [graph.addConstant(name: "w", w), graph.addConstant(name: "b", Tensor(shape: [channels], repeating: 0.01))]
      return try graph.addNode(name: name, Convolution(pads: [1, 1, 1, 1], groups: groups, clamp: .relu), [x] + constants)
    }
    let x = graph.addInput(name: "x", shape: [1, 4, 10, 10])
    let second = try conv("second", conv("first", x, louder: 8), groups: 16, louder: -8)
    graph.outputs = [GraphOutput(name: "y", value: try conv("third", second, louder: 0))]
    return graph
  }
}
