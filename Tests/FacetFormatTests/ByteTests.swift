import FacetFormat
import Testing

@Suite struct ByteTests {
  @Test func readsOutsideGiveNilAndNeverTrap() {
    let bytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7]
    bytes.withUnsafeBytes { raw in
      let view = ByteView(raw)
      #expect(view.u32(0) == 0x0403_0201)
      #expect(view.u32(3) == 0x0706_0504)
      #expect(view.u32(4) == nil)
      for offset in [Int64.min, -1, 7, .max] {
        #expect(view.u8(offset) == nil)
        #expect(view.u16(offset) == nil)
        #expect(view.u32(offset) == nil)
        #expect(view.u64(offset) == nil)
        #expect(view.part(offset: offset, length: 1) == nil)
      }
      #expect(view.part(offset: 7, length: 0)?.count == 0)
      #expect(view.part(offset: 1, length: .max) == nil)
    }
  }

  @Test func aFailedReaderStaysFailed() {
    let bytes: [UInt8] = [1, 2, 3]
    bytes.withUnsafeBytes { raw in
      var reader = ByteReader(ByteView(raw))
      #expect(reader.u32() == 0)
      #expect(reader.failed)
      #expect(reader.u8() == 0)
      #expect(reader.offset == 0)
    }
  }

  /// FIPS 180-4 examples, and a million letters a in pieces of uneven length.
  @Test func sha256GivesThePublishedDigests() {
    func digest(_ bytes: [UInt8]) -> String { String(decoding: bytes.withUnsafeBytes { SHA256.hash($0).hexadecimal }, as: UTF8.self) }
    #expect(digest([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(digest(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      digest(Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8))
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    var hasher = SHA256()
    var left = 1_000_000
    var piece = 1
    while left > 0 {
      let count = min(piece, left)
      [UInt8](repeating: 0x61, count: count).withUnsafeBytes { hasher.update($0) }
      left -= count
      piece = piece % 131 + 1
    }
    #expect(
      String(decoding: hasher.finish().hexadecimal, as: UTF8.self) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func aSelfTestOfImpossibleSizeIsRefused() {
    var writer = ByteWriter()
    for word in [0, UInt32.max, UInt32.max, 0] { writer.u32(word) }
    writer.bytes.withUnsafeBytes { #expect(SelfTestRecord(ByteView($0)) == nil) }
  }

  @Test func layoutsOfOverflowingSizeHaveNoByteCount() {
    let big: Int64 = 1 << 20
    let layout = ConvolutionLayout(
      type: .int8, groups: big, groupInputs: big, groupOutputs: big, kernelHeight: big, kernelWidth: big, rowSegments: false)
    #expect(layout.weightBytes == nil)
  }
}
