import FacetFormat

/// Header and section table, checked: every section lies inside the file, aligned, and overlaps no other.
struct SectionTable {
  let header: BundleHeader
  private(set) var sections: [SectionEntry] = []

  init(_ view: ByteView) throws(BundleError) {
    guard let base = view.bytes.baseAddress, let header = BundleHeader(view) else { throw BundleError(.notABundle) }
    guard UInt(bitPattern: base) % 64 == 0 else { throw BundleError(.misaligned) }
    guard header.version >= BundleFormat.version, header.version <= BundleFormat.newestVersion else { throw BundleError(.unknownVersion) }
    guard header.requiredFeatures & ~BundleHeader.knownFeatures == 0, header.flags & ~BundleHeader.storedUnsigned == 0 else {
      throw BundleError(.unknownFeature)
    }
    guard header.fileSize == UInt64(view.count) else { throw BundleError(.wrongFileSize) }
    let entrySize = Int64(header.sectionEntrySize)
    guard header.headerSize >= BundleFormat.headerSize, header.sectionEntrySize >= BundleFormat.sectionEntrySize,
      header.sectionCount <= BundleFormat.maximumSections, entrySize <= 4096,
      let table = view.part(offset: Int64(header.headerSize), length: Int64(header.sectionCount) * entrySize)
    else { throw BundleError(.badSectionTable) }
    let tableEnd = Int64(header.headerSize) + table.count
    self.header = header
    sections.reserveCapacity(Int(header.sectionCount))
    for index in 0..<Int(header.sectionCount) {
      guard let entryView = table.part(offset: Int64(index) * entrySize, length: entrySize), let entry = SectionEntry(entryView) else {
        throw BundleError(.badSectionTable, section: index)
      }
      let limit = UInt64(view.count)
      guard entry.offset <= limit, entry.length <= limit - entry.offset, entry.offset >= UInt64(tableEnd),
        entry.offset % UInt64(BundleFormat.alignment) == 0
      else { throw BundleError(.sectionOutside, section: index) }
      for other in sections {
        guard entry.kind != other.kind || entry.index != other.index else { throw BundleError(.sectionTwice, section: index) }
        guard entry.offset >= other.offset + other.length || other.offset >= entry.offset + entry.length else {
          throw BundleError(.sectionsOverlap, section: index)
        }
      }
      sections.append(entry)
    }
  }

  /// Position in the table of the section of this kind and index.
  func find(_ kind: SectionKind, _ index: Int = 0) -> Int? {
    for i in sections.indices where sections[i].kind == kind.rawValue && sections[i].index == UInt32(index) { return i }
    return nil
  }

  func require(_ kind: SectionKind, _ index: Int = 0) throws(BundleError) -> Int {
    guard let found = find(kind, index) else { throw BundleError(.sectionMissing) }
    return found
  }

  /// The number of sections of this kind. Their indices must lie below `limit`; nil: they are 0, 1, … without a gap.
  func count(_ kind: SectionKind, limit: Int? = nil) throws(BundleError) -> Int {
    var count = 0
    for entry in sections where entry.kind == kind.rawValue { count += 1 }
    for i in sections.indices where sections[i].kind == kind.rawValue {
      guard sections[i].index < UInt32(limit ?? count) else { throw BundleError(.badSectionTable, section: i) }
    }
    return count
  }

  /// The bytes of section `position` of the table.
  func content(_ position: Int, of view: ByteView) -> ByteView {
    let entry = sections[position]
    // Inside the file: checked on reading.
    return view.part(offset: Int64(entry.offset), length: Int64(entry.length)) ?? .empty
  }

  /// Hash in the table of this section, or that of no bytes.
  func hash(_ kind: SectionKind, _ index: Int) -> SHA256.Digest {
    if let position = find(kind, index) { return sections[position].hash }
    return SHA256.hash(UnsafeRawBufferPointer(start: nil, count: 0))
  }
}

extension Bundle {
  /// SHA-256 over the hashes that the table states of all programs, constants and weights: bundles with the same one do the same work,
  /// whatever their names, labels and gates are.
  public func programsHash() -> SHA256.Digest {
    var hasher = SHA256()
    for index in sections.indices {
      let entry = Int64(header.headerSize) + Int64(index) * Int64(header.sectionEntrySize)
      guard sections[index].kind >= SectionKind.program.rawValue, sections[index].kind <= SectionKind.weights.rawValue,
        let place = view.part(offset: entry, length: 8), let hash = view.part(offset: entry + 24, length: 32)
      else { continue }
      hasher.update(place.bytes)
      hasher.update(hash.bytes)
    }
    return hasher.finish()
  }

  /// Checks the SHA-256 of every section. Takes a few milliseconds for each megabyte, so opening leaves it out.
  public func verifyHashes() throws(BundleError) {
    for index in sections.indices {
      let entry = sections[index]
      guard let content = view.part(offset: Int64(entry.offset), length: Int64(entry.length)), SHA256.hash(content.bytes) == entry.hash
      else {
        throw BundleError(.hashMismatch, section: index)
      }
    }
  }
}
