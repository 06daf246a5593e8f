import FacetFiles
import FacetFormat
import FacetFrames
import FacetKernels
import FacetTestSupport
import Testing

@testable import FacetRuntime

@Suite struct InputTests {
  /// One channel, one pixel: the score is the input tensor's real value.
  private func passThrough(storedUnsigned: Bool, zero: Int32, scale: Float, height: Int = 1, width: Int = 1) -> BundleBuilder {
    var builder = BundleBuilder()
    builder.storedUnsigned = storedUnsigned
    builder.colorOrder = .gray
    builder.inputMultiplier = 1 / scale
    var trunk = FragmentBuilder(attributes: 1)
    let input = trunk.tensor(height, width, 1, scale: scale, zero: zero)
    let real = trunk.tensor(height, width, 1, type: .float32)
    trunk.unary(.dequantize, input, real)
    builder.fragments = [trunk]
    builder.attributes = [
      AttributeSpecification(name: "x", fragment: 0, tensor: real, dimensions: [1, 1, UInt32(height), UInt32(width)])
    ]
    builder.inputTable = identityTable(channels: 1)
    return builder
  }

  /// q = rne(x / 0.5) + 3, clamped to [-128, 127]; ties to even, not a number to the zero point; back to (q - 3) / 2.
  @Test(arguments: [false, true]) func numbersAreQuantizedToNearestEvenAndClamped(storedUnsigned: Bool) throws {
    let session = try Session(bundle: try open(passThrough(storedUnsigned: storedUnsigned, zero: 3, scale: 0.5).bytes()))
    let cases: [(Float, Float)] = [
      (0, 0), (1.25, 1), (1.75, 2), (-1.25, -1), (0.2, 0), (0.3, 0.5), (1000, 62), (-1000, -65.5), (.infinity, 62), (-.infinity, -65.5),
      (.nan, 0),
    ]
    for (value, expected) in cases {
      try [value].withUnsafeBufferPointer { try session.setTensor($0) }
      try session.evaluate(attributes: 1)
      #expect(session.scores(attribute: 0)[0] == expected, "\(value)")
    }
  }

  /// The frame's way in is `resizeFrame`, then the pixels' way in.
  @Test func framesAreResizedAsTheFormatSays() throws {
    let bundle = try open(sampleBundle().bytes())
    var random = SplitMix64(seed: 5)
    let (width, height, stride) = (23, 31, 75)
    let frame = (0..<(stride * height)).map { _ in UInt8(random.below(256)) }
    let region = FrameRegion(x: 2, y: 5, width: 17, height: 20)
    let session = try Session(bundle: bundle)
    try frame.withUnsafeBytes { try session.setFrame($0, width: width, height: height, rowStride: stride, channels: 3, region: region) }
    try session.evaluate(attributes: 1)
    let direct = session.allScores()[0]
    var pixels = [UInt8](repeating: 0, count: 360)
    var scratch = [UInt8](repeating: 0, count: 100_000)
    let status = frame.withUnsafeBufferPointer { source in
      pixels.withUnsafeMutableBufferPointer { to in
        scratch.withUnsafeMutableBytes { memory in
          resizeFrame(
            FrameSource(pixels: source.baseAddress!, width: width, height: height, rowStride: stride, channels: 3), region: region,
            destination: to.baseAddress!, width: 10, height: 12, rule: .stretch, color: .rgb, fill: 0, scratch: memory)
        }
      }
    }
    #expect(status == .done)
    try session.set(pixels: pixels)
    try session.evaluate(attributes: 1)
    #expect(session.allScores()[0] == direct)
  }

