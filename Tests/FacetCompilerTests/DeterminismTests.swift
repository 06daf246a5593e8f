import FacetBundle
import FacetFormat
import FacetRuntime
import Foundation
import Testing

@testable import FacetCompiler
@testable import FacetRecipe

/// The example, from its files to bundles.
@Suite struct DeterminismTests {
  private func request(threads: Int, target: String = Target.defaultName) throws -> CompileRequest {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Examples/face-attributes")
    let recipe = try Recipe.load(folder.appendingPathComponent("recipe.json").path)
    return CompileRequest(
      models: [folder.appendingPathComponent("face-attributes.onnx").path], recipes: [recipe], target: try Target.named(target),
      threads: threads)
  }

  @Test func twoCompilationsGiveTheSameBytesWhateverTheThreads() throws {
    let first = try Compiler.compile(request(threads: 1))
    let second = try Compiler.compile(request(threads: 3))
    #expect(first.bytes == second.bytes)
  }

  /// All targets compute the same: the self-tests, made by running each bundle here, hold the same hashes.
  @Test func bundlesOfAllTargetsGiveTheSameScores() throws {
    var hashes: Set<[UInt32]> = []
    for target in Target.all {
      let bundle = try Bundle.opening(Compiler.compile(request(threads: 2, target: target.name)).bytes)
      let sample = try #require(bundle.selfTest?.sample(0))
      hashes.insert((0..<8).map { sample.hash.words[$0] })
    }
    #expect(Target.all.count >= 4)
    #expect(hashes.count == 1)
  }

  /// Calibrated with tensors, tested with pixels, which take a quarter of the bytes and pass through the input's table.
  @Test func aBundleThatTakesPixelsIsTestedWithPixels() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("facet-\(UUID().uuidString).npy")
    defer { try? FileManager.default.removeItem(at: file) }
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (32, 3, 64, 64), }"
    header += String(repeating: " ", count: 117 - header.count) + "\n"
    var bytes = Data([0x93])
    bytes.append(contentsOf: "NUMPY".utf8)
    bytes.append(contentsOf: [1, 0, UInt8(header.utf8.count), 0])
    bytes.append(contentsOf: header.utf8)
    for index in 0..<32 * 3 * 64 * 64 {
      withUnsafeBytes(of: (Float(index % 255) / 128 - 1).bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }
    try bytes.write(to: file)
    var request = try request(threads: 2)
    request.calibration = file.path
    let bundle = try Bundle.opening(Compiler.compile(request).bytes)
    #expect(bundle.takesPixels && bundle.selfTestCount == 1 && bundle.selfTest?.kind == SelfTestRecord.pixelTile)
    #expect(bundle.sections.first { $0.kind == SectionKind.selfTest.rawValue }.map { $0.length < 3_200 } == true)
    let session = try Session(bundle: bundle)
    let passes = try session.passesSelfTest(0)
    #expect(passes)
  }

  @Test func everyBatchNormalizationOfTheExampleIsFolded() throws {
    let report = try Compiler.compile(request(threads: 2)).report
    #expect(report.batchNorms.count > 20)
    #expect(report.batchNorms.allSatisfy { $0.fate.hasPrefix("folded into Conv") })
    #expect(report.arenaBytes == report.arenaLowerBound)
  }
}
