import FacetFormat
import Testing

/// Header, table, programs and plans: bytes written out from `Formats/facet-bundle.md`, and read back.
@Suite struct SectionRecordTests {
  @Test func header() throws {
    var header = BundleHeader()
    header.version = 2
    (header.fileSize, header.sectionCount, header.flags, header.requiredFeatures) = (0x0102_0304_0506_0708, 9, 1, 5)
    let bytes =
      u8(0x89, 0x46, 0x41, 0x43, 0x45, 0x54, 0x0D, 0x0A) + u32(2) + u32(64) + u64(0x0102_0304_0506_0708) + u32(9) + u32(64) + u32(1)
      + u32(5)
      + zeros(24)
    #expect(bytes.count == 64)
    #expect(written { header.write(to: &$0) } == bytes)
    let read = try #require(view(bytes) { BundleHeader($0) })
    #expect(read.version == 2 && read.headerSize == 64 && read.fileSize == header.fileSize && read.sectionCount == 9)
    #expect(read.sectionEntrySize == 64 && read.flags == 1 && read.requiredFeatures == 5)
    #expect(written { BundleHeader().write(to: &$0) }[8..<12].elementsEqual(u32(1)), "version 1 unless something newer is needed")
    #expect(view(Array(bytes.prefix(39))) { BundleHeader($0) == nil })
    #expect(view(u8(0x88) + bytes.dropFirst()) { BundleHeader($0) == nil })
  }

  @Test func sectionEntry() throws {
    let hash = digest(0x40)
    let entry = SectionEntry(kind: 3, index: 7, offset: 0x1_0000_0040, length: 0x2_0000_0001, hash: hash.digest)
    let bytes = u32(3) + u32(7) + u64(0x1_0000_0040) + u64(0x2_0000_0001) + hash.bytes + zeros(8)
    #expect(bytes.count == 64)
    #expect(written { entry.write(to: &$0) } == bytes)
    let read = try #require(view(bytes) { SectionEntry($0) })
    #expect(read.kind == 3 && read.index == 7 && read.offset == 0x1_0000_0040 && read.length == 0x2_0000_0001 && read.hash == hash.digest)
    #expect(view(Array(bytes.prefix(55))) { SectionEntry($0) == nil })
  }

  @Test func programHeader() {
    let dependency = digest(0x10)
    var header = ProgramHeader()
    header.attributes = .init(0x8000_0000_0000_0005 as UInt64)
    (header.importCount, header.tensorCount, header.storageCount, header.instructionCount) = (1, 2, 3, 4)
    header.dependency = dependency.digest
    let bytes = u64(0x8000_0000_0000_0005) + u32(1, 2, 3, 4) + dependency.bytes + zeros(8)
    #expect(bytes.count == 64)
    #expect(written { header.write(to: &$0) } == bytes)
    #expect(read(bytes) { ProgramHeader(reading: &$0) } == header)
    #expect(read(Array(bytes.prefix(63))) { ProgramHeader(reading: &$0) } == nil)
    #expect(written { ProgramHeader().write(to: &$0) } == zeros(64), "32 zeros without imports")
  }

  /// SHA-256 over the table's hashes of program, constants and weights of each.
  @Test func dependency() {
    let parts: [UInt8] = [1, 2, 3, 4, 5, 6].map { $0 * 32 }
    let hashes = parts.map { digest($0) }
    let found = ProgramHeader.dependency(on: [
      ProgramHeader.ContentHashes(program: hashes[0].digest, constants: hashes[1].digest, weights: hashes[2].digest),
      ProgramHeader.ContentHashes(program: hashes[3].digest, constants: hashes[4].digest, weights: hashes[5].digest),
    ])
    #expect(found == hashes.flatMap(\.bytes).withUnsafeBytes { SHA256.hash($0) })
    #expect(written { ProgramHeader.dependency(on: []).write(to: &$0) } == zeros(32))
  }

  @Test func importAndTensor() {
    #expect(written { ImportRecord(fragment: 3, tensor: 70_000).write(to: &$0) } == u32(3, 70_000))
    #expect(read(u32(3, 70_000)) { ImportRecord(reading: &$0) } == ImportRecord(fragment: 3, tensor: 70_000))
    #expect(read(zeros(7)) { ImportRecord(reading: &$0) } == nil)

    var tensor = TensorRecord()
    tensor.type = .float32
    (tensor.height, tensor.width, tensor.channels) = (11, 12, 13)
    (tensor.borderTop, tensor.borderLeft, tensor.borderBottom, tensor.borderRight) = (1, 2, 3, 4)
    (tensor.rowStride, tensor.pixelStride, tensor.offset, tensor.storage) = (1000, 52, 2000, 5)
    (tensor.scale, tensor.zeroPoint) = (0.125, -7)
    let bytes = u32(1, 11, 12, 13) + u16(1, 2, 3, 4) + u32(1000, 52, 2000) + u32(5) + f32(0.125) + i32(-7) + zeros(16)
    #expect(bytes.count == 64)
    #expect(written { tensor.write(to: &$0) } == bytes)
    #expect(read(bytes) { TensorRecord(reading: &$0) } == tensor)
    #expect(read(u32(2) + bytes.dropFirst(4)) { TensorRecord(reading: &$0) } == nil, "types are 0 and 1")
    #expect(read(Array(bytes.prefix(63))) { TensorRecord(reading: &$0) } == nil)
  }

