import FacetBundle
import FacetData
import FacetFiles
import FacetFormat
import FacetRuntime
import FacetTestSupport
import Foundation
import Testing

@testable import FacetCompiler
@testable import FacetQuantization

/// `--stop-after N` finds the rewrite that breaks a model by bisection: what every N leaves compiles, and computes the same network.
@Suite struct StopAfterTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  static let models =
    ["caffe2", "dynamo", "keras", "pytorch", "qdq"].map { "Tests/FuzzModels/\($0).onnx" } + [
      "Examples/face-attributes/face-attributes.onnx"
    ]

  private func request(_ model: String, _ stopAfter: Int?, _ precision: Precision = .float32, calibration: String? = nil) throws
    -> CompileRequest
  {
    CompileRequest(
      models: ["\(Self.root)/\(model)"], target: try Target.named(Target.defaultName), calibration: calibration, precision: precision,
      stopAfter: stopAfter)
  }

  /// All scores, one attribute after the other.
  private func scores(_ bundle: FacetRuntime.Bundle, _ values: [Float]) throws -> [Float] {
    let session = try Session(bundle: bundle, threads: 1, isa: nil)
    try values.withUnsafeBufferPointer { values in try session.setTensor(values) }
    try session.evaluate(attributes: bundle.allAttributes)
    return (0..<bundle.attributeCount).flatMap { Array(session.scores(attribute: $0)) }
  }

  private func values(_ bundle: FacetRuntime.Bundle, seed: UInt64) -> [Float] {
    var random = SplitMix64(seed: seed)
    return (0..<bundle.inputChannels * bundle.inputHeight * bundle.inputWidth).map { _ in
      Float(Int32(truncatingIfNeeded: random.next())) / 2_147_483_648
    }
  }

  @Test(arguments: models) func everyIntermediateNetworkCompilesToFloat32AndComputesTheSame(_ model: String) throws {
    let whole = try Compiler.compile(request(model, nil))
    let input = try values(Bundle.opening(whole.bytes), seed: 3)
    let expected = try scores(Bundle.opening(whole.bytes), input)
    let largest = max(1, expected.map(abs).max() ?? 0)
    #expect(!whole.report.patches.isEmpty)
    for count in 0...whole.report.patches.count {
      let stopped = try Compiler.compile(request(model, count))
      #expect(stopped.report.patches == Array(whole.report.patches.prefix(count)))
      let found = try scores(Bundle.opening(stopped.bytes), input)
      try #require(found.count == expected.count)
      // The quantized model rounds on the way: where a number lies nearly halfway, another order of sums goes another way.
      let tolerance: Float = model.contains("qdq") ? 0.05 : 1e-4
      let worst = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
      #expect(worst <= tolerance * largest, "after \(count) rewrites: \(worst) of \(largest)")
    }
  }

  @Test(arguments: models.dropLast()) func everyIntermediateNetworkCompilesToInt8(_ model: String) throws {
    let whole = try Compiler.compile(request(model, nil))
    let bundle = try Bundle.opening(whole.bytes)
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("facet-\(UUID().uuidString).npy").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let inputs = (0..<8).flatMap { values(bundle, seed: $0) }
    let shape = [8, bundle.inputChannels, bundle.inputHeight, bundle.inputWidth]
    try #require(NPYArray(shape: shape, elements: .float32(inputs))).write(to: file)
    let expected = try scores(bundle, values(bundle, seed: 1))
    for count in 0...whole.report.patches.count {
      let int8 = try Bundle.opening(Compiler.compile(request(model, count, .int8, calibration: file)).bytes)
      let found = try scores(int8, values(bundle, seed: 1))
      let noise = zip(found, expected).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
      let signal = expected.map { $0 * $0 }.reduce(0, +)
      #expect(noise <= signal / 10, "after \(count) rewrites: noise of \(noise), signal of \(signal)")
    }
  }

  @Test func whatWasLeftToDoIsSaid() throws {
    let report = try Compiler.compile(request("Examples/face-attributes/face-attributes.onnx", 0)).report
    #expect(report.notes.contains("Stopped after 0 rewrites; 26 batch normalizations are computed as scale and shift."))
    #expect(report.patches.isEmpty && report.batchNorms.allSatisfy(\.remains))
  }
}
