import FacetDiagnostics
import FacetFiles
import FacetTestSupport
import Testing

@testable import FacetData

@Suite struct ImageDecoderTests {
  @Test(
    "PNG of every kind becomes the RGB pixels that Pillow reads",
    arguments: [
      ("RGB", ImageCases.rgb, 5, 3, ImageCases.rgbPixels),
      ("gray", ImageCases.gray, 4, 3, ImageCases.grayPixels),
      ("alpha is dropped", ImageCases.alpha, 3, 2, ImageCases.alphaPixels),
      ("16 bits are scaled", ImageCases.sixteen, 3, 2, ImageCases.sixteenPixels),
      ("palette of 2 bits", ImageCases.palette, 6, 4, ImageCases.palettePixels),
      ("interlaced", ImageCases.interlaced, 6, 9, ImageCases.interlacedPixels),
    ] as [(String, [UInt8], Int, Int, [UInt8])])
  func png(kind: String, bytes: [UInt8], width: Int, height: Int, pixels: [UInt8]) throws {
    let frame = try ImageDecoder.decode(bytes, name: kind)
    #expect(frame.width == width && frame.height == height)
    #expect(frame.pixels == pixels)
  }

  @Test(
    "JPEG agrees with Pillow to the 2 levels in which decoders differ",
    arguments: [
      ("baseline", ImageCases.jpeg, 16, 8, ImageCases.jpegPixels),
      ("progressive, subsampled", ImageCases.progressive, 16, 8, ImageCases.progressivePixels),
      ("gray", ImageCases.jpegGray, 16, 8, ImageCases.jpegGrayPixels),
      ("EXIF orientation 6 turns it", ImageCases.exif6, 8, 16, ImageCases.exif6Pixels),
    ] as [(String, [UInt8], Int, Int, [UInt8])])
  func jpeg(kind: String, bytes: [UInt8], width: Int, height: Int, pixels: [UInt8]) throws {
    let frame = try ImageDecoder.decode(bytes, name: kind)
    #expect(frame.width == width && frame.height == height)
    #expect(frame.pixels.count == pixels.count)
    #expect(zip(frame.pixels, pixels).allSatisfy { abs(Int($0) - Int($1)) <= 2 })
  }

  @Test(
    "All eight EXIF orientations, in both byte orders, move the stored pixels as the standard says", arguments: 1...8)
  func orientations(orientation: Int) throws {
    for (upright, turned) in zip(files(1), files(UInt8(orientation))) {
      let stored = try ImageDecoder.decode(upright, name: "x")
      let frame = try ImageDecoder.decode(turned, name: "x")
      let (w, h) = (stored.width, stored.height)
      #expect((frame.width, frame.height) == (orientation >= 5 ? (h, w) : (w, h)))
      for y in 0..<h {
        for x in 0..<w {
          // The 0th row and column of the stored image, EXIF 2.32 table "Orientation".
          let (column, row): (Int, Int) =
            switch orientation {
            case 2: (w - 1 - x, y)
            case 3: (w - 1 - x, h - 1 - y)
            case 4: (x, h - 1 - y)
            case 5: (y, x)
            case 6: (h - 1 - y, x)
            case 7: (h - 1 - y, w - 1 - x)
            case 8: (y, w - 1 - x)
            default: (x, y)
            }
          let from = 3 * (y * w + x)
          let to = 3 * (row * frame.width + column)
          #expect(stored.pixels[from..<from + 3] == frame.pixels[to..<to + 3])
        }
      }
    }
  }

  @Test("An orientation outside 1 ... 8, or an APP1 segment that makes no sense, leaves the image as stored")
  func senselessOrientation() throws {
    let upright = try ImageDecoder.decode(ImageCases.jpeg, name: "x")
    for value: UInt8 in [0, 9, 255] {
      #expect(try ImageDecoder.decode(jpegFile(tiff(value, bigEndian: true)), name: "x").pixels == upright.pixels)
      #expect(try ImageDecoder.decode(pngFile(tiff(value, bigEndian: true)), name: "x").pixels == ImageCases.rgbPixels)
    }
    for body in [
      [], Array("MM".utf8), Array("MM\0*\u{7f}\u{7f}\u{7f}\u{7f}".utf8), [0x49, 0x49, 42, 0, 8, 0, 0, 0, 255, 255, 1],
    ] {
      #expect(try ImageDecoder.decode(jpegFile(body), name: "x").pixels == upright.pixels)
      #expect(try ImageDecoder.decode(pngFile(body), name: "x").pixels == ImageCases.rgbPixels)
    }
  }

  @Test(
    "Gray with alpha, one bit, a palette with transparency, and interlaced 16-bit RGBA become the stored colours",
    arguments: ["gray_alpha", "one_bit", "palette_transparent", "deep_interlaced"])
  func lessUsualPNG(name: String) throws {
    let frame = try ImageDecoder.decode(caseFile("\(name).png"), name: name)
    let expected = try NPYArray.parse(caseFile("\(name).npy"), name: name)
    #expect(expected.shape == [frame.height, frame.width, 3])
    #expect(expected.elements == .uint8(frame.pixels))
  }

