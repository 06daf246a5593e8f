import FacetBundle
import FacetFormat
import FacetImport
import FacetQuantization
import FacetRuntime
import Foundation
import Testing

@testable import FacetCompiler

/// The importer's cases (models that onnxruntime has run) through lowering and the engine, in float32: what the importer's own tests
/// check with the reference, the kernels have to give, too.
@Suite struct CaseEngineTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "FacetImportTests/Cases")

  static let names = ((try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []).sorted()

  private func floats(_ path: URL) throws -> [Float] {
    try Data(contentsOf: path).withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map { Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self))) }
    }
  }

  /// Networks that round to int8 along the way: where a number lies nearly halfway, other sums in float32 round it otherwise, and from
  /// there on results differ. `QuantizedModelTests` holds them to what that may cost.
  static let rounding = ["quantized_network_dynamic", "quantized_network_qdq", "quantized_network_qdq_int8"]

  @Test func casesAreFound() { #expect(Self.names.count >= 300) }

  @Test(arguments: names.filter { !rounding.contains($0) }) func theEngineComputesWhatOnnxruntimeDoes(
    _ name: String
  ) throws {
    let folder = Self.root.appending(path: name)
    // A program has one input.
    if FileManager.default.fileExists(atPath: folder.appending(path: "input_1.bin").path) { return }
    let request = CompileRequest(
      models: [folder.appending(path: "model.onnx").path], target: try Target.named(Target.defaultName), precision: .float32)
    let session = try Session(bundle: Bundle.opening(try Compiler.compile(request).bytes), threads: 1, isa: nil)
    try floats(folder.appending(path: "input_0.bin")).withUnsafeBufferPointer { values in try session.setTensor(values) }
    try session.evaluate(attributes: session.bundle.allAttributes)
    for index in 0..<session.bundle.attributeCount {
      let expected = try floats(folder.appending(path: "output_\(index).bin"))
      let found = Array(session.scores(attribute: index))
      try #require(found.count == expected.count)
      let worst = zip(found, expected).max { abs($0.0 - $0.1) / max(1, abs($0.1)) < abs($1.0 - $1.1) / max(1, abs($1.1)) }
      if let (a, b) = worst { #expect(abs(a - b) <= 1e-4 * max(1, abs(b)), "output \(index): \(a), onnxruntime has \(b)") }
    }
  }
}
