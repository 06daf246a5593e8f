import FacetBundle
import FacetData
import FacetFiles
import FacetFormat
import FacetIR
import FacetImport
import FacetRecipe
import FacetRuntime
import FacetTestSupport
import Foundation
import Testing

@testable import FacetCompiler
@testable import FacetQuantization

/// Each of the 256 pixel values has an int8 code of its own, also where the network's 0 lies between two of them.
@Suite struct PixelCodesTests {
  private func graph(_ change: (inout Graph, ValueID) throws -> ValueID = { $1 }) throws -> Graph {
    var graph = Graph()
    var random = SplitMix64(seed: 2)
    let x = try change(&graph, graph.addInput(name: "x", shape: [1, 3, 8, 8]))
    let w = graph.addConstant(name: "w", Tensor(shape: [8, 3, 3, 3], elements: random.uniforms([8, 27], in: -0.3...0.3)))
    let b = graph.addConstant(name: "b", Tensor(shape: [8], elements: random.uniforms([8], in: -0.1...0.1)))
    graph.outputs = [GraphOutput(name: "y", value: try graph.addNode(name: "conv", Convolution(), [x, w, b]))]
    return graph
  }

  private func compile(_ graph: Graph, _ input: String, _ precision: Precision = .int8) throws -> FacetRuntime.Bundle {
    let data = FileManager.default.temporaryDirectory.appendingPathComponent("facet-pixels-\(UUID().uuidString).npy").path
    defer { try? FileManager.default.removeItem(atPath: data) }
    try #require(NPYArray(shape: [4, 8, 8, 3], elements: .uint8((0..<768).map { UInt8($0 * 37 & 255) }))).write(to: data)
    let recipe = try Recipe.parse(Array("{ \"version\": 1, \"input\": { \"width\": 8, \"height\": 8, \(input) } }".utf8), file: "r.json")
    let source = ModelSource(file: "m.onnx", fileSize: 0, format: "ONNX", operatorSet: 17, producer: "", name: "")
    let request = CompileRequest(
      models: ["m.onnx"], recipes: [recipe], target: try Target.named(Target.defaultName), calibration: data, precision: precision)
    return try Bundle.opening(Compiler.compile(ImportedModel(graph: graph, source: source, notes: []), request).bytes)
  }

  private let pixels = (0..<192).map { UInt8(($0 * 53 + 7) & 255) }

  private func scores(_ bundle: FacetRuntime.Bundle, asTensor: ((Int) -> Float)? = nil) throws -> [Float] {
    let session = try Session(bundle: bundle, threads: 1, isa: nil)
    if let asTensor {
      let planes = (0..<192).map { asTensor(Int(pixels[$0 % 64 * 3 + $0 / 64])) }
      try planes.withUnsafeBufferPointer { try session.setTensor($0) }
    } else {
      try pixels.withUnsafeBytes { try session.setPixels($0) }
    }
    try session.evaluate(attributes: 1)
    return Array(session.scores(attribute: 0))
  }

  static let uniform: [(String, Double)] = [
    (#""scale": 0.00392156862745098, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]"#, 127.5),
    (#""scale": 1, "mean": [127.5, 127.5, 127.5], "std": [128, 128, 128]"#, 127.5),
    (#""scale": 1, "mean": [128.25, 128.25, 128.25], "std": [60, 60, 60]"#, 128.25),
    (#""scale": 1, "mean": [0, 0, 0], "std": [1, 1, 1]"#, 0),
    (#""scale": 1, "mean": [255, 255, 255], "std": [1, 1, 1]"#, 255),
  ]

  @Test(arguments: uniform) func pixelsThatAllChannelsNormalizeAlikeAreExact(_ input: String, _ zero: Double) throws {
    let bundle = try compile(graph(), input)
    let tensor = bundle.fragments[0].tensors[Int(bundle.input.tensor)]
    let codes = (0..<768).map { UInt8($0 & 255) }
    #expect(Array(bundle.input.table.bytes) == codes)
    #expect(Double(tensor.zeroPoint) + Double(bundle.input.offset) == zero - 128)
    #expect(bundle.header.version == 2)
    // No padding, so nothing but the weights is rounded: eight bits of each, as if the input were float32.
    let (float, int8) = (try scores(compile(graph(), input, .float32)), try scores(bundle))
    let noise = zip(float, int8).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    let signal = float.reduce(0.0) { $0 + Double($1 * $1) }
    #expect(10 * log10(signal / noise) > 42)
  }

  /// Numbers of the same picture have the codes of its pixels.
  @Test(arguments: uniform.prefix(3)) func tensorsAreRoundedToTheSameCodes(_ input: String, _ zero: Double) throws {
    let bundle = try compile(graph(), input)
    let step = bundle.fragments[0].tensors[Int(bundle.input.tensor)].scale
    let asTensor = try scores(bundle) { Float((Double($0) - zero) * Double(step)) }
    #expect(try scores(bundle).map(\.bitPattern) == asTensor.map(\.bitPattern))
  }

  @Test func otherwiseTheRangeOfAllChannelsIsShared() throws {
    let perChannel = try compile(graph(), #""scale": 0.00392156862745098, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]"#)
    #expect(perChannel.input.offset == 0 && perChannel.input.kind == InputRecord.image)
    // A pooling reads the input: it has no bias to take the offset.
    let pooled = try compile(
      graph { try $0.addNode(name: "pool", AveragePool(kernel: [2, 2], strides: [1, 1]), [$1]) }, Self.uniform[0].0)
    #expect(pooled.input.offset == 0)
  }
}