  @Test("YCCK, which Adobe's marker tells from CMYK, is refused like it")
  func ycck() {
    var bytes = ImageCases.cmyk
    let marker = (0..<bytes.count - 5).first { bytes[$0..<$0 + 5].elementsEqual("Adobe".utf8) } ?? 0
    #expect(marker > 0)
    // The colour transform: 2 is YCCK.
    bytes[marker + 11] = 2
    let error = failure { () throws(FacetError) in try ImageDecoder.decode(bytes, name: "print.jpg") }
    #expect(error?.code == "data.image.unsupported" && error?.message.hasPrefix("CMYK colours") == true)
  }

  @Test("CMYK is refused, and the message says so")
  func cmyk() {
    let error = failure { () throws(FacetError) in try ImageDecoder.decode(ImageCases.cmyk, name: "print.jpg") }
    #expect(error?.code == "data.image.unsupported")
    #expect(
      error?.description
        == "print.jpg: JPEG image: CMYK colours, which need a printer's profile. Save it as 8-bit RGB. [data.image.unsupported]")
  }

  @Test("A size beyond the limit is refused from the header")
  func tooLarge() {
    var png = ImageCases.rgb
    png.replaceSubrange(16..<24, with: [0, 0, 0x40, 0, 0, 0, 0x40, 0])
    let crc = crc32(png[12..<29])
    png.replaceSubrange(29..<33, with: (0..<4).map { UInt8(truncatingIfNeeded: crc >> (24 - 8 * UInt32($0))) })
    let error = failure { () throws(FacetError) in try ImageDecoder.decode(png, name: "x") }
    #expect(error?.code == "data.image.too-large")
    #expect(error?.message == "16384 x 16384 pixels; the limits are 16384 a side and 67108864 in all")

    var jpeg = ImageCases.jpeg
    let frame = (0..<jpeg.count - 1).first { jpeg[$0] == 0xff && jpeg[$0 + 1] == 0xc0 } ?? 0
    jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0xff, 0xdc, 0xff, 0xdc])
    #expect(code { () throws(FacetError) in try ImageDecoder.decode(jpeg, name: "x") } == "data.image.too-large")
  }

  @Test("A progressive JPEG with hundreds of scans is refused, one with a few is not")
  func scanBomb() throws {
    // The first scan holds the coarse DC values; sent again, it sets them again.
    let bytes = ImageCases.progressive
    let start = (0..<bytes.count - 1).first { bytes[$0] == 0xff && bytes[$0 + 1] == 0xda } ?? 0
    let end = (start + 2..<bytes.count - 1).first { bytes[$0] == 0xff && bytes[$0 + 1] != 0 } ?? 0
    func repeated(_ times: Int) -> [UInt8] {
      Array(bytes[..<start]) + (0..<times).flatMap { _ in bytes[start..<end] } + Array(bytes[end...])
    }
    #expect(try ImageDecoder.decode(repeated(50), name: "x") == ImageDecoder.decode(bytes, name: "x"))
    let error = failure { () throws(FacetError) in try ImageDecoder.decode(repeated(300), name: "x") }
    #expect(error?.code == "data.image.too-large")
    #expect(error?.message == "more than 100 progressive scans")
  }

  @Test("Other content is named as such, whatever the file is called")
  func unknown() {
    for bytes in [[], [0xff], Array("GIF89a".utf8), Array("PK\u{3}\u{4}".utf8)] as [[UInt8]] {
      #expect(code { () throws(FacetError) in try ImageDecoder.decode(bytes, name: "a.png") } == "data.image.unknown")
    }
  }
}

/// The baseline JPEG with an APP1 segment after SOI.
private func jpegFile(_ tiff: [UInt8]) -> [UInt8] {
  let body = Array("Exif\0\0".utf8) + tiff
  return [0xff, 0xd8, 0xff, 0xe1, UInt8((body.count + 2) >> 8), UInt8((body.count + 2) & 255)] + body
    + ImageCases.jpeg[2...]
}

/// JPEG and PNG, in both byte orders.
private func files(_ orientation: UInt8) -> [[UInt8]] {
  let (big, little) = (tiff(orientation, bigEndian: true), tiff(orientation, bigEndian: false))
  return [jpegFile(big), jpegFile(little), pngFile(big), pngFile(little), withChunk(little, ImageCases.interlaced)]
}

private func pngFile(_ tiff: [UInt8]) -> [UInt8] { withChunk(tiff, ImageCases.rgb) }

/// A PNG with a chunk eXIf after the header, which has 13 bytes.
private func withChunk(_ tiff: [UInt8], _ png: [UInt8]) -> [UInt8] {
  func bytes(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * UInt32($0))) } }
  let body = Array("eXIf".utf8) + tiff
  return png[..<33] + bytes(UInt32(tiff.count)) + body + bytes(crc32(body[...])) + png[33...]
}

private func tiff(_ orientation: UInt8, bigEndian: Bool) -> [UInt8] {
  bigEndian
    ? Array("MM".utf8) + [0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]
    : Array("II".utf8) + [42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0]
}

/// As the PNG specification, annex D, computes it.
private func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  ~bytes.reduce(~UInt32(0)) { crc, byte in
    (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in value & 1 == 1 ? 0xedb8_8320 ^ (value >> 1) : value >> 1 }
  }
}
