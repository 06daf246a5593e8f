/// File names as text. To the system a name is bytes, and not all bytes are UTF-8: such a byte stands as a character of a private range, becomes
/// itself again where the file is opened, and is shown as U+FFFD.
package enum FileName {
  /// Of byte 0; from 128 on they are used. A character of this range that a name really has is written as its bytes, too.
  private static let base: UInt32 = 0x10F700
  private static let range = (base + 0x80)...(base + 0xFF)

  package static func text(_ bytes: some Sequence<UInt8>) -> String {
    var result = String.UnicodeScalarView()
    var iterator = Array(bytes)[...]
    while let first = iterator.first {
      if let (scalar, count) = scalar(iterator), !range.contains(scalar.value) {
        result.append(scalar)
        iterator = iterator.dropFirst(count)
      } else {
        result.append(Unicode.Scalar(base + UInt32(first)) ?? "\u{FFFD}")
        iterator = iterator.dropFirst()
      }
    }
    return String(result)
  }

  /// The character that bytes begin with; nil where they are no UTF-8.
  private static func scalar(_ bytes: ArraySlice<UInt8>) -> (Unicode.Scalar, Int)? {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
    return (scalar, UTF8.width(scalar))
  }

  /// Whether characters of the range may be in it: all begin with this byte.
  private static func isMarked(_ text: String) -> Bool { text.utf8.contains(0xF4) }

  package static func bytes(_ text: String) -> [UInt8] {
    guard isMarked(text) else { return Array(text.utf8) }
    return text.unicodeScalars.flatMap { scalar in
      range.contains(scalar.value) ? [UInt8(scalar.value - base)] : Array(String(scalar).utf8)
    }
  }

  /// As the system's calls take it.
  package static func withBytes<Result>(_ text: String, _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    isMarked(text) ? body(bytes(text).map { CChar(bitPattern: $0) } + [0]) : text.withCString(body)
  }

  /// For people and JSON: without the bytes that are no text.
  package static func shown(_ text: String) -> String {
    guard isMarked(text) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { range.contains($0.value) ? "\u{FFFD}" : $0 }))
  }
}
