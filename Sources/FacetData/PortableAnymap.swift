import FacetDiagnostics
import FacetFiles
import FacetFormat

/// Binary PPM (P6) and PGM (P5) with 8 bits a sample, as the Netpbm pages "PPM Format Specification" and "PGM Format
/// Specification" define them. Images after the first are ignored.
enum PortableAnymap {
  static func decode(_ bytes: [UInt8], name: String) throws(FacetError) -> Frame {
    func error(_ code: DataErrorCode, _ place: String, _ message: String, _ remedy: String) -> FacetError {
      FacetError(code: code, file: name, place: place, message: message, remedy: remedy)
    }
    guard bytes.count >= 2, bytes[1] == UInt8(ascii: "5") || bytes[1] == UInt8(ascii: "6") else {
      throw error(.imageUnsupported, "PPM header", "a text, bitmap or PAM file", "Save it as binary PPM (P6) or PGM (P5).")
    }
    let channels = bytes[1] == UInt8(ascii: "6") ? 3 : 1
    var header = HeaderScanner(bytes: bytes)
    var numbers: [Int] = []
    for field in ["width", "height", "maximum value"] {
      switch header.number() {
      case .value(let value): numbers.append(value)
      case .end:
        throw error(
          .imageTruncated, "PPM header", "the file ends before the \(field)", "The file is incomplete; copy it again.")
      case .malformed:
        throw error(
          .imageCorrupt, "PPM header, byte \(header.at)", "no \(field) between 0 and 9999999",
          "The file is damaged; make it again.")
      }
    }
    let (width, height, maximum) = (numbers[0], numbers[1], numbers[2])
    guard header.at < bytes.count else {
      throw error(
        .imageTruncated, "PPM header", "the file ends before the pixels", "The file is incomplete; copy it again.")
    }
    guard HeaderScanner.isSpace(bytes[header.at]) else {
      throw error(
        .imageCorrupt, "PPM header, byte \(header.at)", "no white space before the pixels", "Make the file again.")
    }
    guard maximum == 255 else {
      throw error(.imageUnsupported, "PPM header", "the maximum value is \(maximum)", "Save it with 8 bits a sample (255).")
    }
    guard width > 0, height > 0 else {
      throw error(.imageCorrupt, "PPM header", "the image has no pixels", "The file is damaged; make it again.")
    }
    // Both are below 10^7: the product fits.
    guard width <= frameMaximumSide, height <= frameMaximumSide, width * height <= ImageDecoder.maximumPixels else {
      throw error(
        .imageTooLarge, "PPM header",
        "\(width) x \(height) pixels; "
          + "the limits are \(frameMaximumSide) a side and \(ImageDecoder.maximumPixels) in all",
        "Scale the image down first.")
    }
    let start = header.at + 1
    let count = width * height * channels
    guard bytes.count - start >= count else {
      throw error(
        .imageTruncated, "PPM pixels", "\(bytes.count - start) of \(count) bytes", "The file is incomplete; copy it again.")
    }
    try AvailableMemory.check(width * height * 3, for: "an image of \(width) x \(height) pixels", file: name)
    var pixels = Array(bytes[start..<start + count])
    if channels == 1 { pixels = grayToRGB(pixels) }
    guard let frame = Frame(width: width, height: height, pixels: pixels) else {
      throw error(.imageCorrupt, "PPM header", "the size contradicts the pixels", "The file is damaged; make it again.")
    }
    return frame
  }
}

/// Each value three times.
func grayToRGB(_ gray: [UInt8]) -> [UInt8] {
  [UInt8](unsafeUninitializedCapacity: gray.count * 3) { buffer, filled in
    for (i, value) in gray.enumerated() {
      buffer[3 * i] = value
      buffer[3 * i + 1] = value
      buffer[3 * i + 2] = value
    }
    filled = gray.count * 3
  }
}

/// Decimal numbers between white space and comments (`#` to the end of the line).
private struct HeaderScanner {
  enum Result {
    case value(Int)
    case end, malformed
  }

  let bytes: [UInt8]
  var at = 2

  init(bytes: [UInt8]) { self.bytes = bytes }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

  mutating func number() -> Result {
    let start = at
    while at < bytes.count, Self.isSpace(bytes[at]) || bytes[at] == UInt8(ascii: "#") {
      if bytes[at] == UInt8(ascii: "#") {
        while at < bytes.count, bytes[at] != 0x0a, bytes[at] != 0x0d { at += 1 }
      } else {
        at += 1
      }
    }
    guard at < bytes.count else { return .end }
    guard at > start else { return .malformed }
    let first = at
    var value = 0
    while at < bytes.count, (0x30...0x39).contains(bytes[at]) {
      guard at - first < 7 else { return .malformed }
      value = value * 10 + Int(bytes[at] - 0x30)
      at += 1
    }
    return at > first ? .value(value) : .malformed
  }
}
