import FacetFiles
import FacetFormat
import FacetKernels
import FacetTestSupport
import Testing

@testable import FacetRuntime

/// Self-tests whose inputs are stored as tiles. The sample bundle's input is 12 x 10 pixels of three channels.
@Suite struct SelfTestTileTests {
  private static func tile(_ channels: UInt32, _ height: UInt32, _ width: UInt32, scale: Float = 1, zero: Float = 0) -> SelfTestTile {
    var tile = SelfTestTile()
    (tile.channels, tile.height, tile.width, tile.scale, tile.zero) = (channels, height, width, scale, zero)
    return tile
  }

  private static func codes(_ count: Int, seed: UInt64) -> [UInt8] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in UInt8(random.below(256)) }
  }

  /// Of the bundle, with the scores that the scalar kernels give for whole inputs.
  private static func bundle(_ form: SelfTestRecord, _ whole: (_ codes: [UInt8], _ session: Session) throws -> Void) throws -> [UInt8] {
    var builder = sampleBundle(float: false)
    builder.selfTestForm = form
    let session = try Session(bundle: try open(builder.bytes()), isa: FACET_ISA_SCALAR)
    for seed in 1...2 as ClosedRange<UInt64> {
      let codes = Self.codes(Int(form.tile.channels * form.tile.height * form.tile.width), seed: seed)
      try whole(codes, session)
      try session.evaluate(attributes: 3)
      builder.selfTest.append((hash: session.scoresHash(), bytes: codes))
    }
    return builder.bytes()
  }

  static let sides: [(UInt32, UInt32, UInt32)] = [(3, 12, 10), (3, 5, 7), (3, 12, 1), (3, 1, 10), (2, 7, 3), (1, 1, 1)]

  @Test(arguments: sides) func aTileOfPixelsIsRepeatedOverTheInput(_ channels: UInt32, _ height: UInt32, _ width: UInt32) throws {
    let form = SelfTestRecord(kind: SelfTestRecord.pixelTile, tile: Self.tile(channels, height, width))
    let bytes = try Self.bundle(form) { codes, session in
      var pixels: [UInt8] = []
      for y in 0..<12 {
        for x in 0..<10 {
          for c in 0..<3 {
            pixels.append(codes[((y % Int(height)) * Int(width) + x % Int(width)) * Int(channels) + c % Int(channels)])
          }
        }
      }
      try session.set(pixels: pixels)
    }
    try expectPasses(bytes)
  }

  @Test(arguments: sides) func aTileOfNumbersIsRepeatedOverTheInput(_ channels: UInt32, _ height: UInt32, _ width: UInt32) throws {
    let tile = Self.tile(channels, height, width, scale: 0.0123, zero: 99.5)
    let bytes = try Self.bundle(SelfTestRecord(kind: SelfTestRecord.numberTile, tile: tile)) { codes, session in
      var numbers: [Float] = []
      for c in 0..<3 {
        for y in 0..<12 {
          for x in 0..<10 {
            let code = codes[((y % Int(height)) * Int(width) + x % Int(width)) * Int(channels) + c % Int(channels)]
            let difference: Float = Float(code) - 99.5
            numbers.append(difference * 0.0123)
          }
        }
      }
      try numbers.withUnsafeBufferPointer { values in
        Result { () throws(SessionError) in try session.setTensor(values) }
      }.get()
    }
    try expectPasses(bytes)
  }

  private func expectPasses(_ bytes: [UInt8]) throws {
    let bundle = try open(bytes)
    #expect(bundle.selfTestCount == 2)
    for isa in everyLevel {
      let session = try Session(bundle: bundle, threads: 2, isa: isa)
      for sample in 0..<2 {
        let passes = try session.passesSelfTest(sample)
        #expect(passes, "sample \(sample)")
      }
    }
  }

  @Test func wholeNumbersOfEarlierBundlesAreRead() throws {
    var builder = sampleBundle(float: false)
    builder.version = 1
    let numbers = Self.codes(360, seed: 3).map { Float($0) / 100 - 1 }
    let session = try Session(bundle: try open(builder.bytes()), isa: FACET_ISA_SCALAR)
    try numbers.withUnsafeBufferPointer { values in
      Result { () throws(SessionError) in try session.setTensor(values) }
    }.get()
    try session.evaluate(attributes: 3)
    builder.selfTestForm = SelfTestRecord(kind: SelfTestRecord.numbers)
    for _ in 0..<2 { builder.selfTest.append((hash: session.scoresHash(), bytes: numbers.withUnsafeBytes(Array.init))) }
    for sample in 0..<2 { #expect(try Session(bundle: try open(builder.bytes())).passesSelfTest(sample)) }
  }

  @Test func aTileThatDoesNotFitIsRefused() throws {
    func tile(_ channels: UInt32, _ height: UInt32, _ width: UInt32, scale: Float = 1, zero: Float = 0) -> SelfTestTile {
      Self.tile(channels, height, width, scale: scale, zero: zero)
    }
    // Kind, tile, bytes of a sample, version of the bundle, whether the input takes pixels.
    let refused: [(String, UInt32, SelfTestTile, Int, UInt32, Bool)] = [
      ("no channels", 2, tile(0, 5, 7), 0, 2, true),
      ("no rows", 2, tile(3, 0, 7), 0, 2, true),
      ("no columns", 3, tile(3, 5, 0), 0, 2, true),
      ("more channels than the input", 2, tile(4, 5, 7), 140, 2, true),
      ("higher than the input", 2, tile(3, 13, 1), 39, 2, true),
      ("wider than the input", 3, tile(3, 1, 11), 33, 2, true),
      ("sizes whose product overflows", 2, tile(.max, .max, .max), 1, 2, true),
      ("fewer bytes than the tile has", 2, tile(3, 5, 7), 104, 2, true),
      ("more bytes than the tile has", 3, tile(3, 5, 7), 106, 2, true),
      ("four bytes an element", 3, tile(3, 5, 7), 420, 2, true),
      ("an infinite scale", 3, tile(3, 5, 7, scale: .infinity), 105, 2, true),
      ("a zero that is not a number", 3, tile(3, 5, 7, zero: .nan), 105, 2, true),
      ("an infinite product of zero and scale", 3, tile(3, 5, 7, scale: 1e30, zero: 1e30), 105, 2, true),
      ("a tile in version 1", 2, tile(3, 5, 7), 105, 1, true),
      ("an unknown kind", 4, tile(3, 5, 7), 105, 2, true),
      ("pixels of an input that takes none", 2, tile(3, 5, 7), 105, 2, false),
      ("whole pixels of an input that takes none", 0, tile(3, 5, 7), 360, 2, false),
    ]
    for (what, kind, tile, bytes, version, takesPixels) in refused {
      var builder = sampleBundle(float: false)
      builder.selfTestForm = SelfTestRecord(kind: kind, tile: tile)
      builder.version = version
      if !takesPixels { (builder.inputKind, builder.inputTable) = (InputRecord.tensor, []) }
      #expect(try open(builder.bytes()).selfTestCount == 0)
      builder.selfTest = [(hash: SHA256.hash(UnsafeRawBufferPointer(start: nil, count: 0)), bytes: [UInt8](repeating: 7, count: bytes))]
      do throws(BundleError) {
        _ = try open(builder.bytes())
        Issue.record("\(what) was taken")
      } catch {
        #expect(error.fault == .badSelfTest && error.section >= 0, "\(what)")
      }
    }
  }

  @Test func aTileThatFitsIsTaken() throws {
    for (kind, takesPixels) in [(SelfTestRecord.pixelTile, true), (SelfTestRecord.numberTile, true), (SelfTestRecord.numberTile, false)] {
      var builder = sampleBundle(float: false)
      builder.selfTestForm = SelfTestRecord(kind: kind, tile: Self.tile(3, 5, 7))
      if !takesPixels { (builder.inputKind, builder.inputTable) = (InputRecord.tensor, []) }
      builder.selfTest = [(hash: SHA256.hash(UnsafeRawBufferPointer(start: nil, count: 0)), bytes: Self.codes(105, seed: 1))]
      let session = try Session(bundle: try open(builder.bytes()))
      let passes = try session.passesSelfTest(0)
      #expect(!passes)
    }
  }
}
