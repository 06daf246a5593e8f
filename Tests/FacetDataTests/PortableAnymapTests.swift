import FacetDiagnostics
import FacetTestSupport
import Testing

@testable import FacetData

@Suite struct PortableAnymapTests {
  @Test("PPM is read as it stands, with comments and any white space in its header")
  func ppm() throws {
    let pixels: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 35, 12]
    for header in ["P6\n2 2\n255\n", "P6 2\t2 255 ", "P6#a\n# b\r\n2 #c\n2\n255\r", "P6\n002 2\n#255\n255\n"] {
      let frame = try ImageDecoder.decode(Array(header.utf8) + pixels, name: header)
      #expect(frame == Frame(width: 2, height: 2, pixels: pixels))
    }
  }

  @Test("PGM is repeated over the three channels")
  func pgm() throws {
    let frame = try ImageDecoder.decode(Array("P5 2 1 255\n".utf8) + [7, 200], name: "x")
    #expect(frame.pixels == [7, 7, 7, 200, 200, 200])
  }

  @Test(
    "What cannot be read is refused with its reason",
    arguments: [
      ("P3 1 1 255\n1 2 3", "unsupported"), ("P4 1 1\n0", "unsupported"), ("P7\nWIDTH 1", "unsupported"),
      ("P6 1 1 65535\n123456", "unsupported"), ("P6 1 1 100\n123", "unsupported"), ("P6 0 1 255\n", "corrupt"),
      ("P6 -1 1 255\n", "corrupt"), ("P6x 1 1 255\n123", "corrupt"), ("P6 1 1 255x123", "corrupt"),
      ("P6 99999999999999999999 1 255\n123", "corrupt"), ("P6 16385 1 255\n123", "too-large"),
      ("P6 16384 16384 255\n123", "too-large"), ("P6 1 1 255\n12", "truncated"), ("P6 1 # 1 255\n123", "truncated"),
    ])
  func refused(text: String, reason: String) {
    #expect(
      code { () throws(FacetError) in try ImageDecoder.decode(Array(text.utf8), name: "x") } == "data.image.\(reason)")
  }
}
