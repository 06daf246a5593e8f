import FacetData
import FacetTestSupport
import Foundation
import Testing

@testable import FacetFiles

/// Names are bytes to the system, and any bytes but 0 and '/' may stand in one.
@Suite struct FileNameTests {
  @Test(
    "Any bytes come back as they were",
    arguments: [
      [0x61], [0xff], [0x61, 0xe9, 0x62], Array("ä日🙂".utf8), [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x99], [0xed, 0xa0, 0x80], [0xc0, 0xaf],
      Array(0x80...0xff), Array("\u{10F7FF}a\u{10F780}".utf8), Array("e\u{301}".utf8),
    ] as [[UInt8]])
  func roundTrip(_ bytes: [UInt8]) {
    #expect(FileName.bytes(FileName.text(bytes)) == bytes)
    #expect(FileName.withBytes(FileName.text(bytes)) { strlen($0) } == bytes.count)
  }

  @Test("Text stays what it is, and what is none is shown as the character for that")
  func shown() {
    #expect(FileName.text(Array("photo ä.jpg".utf8)) == "photo ä.jpg")
    #expect(FileName.shown(FileName.text([0x61, 0xe9, 0x62])) == "a\u{FFFD}b")
    #expect(printable(FileName.text([0xff, 0x1b])) == "\u{FFFD}\\u{1b}")
    #expect(FileName.shown("🙂") == "🙂")
  }

  @Test("Different names are different samples, in the order of their bytes, and each is opened as itself")
  func samples() throws {
    let folder = try TemporaryFolder()
    for (name, value) in [([0xff, 0x61], UInt8(1)), ([0xfe, 0x61], 2), (Array("ä".utf8), 3), ([0x7a], 4)] as [([UInt8], UInt8)] {
      let path = Array(folder.path.utf8) + [0x2f] + name + Array(".ppm".utf8) + [0]
      let file = try #require(fopen(path.map { CChar(bitPattern: $0) }, "w"))
      let bytes = Array("P6 1 1 255\n".utf8) + [value, value, value]
      fwrite(bytes, 1, bytes.count, file)
      fclose(file)
    }
    let set = try Dataset.open(path: folder.path)
    let pixels = try (0..<set.count).map { index in
      guard case .frame(let frame, _, _) = try set.sample(index) else { return UInt8(0) }
      return frame.pixels[0]
    }
    #expect(pixels == [4, 3, 2, 1])
    #expect(Set((0..<set.count).map { set.files[$0] }).count == 4)
  }
}
