import FacetFormat

// Bytes as `Formats/facet-bundle.md` writes them down, without anything of FacetFormat: little-endian numbers, one after the other.

func u8(_ values: UInt8...) -> [UInt8] { values }
func u16(_ values: UInt16...) -> [UInt8] { values.flatMap { little(UInt64($0), 2) } }
func u32(_ values: UInt32...) -> [UInt8] { values.flatMap { little(UInt64($0), 4) } }
func u64(_ values: UInt64...) -> [UInt8] { values.flatMap { little($0, 8) } }
func f32(_ values: Float...) -> [UInt8] { values.flatMap { little(UInt64($0.bitPattern), 4) } }
func i32(_ values: Int32...) -> [UInt8] { values.flatMap { little(UInt64(UInt32(bitPattern: $0)), 4) } }
func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

/// A *string* of the page: a u16 length and the bytes.
func string(_ text: String) -> [UInt8] { u16(UInt16(text.utf8.count)) + Array(text.utf8) }

private func little(_ value: UInt64, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

/// 32 bytes that tell their places apart, and the digest that stands for them.
func digest(_ first: UInt8) -> (bytes: [UInt8], digest: SHA256.Digest) {
  let bytes = (0..<32).map { first &+ UInt8($0) }
  return (bytes, read(bytes) { SHA256.Digest(reading: &$0) })
}

func read<Result>(_ bytes: [UInt8], _ body: (inout ByteReader) -> Result) -> Result {
  bytes.withUnsafeBytes { raw in
    var reader = ByteReader(ByteView(raw))
    return body(&reader)
  }
}

/// What `body` makes of the bytes while they are there.
func view<Result>(_ bytes: [UInt8], _ body: (ByteView) throws -> Result) rethrows -> Result {
  try bytes.withUnsafeBytes { try body(ByteView($0)) }
}

func written(_ body: (inout ByteWriter) -> Void) -> [UInt8] {
  var writer = ByteWriter()
  body(&writer)
  return writer.bytes
}

func text(_ view: ByteView) -> String { String(decoding: view.bytes, as: UTF8.self) }
