/// The self-test: inputs and the hash of the scores that they must give, on any CPU, at any number of threads.
///
/// kind u32 (0: uint8 pixels HWC of the network's size, 1: float32 CHW; since version 2 a tile: 2 of pixels, 3 of numbers), sample count u32,
/// bytes per sample u32, zero u32, of kinds 2 and 3 a `SelfTestTile`, then for each sample the SHA-256 of the scores (all attributes in
/// order, float32 little-endian) and its bytes. float32 programs have no samples: their scores may differ in the last bits from one
/// instruction set to another.
public struct SelfTestRecord {
  public static let pixels: UInt32 = 0
  public static let numbers: UInt32 = 1
  public static let pixelTile: UInt32 = 2
  public static let numberTile: UInt32 = 3

  public var kind = SelfTestRecord.pixels
  /// What the bytes of a sample of kinds 2 and 3 mean.
  public var tile = SelfTestTile()
  public private(set) var sampleCount: UInt32 = 0
  public private(set) var sampleBytes: UInt32 = 0
  private var samples = ByteView.empty

  public init() {}

  public init(kind: UInt32, tile: SelfTestTile = SelfTestTile()) { (self.kind, self.tile) = (kind, tile) }

  public var isTile: Bool { kind >= Self.pixelTile }
  public var isOfNumbers: Bool { kind & 1 != 0 }

  /// Sample `index`: the hash of its scores and its bytes; nil outside.
  public func sample(_ index: Int64) -> (hash: SHA256.Digest, bytes: ByteView)? {
    let size = 32 + Int64(sampleBytes)
    guard index >= 0, index < Int64(sampleCount), let part = samples.part(offset: index * size, length: size) else { return nil }
    var reader = ByteReader(part)
    let hash = SHA256.Digest(reading: &reader)
    return (hash, reader.part(Int64(sampleBytes)))
  }

  /// A record of the kind and tile of `form` with these samples.
  ///
  /// Precondition: all samples are of one length and at most 2^32 bytes in all.
  public static func write(to writer: inout ByteWriter, _ form: SelfTestRecord, samples: [(hash: SHA256.Digest, bytes: [UInt8])]) {
    var list = ByteWriter()
    for sample in samples {
      sample.hash.write(to: &list)
      list.raw(sample.bytes)
    }
    withViews([list.bytes]) { views in
      var record = form
      (record.sampleCount, record.sampleBytes) = (UInt32(samples.count), UInt32(samples.first?.bytes.count ?? 0))
      record.samples = views[0]
      record.write(to: &writer)
    }
  }
}

extension SelfTestRecord: ByteRecord {
  public mutating func visitFields(_ visitor: inout some ByteVisitor) {
    visitor.field(&kind)
    visitor.field(&sampleCount)
    visitor.field(&sampleBytes)
    visitor.zeros(4)
    if isTile { tile.visitFields(&visitor) }
    let (length, overflow) = Int64(sampleCount).multipliedReportingOverflow(by: 32 + Int64(sampleBytes))
    visitor.bytes(&samples, count: overflow ? .max : length)
  }
}

/// A part of an input, one code (u8) an element, height x width x channels, that is repeated over the whole input: element (c, y, x) has the
/// code [y mod height][x mod width][c mod channels]. Pixels are the codes; numbers are `(code - zero) * scale` in binary32.
///
/// channels, height, width u32, scale f32, zero f32 (of pixels 1 and 0).
public struct SelfTestTile: Sendable {
  public var channels: UInt32 = 0
  public var height: UInt32 = 0
  public var width: UInt32 = 0
  public var scale: Float = 1
  public var zero: Float = 0

  public init() {}
}

extension SelfTestTile: ByteRecord {
  public mutating func visitFields(_ visitor: inout some ByteVisitor) {
    visitor.field(&channels)
    visitor.field(&height)
    visitor.field(&width)
    visitor.field(&scale)
    visitor.field(&zero)
  }
}
