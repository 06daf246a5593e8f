import FacetBundle
import FacetFiles
import FacetFormat
import FacetIR
import FacetImport
import FacetRuntime
import Foundation
import Testing

@testable import FacetCompiler

/// What the compiler proves of a convolution's sums, for kernels that compute multiples of them.
@Suite struct ConvolutionProofTests {
  /// One convolution whose weights are all ±1: codes of ±127. Ranges of 0 to 1 give an input with zero point −128, so that
  /// |initial| is 128 · Σw where the bias is 0.
  private func proofs(inputs: Int, kernel: Int = 3, stride: Int = 1, sign: (Int) -> Float, target: String) throws -> UInt32 {
    var graph = Graph()
    let x = graph.addInput(name: "x", shape: [1, inputs, 4, 4])
    let taps = inputs * kernel * kernel
    let w = graph.addConstant(name: "w", Tensor(shape: [1, inputs, kernel, kernel], elements: (0..<taps).map(sign)))
    let b = graph.addConstant(name: "b", Tensor(shape: [1], elements: [0]))
    let pad = kernel / 2
    let conv = try graph.addNode(
      name: "conv", Convolution(strides: [stride, stride], pads: [pad, pad, pad, pad]), [x, w, b])
    graph.outputs = [GraphOutput(name: "y", value: conv)]
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("facet-proof-\(UUID().uuidString).npy").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let numbers = (0..<2 * inputs * 16).map { Float($0 % 256) / 255 }
    try #require(NPYArray(shape: [2, inputs, 4, 4], elements: .float32(numbers))).write(to: file)
    let source = ModelSource(file: "m.onnx", fileSize: 0, format: "ONNX", operatorSet: 17, producer: "", name: "")
    let request = CompileRequest(models: ["m.onnx"], target: try Target.named(target), calibration: file)
    let bytes = try Compiler.compile(ImportedModel(graph: graph, source: source, notes: []), request).bytes
    let bundle = try FacetRuntime.Bundle.opening(bytes)
    for case .convolution(let record)? in bundle.fragments.flatMap({ $0.instructions.map(\.decoded) }) where record.opcode == .convolution {
      return record.proofs
    }
    Issue.record("no convolution")
    return 0
  }

  /// Alternating signs: Σw is at most 127, so the bound is about 128 · 127 · taps: 2^25 lies at 2,064 taps, which is 229.3 channels.
  @Test func theBoundOf25BitsIsWhereItShouldBe() throws {
    let alternating: (Int) -> Float = { $0 % 2 == 0 ? 1 : -1 }
    #expect(try proofs(inputs: 229, sign: alternating, target: "aarch64") == 3)
    #expect(try proofs(inputs: 230, sign: alternating, target: "aarch64") == 2)
  }

  /// Equal signs: what the zero point adds to the start counts as well, so half as many channels.
  @Test func theStartOfSumsCounts() throws {
    #expect(try proofs(inputs: 114, sign: { _ in 1 }, target: "armv7") == 3)
    #expect(try proofs(inputs: 115, sign: { _ in 1 }, target: "armv7") == 2)
  }

  @Test func othersHaveNone() throws {
    #expect(try proofs(inputs: 8, sign: { _ in 1 }, target: "x86-64") == 0)
    #expect(try proofs(inputs: 8, kernel: 1, sign: { _ in 1 }, target: "aarch64") == 0)
    #expect(try proofs(inputs: 8, stride: 2, sign: { _ in 1 }, target: "aarch64") == 0)
  }
}
