/// The self-test: inputs and the hash of the scores that they must give, on any CPU, at any number of threads.
///
/// kind u32 (0: uint8 pixels HWC of the network's size, 1: float32 CHW), sample count u32, bytes per sample u32, zero u32, then for each
/// sample the SHA-256 of the scores (all attributes in order, float32 little-endian) and its bytes. float32 programs have no samples:
/// their scores may differ in the last bits from one instruction set to another.
public struct SelfTestRecord {
  public var kind: UInt32
  public var sampleCount: UInt32
  public var sampleBytes: UInt32
  private var samples: ByteView

  public init?(_ view: ByteView) {
    var reader = ByteReader(view)
    kind = reader.u32()
    sampleCount = reader.u32()
    sampleBytes = reader.u32()
    _ = reader.u32()
    let (length, overflow) = Int64(sampleCount).multipliedReportingOverflow(by: 32 + Int64(sampleBytes))
    samples = reader.part(overflow ? .max : length)
    if reader.failed { return nil }
  }

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
    writer.u32(kind)
    writer.u32(UInt32(samples.count))
    writer.u32(UInt32(samples.first?.bytes.count ?? 0))
    writer.u32(0)
    for sample in samples {
      sample.hash.write(to: &writer)
      writer.raw(sample.bytes)
    }
  }
}
