/// The self-test: inputs and the hash of the scores that they must give, on any CPU, at any number of threads.
///
/// kind u32 (0: uint8 pixels HWC of the network's size, 1: float32 CHW), sample count u32, bytes per sample u32, zero u32, then for each
/// sample the SHA-256 of the scores (all attributes in order, float32 little-endian) and its bytes. float32 programs have no samples:
/// their scores may differ in the last bits from one instruction set to another.
public struct SelfTestRecord {
  public var kind: UInt32 = 0
  public var sampleCount: UInt32 = 0
  public var sampleBytes: UInt32 = 0
  private var samples = ByteView.empty

  public init() {}

  /// Sample `index`: the hash of its scores and its bytes; nil outside.
  public func sample(_ index: Int64) -> (hash: SHA256.Digest, bytes: ByteView)? {
    let size = 32 + Int64(sampleBytes)
    guard index >= 0, index < Int64(sampleCount), let part = samples.part(offset: index * size, length: size) else { return nil }
    var reader = ByteReader(part)
    let hash = SHA256.Digest(reading: &reader)
    return (hash, reader.part(Int64(sampleBytes)))
  }

  /// Precondition: all samples are of one length and at most 2^32 bytes in all.
  public static func write(to writer: inout ByteWriter, kind: UInt32, samples: [(hash: SHA256.Digest, bytes: [UInt8])]) {
    var list = ByteWriter()
    for sample in samples {
      sample.hash.write(to: &list)
      list.raw(sample.bytes)
    }
    withViews([list.bytes]) { views in
      var record = SelfTestRecord()
      (record.kind, record.sampleCount, record.sampleBytes) = (kind, UInt32(samples.count), UInt32(samples.first?.bytes.count ?? 0))
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
    let (length, overflow) = Int64(sampleCount).multipliedReportingOverflow(by: 32 + Int64(sampleBytes))
    visitor.bytes(&samples, count: overflow ? .max : length)
  }
}
