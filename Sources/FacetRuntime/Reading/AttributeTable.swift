import FacetFormat

/// The attributes section, checked but for the tensors, which are not read yet.
struct AttributeTable {
  private(set) var attributes: [AttributeRecord] = []

  var all: AttributeSet { AttributeSet(first: attributes.count) }

  init(_ view: ByteView, _ table: SectionTable) throws(BundleError) {
    let section = try table.require(.attributes)
    _ = try table.count(.attributes, limit: 1)
    var reader = ByteReader(table.content(section, of: view))
    let count = reader.u32()
    guard !reader.failed, count >= 1, count <= UInt32(BundleFormat.maximumAttributes) else {
      throw BundleError(.badAttribute, section: section)
    }
    for index in 0..<Int(count) {
      let length = reader.u32()
      let part = reader.part(Int64(length))
      guard !reader.failed, let record = AttributeRecord(part) else { throw BundleError(.badAttribute, section: section, item: index) }
      guard isPrintable(record.name.bytes, maximum: AttributeRecord.maximumNameBytes, mayBeEmpty: false) else {
        throw BundleError(.badName, section: section, item: index)
      }
      var labels = ByteReader(record.labels)
      for _ in 0..<record.labelCount {
        guard isPrintable(labels.string().bytes, maximum: 1024, mayBeEmpty: true) else {
          throw BundleError(.badName, section: section, item: index)
        }
      }
      // Not a number is "none"; anything else that is no probability is damage.
      guard record.threshold.isNaN || (record.threshold >= 0 && record.threshold <= 1) else {
        throw BundleError(.badAttribute, section: section, item: index)
      }
      guard Self.isValid(record, features: table.header.requiredFeatures) else {
        throw BundleError(.badAttribute, section: section, item: index)
      }
      guard isPrintable(record.unit.bytes, maximum: 64, mayBeEmpty: true) else {
        throw BundleError(.badName, section: section, item: index)
      }
      for other in attributes where equal(other.name.bytes, record.name.bytes) {
        throw BundleError(.nameTwice, section: section, item: index)
      }
      attributes.append(record)
    }
  }
}

extension AttributeTable {
  /// Whether what the record says of its number can be worked out, and the header says that there is one.
  private static func isValid(_ record: AttributeRecord, features: UInt32) -> Bool {
    guard record.valueRule != .none else { return record.bins.count == 0 }
    let axis = record.softmaxAxis
    guard features & BundleHeader.values != 0, record.labelCount == 0, record.scale.isFinite, record.offset.isFinite, axis.outer == 1,
      axis.inner == 1
    else {
      return false
    }
    if record.valueRule == .linear { return axis.channels == 1 && record.bins.count == 0 }
    guard record.confidence != .none, record.bins.count == Int64(axis.channels) * 4 else { return false }
    for index in 0..<axis.channels where record.bins.f32(Int64(index) * 4)?.isFinite != true { return false }
    return true
  }
}

/// Whether the bytes are UTF-8 (RFC 3629: no overlong forms, no surrogates) without control characters: safe to show on a terminal.
func isPrintable(_ bytes: UnsafeRawBufferPointer, maximum: Int, mayBeEmpty: Bool) -> Bool {
  guard bytes.count <= maximum, mayBeEmpty || bytes.count > 0 else { return false }
  var i = 0
  while i < bytes.count {
    let lead = bytes[i]
    var low: UInt8 = 0x80
    var high: UInt8 = 0xBF
    var more = 0
    switch lead {
    case 0x20...0x7E: break
    case 0xC2...0xDF:
      more = 1
      // U+0080 to U+009F are controls.
      if lead == 0xC2 { low = 0xA0 }
    case 0xE0...0xEF:
      more = 2
      if lead == 0xE0 { low = 0xA0 }
      if lead == 0xED { high = 0x9F }
    case 0xF0...0xF4:
      more = 3
      if lead == 0xF0 { low = 0x90 }
      if lead == 0xF4 { high = 0x8F }
    default: return false
    }
    guard more < bytes.count - i else { return false }
    for k in 0..<more {
      let next = bytes[i + 1 + k]
      guard next >= (k == 0 ? low : 0x80), next <= (k == 0 ? high : 0xBF) else { return false }
    }
    i += 1 + more
  }
  return true
}
