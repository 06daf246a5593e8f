import FacetCompiler
import FacetFormat
import FacetRuntime
import Foundation
import Testing

@testable import FacetBundle
@testable import FacetEvaluation
@testable import FacetVerification

/// Bundles of earlier compilers, which nobody makes again (`Tests/FrozenBundles/make.py`): this engine opens them and says what the engine
/// of their time said.
@Suite struct FrozenBundleTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../FrozenBundles").standardized

  struct Frozen: CustomTestStringConvertible, Sendable {
    var bundle: String
    var testDescription: String { URL(fileURLWithPath: bundle).lastPathComponent }

    /// The input's path and the lines, split into words.
    func recorded() throws -> (input: String, lines: [[String]]) {
      let text = try String(contentsOfFile: bundle.replacingOccurrences(of: ".facet", with: ".txt"), encoding: .utf8)
      var lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      let input = try #require(lines.removeFirst().last)
      return (URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent(input).path, lines)
    }
  }

  static let all: [Frozen] = ["0.1"].flatMap { version in
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(version).path)) ?? []
    return names.filter { $0.hasSuffix(".facet") }.sorted().map { Frozen(bundle: folder.appendingPathComponent("\(version)/\($0)").path) }
  }

  @Test func thereAreBundlesOfEachKind() {
    #expect(Self.all.count >= 19)
  }

  @Test(arguments: all) func hashesAndSelfTestOfAFrozenBundleHold(_ frozen: Frozen) throws {
    let bundle = try BundleFile(frozen.bundle).bundle
    try bundle.verifyHashes()
    let session = try Session(bundle: bundle)
    for index in 0..<bundle.selfTestCount {
      let passes = try session.passesSelfTest(index)
      #expect(passes)
    }
  }

  @Test(arguments: all) func aFrozenBundleScoresAsItDid(_ frozen: Frozen) throws {
    let (input, lines) = try frozen.recorded()
    let isFloat = frozen.testDescription.contains("float32")
    for isa in KernelLevel.available {
      for gates in ["gated", "all"] {
        var options = EvaluationOptions()
        options.ignoresGates = gates == "all"
        let run = try BundleRun(BundleFile(frozen.bundle), inputs: [input], options: options, threads: 1, isa: isa)
        var found: [[String]] = []
        var sample = 0
        try run.run { result in
          found += result.attributes.map { [gates, "\(sample)"] + Self.words($0) }
          sample += 1
        }
        let wanted = lines.filter { $0[0] == gates }
        #expect(found.count == wanted.count)
        for (found, wanted) in zip(found, wanted) where found != wanted {
          // float32 is equal to a tolerance between kernels.
          let isNear = isFloat && found.prefix(5) == wanted.prefix(5) && Self.numbers(found, areNear: wanted)
          #expect(isNear, "\(isa): \(found) is not \(wanted)")
        }
      }
    }
  }

  private static func words(_ result: AttributeResult) -> [String] {
    func bits(_ value: Float) -> String { String(("0000000" + String(value.bitPattern, radix: 16)).suffix(8)) }
    return [
      result.name, result.status.replacingOccurrences(of: " ", with: "-"), result.index.map(String.init) ?? "-",
      result.confidence.map(bits) ?? "-",
    ] + result.scores.map(bits)
  }

  private static func numbers(_ found: [String], areNear wanted: [String]) -> Bool {
    func numbers(_ words: [String]) -> [Float] {
      words.dropFirst(5).map { $0 == "-" ? 0 : Float(bitPattern: UInt32($0, radix: 16) ?? 0x7FC0_0000) }
    }
    let wantedNumbers = numbers(wanted)
    let tolerance = 1e-5 * max(1, wantedNumbers.map(abs).max() ?? 1)
    return found.count == wanted.count && zip(numbers(found), wantedNumbers).allSatisfy { abs($0 - $1) <= tolerance }
  }
}
