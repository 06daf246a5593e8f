import FacetFormat

/// Puts sections one after the other, aligned, with a header and a table of their hashes (Formats/facet-bundle.md).
struct BundleWriter {
  private var sections: [(kind: UInt32, index: UInt32, bytes: [UInt8])] = []
  var flags: UInt32 = 0
  var requiredFeatures: UInt32 = 0

  mutating func add(_ kind: SectionKind, index: Int = 0, _ bytes: [UInt8]) {
    add(kind: kind.rawValue, index: UInt32(index), bytes)
  }

  /// A section of any kind, also of one that this version does not know.
  mutating func add(kind: UInt32, index: UInt32, _ bytes: [UInt8]) { sections.append((kind, index, bytes)) }

  func bytes() -> [UInt8] {
    let alignment = Int(BundleFormat.alignment)
    func aligned(_ size: Int) -> Int { (size + alignment - 1) / alignment * alignment }
    var offset = aligned(Int(BundleFormat.headerSize) + sections.count * Int(BundleFormat.sectionEntrySize))
    var table = ByteWriter()
    for section in sections {
      let hash = section.bytes.withUnsafeBytes { SHA256.hash($0) }
      SectionEntry(
        kind: section.kind, index: section.index, offset: UInt64(offset), length: UInt64(section.bytes.count), hash: hash
      ).write(to: &table)
      offset = aligned(offset + section.bytes.count)
    }
    var header = BundleHeader()
    header.fileSize = UInt64(offset)
    header.sectionCount = UInt32(sections.count)
    header.flags = flags
    header.requiredFeatures = requiredFeatures
    var writer = ByteWriter()
    header.write(to: &writer)
    writer.raw(table.bytes)
    for section in sections {
      writer.align(alignment)
      writer.raw(section.bytes)
    }
    writer.align(alignment)
    return writer.bytes
  }
}