  @Test func impossibleFramesAreErrors() throws {
    let session = try Session(bundle: try open(sampleBundle().bytes()))
    let bytes = [UInt8](repeating: 1, count: 100)
    bytes.withUnsafeBytes { raw in
      for (width, height, stride, channels) in [
        (0, 1, 3, 3), (1, 0, 3, 3), (5, 7, 15, 3), (5, 6, 14, 3), (5, 6, 15, 2), (1, 2, Int.max, 3), (Int.max, 2, 3, 3), (-1, 1, 3, 3),
      ] {
        #expect(throws: SessionError.badFrame) {
          try session.setFrame(raw, width: width, height: height, rowStride: stride, channels: channels)
        }
      }
      #expect(throws: SessionError.badFrame) {
        try session.setFrame(
          raw, width: 5, height: 6, rowStride: 15, channels: 3, region: FrameRegion(x: 4, y: 0, width: .max, height: 1))
      }
      // The last row needs no bytes after its last pixel.
      #expect(throws: Never.self) {
        try session.setFrame(UnsafeRawBufferPointer(rebasing: raw[..<99]), width: 3, height: 6, rowStride: 18, channels: 3)
      }
    }
  }

  @Test func aPlanOfSomeAttributesServesTheseOnly() throws {
    var builder = sampleBundle()
    var offsets: [UInt64] = []
    var arena: UInt64 = 0
    for (number, fragment) in builder.fragments.enumerated() {
      for size in fragment.storages {
        offsets.append(number == 2 ? PlanRecord.unused : arena)
        if number != 2 { arena += (size + 63) / 64 * 64 }
      }
    }
    builder.morePlans = [(attributes: 1, offsets: offsets, arena: arena)]
    let bundle = try open(builder.bytes())
    let whole = try Session(bundle: bundle)
    let part = try Session(bundle: bundle, plan: 1)
    #expect(part.arenaBytes < whole.arenaBytes)
    for session in [whole, part] {
      try session.set(pixels: samplePixels(seed: 3))
      try session.evaluate(attributes: 1)
    }
    #expect(part.allScores()[0] == whole.allScores()[0])
    #expect(throws: SessionError.attributeNotInPlan) { try part.evaluate(attributes: 2) }
    #expect(throws: SessionError.noSuchTensor) { _ = try part.read(fragment: 2, tensor: 1) }
  }

  /// The sample with profiles of all attributes: every storage has its own place.
  private func bundle(profiles names: [String]) -> BundleBuilder {
    var builder = sampleBundle()
    var offsets: [UInt64] = []
    var arena: UInt64 = 0
    for size in builder.fragments.flatMap(\.storages) {
      offsets.append(arena)
      arena += (size + 63) / 64 * 64
    }
    builder.morePlans = names.map { _ in (attributes: 3, offsets: offsets, arena: arena) }
    builder.planNames = names
    return builder
  }

  @Test func aProfileIsFoundByItsName() throws {
    let bundle = try open(bundle(profiles: ["door", "", "desk"]).bytes())
    func plan(_ name: String) -> Int? { Array(name.utf8).withUnsafeBytes { bundle.plan(named: $0) } }
    #expect(plan("door") == 1 && plan("desk") == 3 && plan("doo") == nil && plan("") == nil)
    #expect(bundle.attributes(plan: 3) == 3 && bundle.attributes(plan: 4) == 0 && bundle.attributes(plan: -1) == 0)
    #expect(throws: BundleError.self) { _ = try open(self.bundle(profiles: ["door", "door"]).bytes()) }
  }

  @Test func aProfileServesItsAttributesInEveryOrder() throws {
    let bundle = try open(bundle(profiles: ["all"]).bytes())
    let whole = try Session(bundle: bundle)
    try whole.set(pixels: samplePixels(seed: 3))
    try whole.evaluate(attributes: 3)
    let profile = try Session(bundle: bundle, plan: 1)
    for order in [[1, 2], [2, 1], [3]] as [[AttributeSet]] {
      try profile.set(pixels: samplePixels(seed: 3))
      for set in order { try profile.evaluate(attributes: set) }
      #expect(profile.allScores() == whole.allScores(), "\(order)")
    }
  }

  @Test func aBundleThatIsNotAlignedIsRefused() throws {
    let bytes = sampleBundle().bytes()
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count + 64, alignment: 64)
    defer { memory.deallocate() }
    memory[32..<(32 + bytes.count)].copyBytes(from: bytes)
    do throws(BundleError) {
      _ = try Bundle(bytes: UnsafeRawBufferPointer(rebasing: memory[32..<(32 + bytes.count)]))
      Issue.record("it opened")
    } catch {
      #expect(error.fault == .misaligned)
    }
  }
}
