import FacetFormat

extension ByteView {
  /// The bytes as UTF-8; what is none shows as U+FFFD.
  package var text: String { String(decoding: bytes, as: UTF8.self) }
}
