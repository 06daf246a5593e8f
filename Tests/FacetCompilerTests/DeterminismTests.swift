import FacetRuntime
import Foundation
import Testing

@testable import FacetCompiler

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

  @Test func everyBatchNormalizationOfTheExampleIsFolded() throws {
    let report = try Compiler.compile(request(threads: 2)).report
    #expect(report.batchNorms.count > 20)
    #expect(report.batchNorms.allSatisfy { $0.fate.hasPrefix("folded into Conv") })
    #expect(report.arenaBytes == report.arenaLowerBound)
  }
}
