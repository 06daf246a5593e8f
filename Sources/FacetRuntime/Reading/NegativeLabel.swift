import FacetFormat

/// What the opposite of a class is called that alone has a label: "not LABEL".
struct NegativeLabel {
  private static let prefix: StaticString = "not "
  let bytes: UnsafeMutableRawBufferPointer

  init(_ positive: ByteView) {
    let prefix = UnsafeRawBufferPointer(start: Self.prefix.utf8Start, count: Self.prefix.utf8CodeUnitCount)
    bytes = .allocate(byteCount: prefix.count + Int(positive.count), alignment: 1)
    bytes.copyMemory(from: prefix)
    UnsafeMutableRawBufferPointer(rebasing: bytes[prefix.count...]).copyMemory(from: positive.bytes)
  }
}
