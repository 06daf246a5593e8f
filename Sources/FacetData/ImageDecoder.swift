import CImage
import FacetDiagnostics
import FacetFiles
import FacetFormat

/// PNG, JPEG, PPM and PGM files to RGB frames; the content decides, not the name. What becomes of gray, alpha, 16 bits
/// and orientation stands in `facet_image.h`.
package enum ImageDecoder {
  /// Largest file that is read, in bytes.
  package static let maximumBytes = Int(FACET_IMAGE_MAX_BYTES.rawValue)
  /// Largest image, in pixels.
  package static let maximumPixels = Int(FACET_IMAGE_MAX_PIXELS.rawValue)

  package static func decode(contentsOf path: String) throws(FacetError) -> Frame {
    try decode(readFile(path, limit: maximumBytes), name: path)
  }

  /// - Parameter name: the file's name, for errors.
  /// - Throws: `data.image.` and `unknown`, `truncated`, `corrupt`, `too-large`, `unsupported` or `memory`.
  package static func decode(_ bytes: [UInt8], name: String) throws(FacetError) -> Frame {
    if bytes.count >= 2, bytes[0] == UInt8(ascii: "P"), (UInt8(ascii: "1")...UInt8(ascii: "7")).contains(bytes[1]) {
      return try PortableAnymap.decode(bytes, name: name)
    }
    var info = facet_image_info()
    var message = [CChar](repeating: 0, count: Int(FACET_IMAGE_MESSAGE))
    var status = facet_image_read_info(bytes, bytes.count, &info, &message)
    guard status == 0 else { throw failure(status, message, bytes, name) }
    let count = Int(info.width) * Int(info.height) * 3
    try AvailableMemory.check(count, for: "an image of \(info.width) x \(info.height) pixels", file: name)
    let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      status = facet_image_decode(bytes, bytes.count, buffer.baseAddress, count, &message)
      if status == 0 { filled = count }
    }
    guard status == 0 else { throw failure(status, message, bytes, name) }
    guard let frame = Frame(width: Int(info.width), height: Int(info.height), pixels: pixels) else {
      throw failure(Int32(FACET_IMAGE_CORRUPT.rawValue), message, bytes, name)
    }
    return frame
  }

  private static func failure(_ status: Int32, _ message: [CChar], _ bytes: [UInt8], _ name: String) -> FacetError {
    let text = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let format = bytes.first == 0x89 ? "PNG image" : "JPEG image"
    let row: (code: DataErrorCode, place: String, text: String?, remedy: String) =
      switch facet_image_status(UInt32(bitPattern: status)) {
      case FACET_IMAGE_UNKNOWN_FORMAT:
        (
          .imageUnknown, "first bytes", bytes.isEmpty ? "the file is empty" : nil,
          "Images are PNG, JPEG, PPM (P6) or PGM (P5)."
        )
      case FACET_IMAGE_TRUNCATED:
        (.imageTruncated, format, nil, "The file is incomplete; copy or download it again.")
      case FACET_IMAGE_TOO_LARGE: (.imageTooLarge, format, nil, "Scale the image down first.")
      case FACET_IMAGE_UNSUPPORTED: (.imageUnsupported, format, nil, "Save it as 8-bit RGB.")
      case FACET_IMAGE_OUT_OF_MEMORY: (.imageMemory, format, nil, "Scale the image down first.")
      default: (.imageCorrupt, format, nil, "The file is damaged; make it again.")
      }
    let error = FacetError(code: row.code, file: name, place: row.place, message: row.text ?? text, remedy: row.remedy)
    return row.code == .imageUnknown || row.code == .imageUnsupported ? error.naming(name, wanted: .data) : error
  }
}
