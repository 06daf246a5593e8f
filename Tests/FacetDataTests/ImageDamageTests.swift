import FacetDiagnostics
import FacetFiles
import FacetTestSupport
import Testing

@testable import FacetData

@Suite struct ImageDamageTests {
  static let cases: [(String, [UInt8])] = [
    ("PNG RGB", ImageCases.rgb), ("PNG gray", ImageCases.gray), ("PNG alpha", ImageCases.alpha),
    ("PNG 16 bits", ImageCases.sixteen), ("PNG palette", ImageCases.palette), ("PNG interlaced", ImageCases.interlaced),
    ("JPEG", ImageCases.jpeg), ("JPEG progressive", ImageCases.progressive), ("JPEG gray", ImageCases.jpegGray),
    ("JPEG turned", ImageCases.exif6), ("PPM", Array("P6 3 2 255\n".utf8) + ImageCases.alphaPixels),
    ("PGM", Array("P5\n# by hand\n3 2\n255\nabcdef".utf8)),
  ]

  @Test("An image cut short anywhere is an error, never a picture with invented pixels", arguments: cases)
  func everyPrefix(kind: String, bytes: [UInt8]) throws {
    _ = try ImageDecoder.decode(bytes, name: kind)
    for count in 0..<bytes.count {
      let code = code { () throws(FacetError) in try ImageDecoder.decode(Array(bytes[..<count]), name: kind) }
      #expect(code == "data.image.truncated" || (count < 8 && code == "data.image.unknown"), "\(count) bytes")
    }
  }

  @Test("A damaged image gives a whole frame or an error that says what is wrong", arguments: cases)
  func damage(kind: String, bytes: [UInt8]) {
    let seed: UInt64 = 20_240_611
    var refused = 0
    forEachDamaged(bytes, variants: 300, seed: seed) { damaged in
      do throws(FacetError) {
        let frame = try ImageDecoder.decode(damaged, name: kind)
        #expect(frame.pixels.count == frame.width * frame.height * 3, "seed \(seed)")
      } catch {
        refused += 1
        #expect(error.code.hasPrefix("data.image.") && !error.message.isEmpty && !error.remedy.isEmpty, "seed \(seed)")
      }
    }
    #expect(refused > 0)
  }

  @Test("Random bytes after a valid signature are refused")
  func noise() {
    let seed: UInt64 = 5
    var generator = SplitMix64(seed: seed)
    for start in [[0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10], [0xff, 0xd8, 0xff, 0xe0], [0x50, 0x36, 0x20]] as [[UInt8]] {
      for _ in 0..<100 {
        let noise = (0..<Int.random(in: 0..<600, using: &generator)).map { _ in
          UInt8.random(in: 0...255, using: &generator)
        }
        #expect(
          code { () throws(FacetError) in try ImageDecoder.decode(start + noise, name: "x") } != nil, "seed \(seed)")
      }
    }
  }

  /// A damaged scan often comes to its end too early: what is left of it then is all that tells. (The decoder itself overlooks up to 8 bytes.)
  @Test(
    "A JPEG whose scan ends before its data is damaged, one that is filled up with zeros is whole",
    arguments: [ImageCases.jpeg, ImageCases.jpegGray])
  func leftOverData(jpeg: [UInt8]) throws {
    let end = jpeg.count - 2
    #expect(Array(jpeg[end...]) == [0xff, 0xd9])
    let whole = try ImageDecoder.decode(jpeg, name: "x.jpg")
    func filled(_ bytes: [UInt8]) -> [UInt8] { Array(jpeg[..<end]) + bytes + [0xff, 0xd9] }
    #expect(try ImageDecoder.decode(filled([UInt8](repeating: 0, count: 20) + [0xff, 0xff]), name: "x.jpg") == whole)
    let error = #expect(throws: FacetError.self) { try ImageDecoder.decode(filled((1...16).map { $0 * 7 }), name: "x.jpg") }
    #expect(error?.code == "data.image.corrupt" && error?.file == "x.jpg" && error?.message.contains("extraneous bytes") == true)
  }
}