  @Test func plan() throws {
    let bytes =
      u64(6) + u64(0x4000) + u64(0x3000) + u32(3) + u32(0) + string("door") + zeros(2) + u64(0, 0x1000, .max)
    #expect((bytes.count - 24) % 8 == 0)
    #expect(
      written {
        PlanRecord.write(
          to: &$0, attributes: .init(6 as UInt64), arenaBytes: 0x4000, lowerBound: 0x3000, name: Array("door".utf8),
          offsets: [0, 0x1000, .max])
      } == bytes)
    try view(bytes) {
      let read = try #require(PlanRecord($0))
      #expect(read.attributes == .init(6 as UInt64) && read.arenaBytes == 0x4000 && read.lowerBound == 0x3000 && read.storageCount == 3)
      #expect(text(read.name) == "door")
      #expect((0..<4).map { read.offset($0) } == [0, 0x1000, .max, nil])
    }
    #expect(view(Array(bytes.dropLast())) { PlanRecord($0) == nil })
    // Plan 0 has no name: 34 bytes, and zeros to 40.
    #expect(
      written { PlanRecord.write(to: &$0, attributes: .init(1 as UInt64), arenaBytes: 0, lowerBound: 0, name: [], offsets: []) }.count == 40
    )
  }

  @Test func forks() throws {
    let bytes = u32(2, 9) + string("stage3/out")
    #expect(written { ForkRecord.write(to: &$0, fragment: 2, tensor: 9, name: Array("stage3/out".utf8)) } == bytes)
    try bytes.withUnsafeBytes {
      var reader = ByteReader(ByteView($0))
      let fork = try #require(ForkRecord(reading: &reader))
      #expect(fork.fragment == 2 && fork.tensor == 9 && text(fork.name) == "stage3/out")
    }
    #expect(read(Array(bytes.dropLast())) { ForkRecord(reading: &$0) == nil })
  }

  @Test func selfTest() throws {
    let (first, second) = (digest(1), digest(0x80))
    let bytes = u32(1, 2, 3, 0) + first.bytes + [7, 8, 9] + second.bytes + [4, 5, 6]
    #expect(
      written {
        SelfTestRecord.write(to: &$0, SelfTestRecord(kind: 1), samples: [(first.digest, [7, 8, 9]), (second.digest, [4, 5, 6])])
      } == bytes)
    try view(bytes) {
      let read = try #require(SelfTestRecord($0))
      #expect(read.kind == 1 && read.sampleCount == 2 && read.sampleBytes == 3)
      let sample = try #require(read.sample(1))
      #expect(sample.hash == second.digest && Array(sample.bytes.bytes) == [4, 5, 6])
      #expect(read.sample(0)?.hash == first.digest && read.sample(2) == nil && read.sample(-1) == nil)
    }
    #expect(view(Array(bytes.dropLast())) { SelfTestRecord($0) == nil })
    #expect(written { SelfTestRecord.write(to: &$0, SelfTestRecord(), samples: []) } == zeros(16))
  }

  @Test func selfTestOfTiles() throws {
    let hash = digest(1)
    var tile = SelfTestTile()
    (tile.channels, tile.height, tile.width, tile.scale, tile.zero) = (1, 2, 3, 0.5, 128)
    let head = u32(3, 1, 6, 0, 1, 2, 3) + f32(0.5, 128)
    let bytes = head + hash.bytes + [1, 2, 3, 4, 5, 6]
    let form = SelfTestRecord(kind: SelfTestRecord.numberTile, tile: tile)
    #expect(written { SelfTestRecord.write(to: &$0, form, samples: [(hash.digest, [1, 2, 3, 4, 5, 6])]) } == bytes)
    try view(bytes) {
      let read = try #require(SelfTestRecord($0))
      #expect(read.kind == 3 && read.isTile && read.isOfNumbers && read.sampleCount == 1 && read.sampleBytes == 6)
      #expect(read.tile.channels == 1 && read.tile.height == 2 && read.tile.width == 3 && read.tile.scale == 0.5 && read.tile.zero == 128)
      let sample = try #require(read.sample(0))
      #expect(sample.hash == hash.digest && Array(sample.bytes.bytes) == [1, 2, 3, 4, 5, 6])
    }
    for length in 0..<bytes.count { #expect(view(Array(bytes[..<length])) { SelfTestRecord($0) == nil }) }
  }

  @Test func valueNumbers() throws {
    let (number, source) = (digest(3), digest(0x90))
    let fork = ForkNumberRecord(fragment: 1, tensor: 2, form: 3, number: number.digest, sourceNumber: source.digest)
    let bytes = u32(1, 2, 3, 0) + number.bytes + source.bytes
    #expect(bytes.count == 80)
    #expect(written { fork.write(to: &$0) } == bytes)
    let found = try #require(read(bytes) { ForkNumberRecord(reading: &$0) })
    #expect(
      found.fragment == 1 && found.tensor == 2 && found.form == 3 && found.number == number.digest && found.sourceNumber == source.digest)
    #expect(read(u32(1, 2, 4, 0) + bytes.dropFirst(16)) { ForkNumberRecord(reading: &$0) == nil }, "forms are 0 to 3")

    let operation = u32(4) + u64(0x0807_0605_0403_0201) + string("conv_1")
    #expect(
      written { OperatorNumberRecord.write(to: &$0, fragment: 4, number: 0x0807_0605_0403_0201, name: Array("conv_1".utf8)) } == operation)
    try operation.withUnsafeBytes {
      var reader = ByteReader(ByteView($0))
      let read = try #require(OperatorNumberRecord(reading: &reader))
      #expect(read.fragment == 4 && read.number == 0x0807_0605_0403_0201 && text(read.name) == "conv_1")
    }
  }
}
