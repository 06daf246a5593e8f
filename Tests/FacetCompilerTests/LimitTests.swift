import FacetData
import FacetDiagnostics
import FacetFiles
import FacetIR
import FacetImport
import FacetPasses
import Foundation
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
  @Test(arguments: [(1_000_000, 32000), (3, 30000)]) func aBorderThatIsTooLargeIsRefused(_ channels: Int, _ pads: Int) throws {
    var graph = Graph()
    let input = graph.addInput(name: "x", shape: [1, channels, 1, 1])
    let weights = graph.addConstant(name: "w", Tensor(shape: [channels, 1, 1, 1], repeating: 1))
    let bias = graph.addConstant(name: "b", Tensor(shape: [channels], repeating: 0))
    let window = Convolution(strides: [30000, 30000], pads: [pads, pads, pads, pads], dilations: [1, 1], groups: channels)
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
    let softmax = try graph.addNode(name: "softmax", Softmax(axis: 2), [input])
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

/// Numbers that are finite in float32 and have no int8 form.
@Suite struct RangeTests {
  /// Compiles a pooled convolution with its weights times `weights`, on samples whose values are about `samples`.
  private func compile(weights: Float, samples: Float) throws -> CompileReport {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("facet-range-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let values = (0..<96).map { samples * (Float($0 % 13) - 6) }
    try NPYArray(shape: [2, 3, 4, 4], elements: .float32(values))?.write(to: folder + "/calibration.npy")
    var graph = Graph()
    let input = graph.addInput(name: "x", shape: [1, 3, 4, 4])
    let kernel = graph.addConstant(name: "w", Tensor(shape: [2, 3, 1, 1], elements: [1, -2, 3, -1, 2, 1].map { $0 * weights }))
    let bias = graph.addConstant(name: "b", Tensor(shape: [2], repeating: 0))
    let layer = try graph.addNode(name: "conv", Convolution(), [input, kernel, bias])
    graph.outputs = [GraphOutput(name: "y", value: try graph.addNode(name: "pool", GlobalAveragePool(), [layer]))]
    let source = ModelSource(file: "m.onnx", fileSize: 0, format: "test", operatorSet: 17, producer: "", name: "")
    let model = try PreparedModel(ImportedModel(graph: graph, source: source, notes: []), recipe: nil, stopAfter: nil)
    let request = CompileRequest(
      models: ["m.onnx"], target: try Target.named(Target.defaultName), calibration: folder + "/calibration.npy")
    return try Compiler.compile(model, request).report
  }

  private func code(weights: Float, samples: Float) -> String? {
    do {
      _ = try compile(weights: weights, samples: samples)
      return nil
    } catch { return (error as? FacetError)?.diagnostics.map(\.code).joined(separator: " ") ?? "\(error)" }
  }

  @Test func extremeNumbersAreErrorsOfTheModelNotDefects() {
    #expect(code(weights: 1, samples: 1) == nil)
    #expect(code(weights: 1e-10, samples: 1e10) == nil)
    #expect(code(weights: 1, samples: 1e30) == "compile.multiplier")
    #expect(code(weights: 1, samples: 1e-25) == "compile.input-range")
    #expect(code(weights: 1e30, samples: 1e30) == "compile.calibration.not-finite")
    #expect(code(weights: 1, samples: .nan) == "data.input.not-finite")
  }

  @Test func fewSamplesAreNoted() throws {
    let notes = try compile(weights: 1, samples: 1).notes
    #expect(notes.contains("Calibrated on 2 samples; 32 to 256 typical ones give better ranges."))
  }
}
