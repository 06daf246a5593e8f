import FacetFormat
import FacetKernels
import FacetTestSupport
import Foundation
import Testing

@testable import FacetRuntime

@Suite struct SelfTestTests {
  /// The int8 sample bundle with the hashes that the scalar kernels give.
  static func bundle() throws -> [UInt8] {
    var builder = sampleBundle(float: false)
    let session = try Session(bundle: try open(builder.bytes()), isa: FACET_ISA_SCALAR)
    for seed in 1...4 as ClosedRange<UInt64> {
      let pixels = samplePixels(seed: seed)
      try session.set(pixels: pixels)
      try session.evaluate(attributes: 3)
      builder.selfTest.append((hash: session.scoresHash(), bytes: pixels))
    }
    return builder.bytes()
  }

  /// With FACET_SAMPLE_BUNDLE set, the bundle is also written there: `make test-boards BUNDLE=...` takes it.
  @Test func everyLevelAndThreadCountPasses() throws {
    let bytes = try Self.bundle()
    let bundle = try open(bytes)
    try bundle.verifyHashes()
    #expect(bundle.selfTestCount == 4)
    for isa in everyLevel {
      for threads in [1, 3] {
        let session = try Session(bundle: bundle, threads: threads, isa: isa)
        for sample in 0..<4 { #expect(try session.passesSelfTest(sample)) }
        #expect(throws: SessionError.noSelfTest) { try session.passesSelfTest(4) }
      }
    }
    if let path = ProcessInfo.processInfo.environment["FACET_SAMPLE_BUNDLE"] { try Data(bytes).write(to: URL(fileURLWithPath: path)) }
  }

  @Test func aChangedWeightIsNoticed() throws {
    var bytes = try Self.bundle()
    let bundle = try open(bytes)
    let weights = try #require(bundle.sections.firstIndex { $0.kind == SectionKind.weights.rawValue })
    let place = Int(bundle.sections[weights].offset)
    bytes[place] = bytes[place] == 1 ? 2 : 1
    let changed = try open(bytes)
    let session = try Session(bundle: changed)
    #expect(try !session.passesSelfTest(0))
    do throws(BundleError) {
      try changed.verifyHashes()
      Issue.record("the change went unnoticed")
    } catch {
      #expect(error.fault == .hashMismatch && error.section == Int32(weights))
    }
  }
}
