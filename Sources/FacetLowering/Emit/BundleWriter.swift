import FacetFormat

/// Puts sections one after the other, aligned, with a header and a table of their hashes (Formats/facet-bundle.md).
package struct BundleWriter {
  private struct Section {
    var kind: UInt32
    var index: UInt32
    var bytes: [UInt8]
    var hash: SHA256.Digest

    init(kind: UInt32, index: UInt32, _ bytes: [UInt8], hash: SHA256.Digest? = nil) {
      (self.kind, self.index, self.bytes) = (kind, index, bytes)
      self.hash = hash ?? bytes.withUnsafeBytes { SHA256.hash($0) }
    }
  }

  package init() {}

  private var sections: [Section] = []
  /// At least this; `bytes` states a later one where a section needs it.
  package var version = BundleFormat.version
  package var flags: UInt32 = 0
  package var requiredFeatures: UInt32 = 0

  /// - Parameter hash: of the bytes, where it is known: hashing weights takes longer than laying them out.
  /// - Returns: the hash that the table will state.
  @discardableResult
  mutating func add(_ kind: SectionKind, index: Int = 0, _ bytes: [UInt8], hash: SHA256.Digest? = nil) -> SHA256.Digest {
    let section = Section(kind: kind.rawValue, index: UInt32(index), bytes, hash: hash)
    sections.append(section)
    return section.hash
  }

  /// Before the first section of another kind, which there is.
  package mutating func insert(_ kind: SectionKind, _ bytes: [UInt8], before next: SectionKind) {
    let place = sections.firstIndex { $0.kind == next.rawValue } ?? sections.endIndex
    sections.insert(Section(kind: kind.rawValue, index: 0, bytes), at: place)
  }

  /// A section of any kind, also of one that this version does not know.
  package mutating func add(kind: UInt32, index: UInt32, _ bytes: [UInt8]) { sections.append(Section(kind: kind, index: index, bytes)) }

  package func bytes() -> [UInt8] {
    let (head, places, size) = layout()
    return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      fill(UnsafeMutableRawBufferPointer(buffer), head, places)
      count = size
    }
  }

  /// The same bytes in memory that an engine reads in place.
  package func image() -> BundleImage {
    let (head, places, size) = layout()
    let image = BundleImage(byteCount: size)
    fill(image.memory, head, places)
    return image
  }

  /// Header and table, where each section begins, and how large the file is.
  private func layout() -> (head: [UInt8], places: [Int], size: Int) {
    let alignment = Int(BundleFormat.alignment)
    func aligned(_ size: Int) -> Int { (size + alignment - 1) / alignment * alignment }
    var offset = aligned(Int(BundleFormat.headerSize) + sections.count * Int(BundleFormat.sectionEntrySize))
    var places: [Int] = []
    var table = ByteWriter()
    for section in sections {
      SectionEntry(
        kind: section.kind, index: section.index, offset: UInt64(offset), length: UInt64(section.bytes.count), hash: section.hash
      ).write(to: &table)
      places.append(offset)
      offset = aligned(offset + section.bytes.count)
    }
    var header = BundleHeader()
    header.version = sections.filter { $0.kind == SectionKind.program.rawValue }.reduce(version) { max($0, Self.version(of: $1.bytes)) }
    if sections.contains(where: { Self.needsVersion2($0) }) { header.version = max(header.version, 2) }
    header.fileSize = UInt64(offset)
    header.sectionCount = UInt32(sections.count)
    header.flags = flags
    header.requiredFeatures = requiredFeatures
    var writer = ByteWriter()
    header.write(to: &writer)
    writer.raw(table.bytes)
    return (writer.bytes, places, offset)
  }

  private func fill(_ memory: UnsafeMutableRawBufferPointer, _ head: [UInt8], _ places: [Int]) {
    memory.initializeMemory(as: UInt8.self, repeating: 0)
    memory.copyBytes(from: head)
    for (section, place) in zip(sections, places) {
      UnsafeMutableRawBufferPointer(rebasing: memory[place...]).copyBytes(from: section.bytes)
    }
  }

  /// An input with an offset, a self-test of tiles.
  private static func needsVersion2(_ section: Section) -> Bool {
    section.bytes.withUnsafeBytes { bytes in
      switch SectionKind(rawValue: section.kind) {
      case .input: InputRecord(ByteView(bytes))?.kind == InputRecord.offsetImage
      case .selfTest: SelfTestRecord(ByteView(bytes))?.isTile == true
      default: false
      }
    }
  }

  /// The format version that a program needs.
  private static func version(of program: [UInt8]) -> UInt32 {
    program.withUnsafeBytes { bytes in
      var reader = ByteReader(ByteView(bytes))
      guard let header = ProgramHeader(reading: &reader) else { return BundleFormat.version }
      let before =
        Int64(header.importCount) * ImportRecord.size + Int64(header.tensorCount) * TensorRecord.size + Int64(header.storageCount) * 8
      _ = reader.part(before)
      var result = BundleFormat.version
      for _ in 0..<header.instructionCount {
        guard let instruction = Instruction(reading: &reader) else { break }
        result = max(result, instruction.since)
      }
      return result
    }
  }
}
