/// A file in a zip archive, as the central directory describes it.
package struct ZipEntry: Equatable, Sendable {
  /// UTF-8; folders end in "/".
  package let name: String
  /// Bytes of the content.
  package let byteCount: Int
  /// Bytes in the archive.
  package let storedByteCount: Int
  package let crc32: UInt32
  let method: UInt16
  let flags: UInt16
  /// Of its local header.
  let offset: Int
  /// Bytes of the name in the file.
  let nameBytes: [UInt8]
  /// Where the next entry or the directory begins: its data ends before.
  var end: Int

  static let stored: UInt16 = 0
  static let deflated: UInt16 = 8

  /// A byte of deflate data stands for at most as many bytes (zlib's technical notes: 258 bytes in 2 bits).
  static let maximumRatio = 1032

  /// What no compressed data can hold, or no stored data may: the directory lies, and memory must not be taken for it.
  var sizeProblem: String? {
    switch method {
    case Self.stored where byteCount != storedByteCount:
      "\(byteCount) bytes are stored as \(storedByteCount)"
    case Self.deflated where byteCount / Self.maximumRatio > storedByteCount:
      "\(storedByteCount) bytes cannot hold \(byteCount)"
    default: nil
    }
  }
}
