import FacetDiagnostics

/// The content of a zip entry from its beginning to its end, in memory of its own of 64 KiB.
package final class ZipEntryReader {
  private static let pieceBytes = 1 << 16

  private let archive: ZipArchive
  private let entry: ZipEntry
  /// Nil for stored content.
  private let inflater: Inflater?
  private var crc: UInt32 = 0
  /// Bytes of the content that were not read yet.
  package private(set) var left: Int
  /// Where the next stored byte lies, and how many there are from there on.
  private var position: Int
  private var storedLeft: Int
  /// Deflated bytes that are read from the file and not used yet.
  private var piece: [UInt8] = []
  private var pieceUsed = 0
  private var hasEnded = false

  /// - Throws: `data.zip.encrypted`, `data.zip.method` and `data.zip.entry`.
  package init(_ archive: ZipArchive, _ entry: ZipEntry) throws(FacetError) {
    func problem(_ code: FileErrorCode, _ message: String, _ remedy: String) -> FacetError {
      ZipArchive.problem(archive.path, entry.name, code, message, remedy)
    }
    // Encrypted, strongly encrypted, or with a masked directory.
    guard entry.flags & 0x2041 == 0 else { throw problem(.zipEncrypted, "it is encrypted", "Write the file without a password.") }
    guard entry.method == ZipEntry.stored || entry.method == ZipEntry.deflated else {
      throw problem(
        .zipMethod, "it is compressed by method \(entry.method)",
        "Write it with numpy.savez or numpy.savez_compressed (stored or deflated).")
    }
    let header = try archive.file.readArray(of: UInt8.self, count: 30 + entry.nameBytes.count, at: entry.offset, zero: 0)
    var reader = LittleEndian(header, at: 26)
    let nameCount = Int(reader.u16())
    let extraCount = Int(reader.u16())
    // Sizes here may be 0 or -1: the directory's count.
    guard header.starts(with: [0x50, 0x4b, 3, 4]), nameCount == entry.nameBytes.count, header[30...].elementsEqual(entry.nameBytes) else {
      throw problem(.zipEntry, "its header is damaged, or belongs to another entry", ZipArchive.writeAgain)
    }
    position = entry.offset + 30 + nameCount + extraCount
    guard entry.storedByteCount <= entry.end - position else {
      throw problem(.zipOverlap, "its \(entry.storedByteCount) bytes reach into what follows it", ZipArchive.writeAgain)
    }
    self.archive = archive
    self.entry = entry
    inflater = entry.method == ZipEntry.deflated ? Inflater() : nil
    left = entry.byteCount
    storedLeft = entry.storedByteCount
  }

  /// Fills `buffer`; fewer bytes than it holds are an error.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(FacetError) {
    guard buffer.count <= left else { throw tooShort(buffer.count - left) }
    if let inflater {
      var done = 0
      while done < buffer.count {
        let made = try inflate(inflater, UnsafeMutableRawBufferPointer(rebasing: buffer[done..<min(buffer.count, done + 1 << 30)]))
        guard made > 0 || !hasEnded else { throw tooShort(left - done) }
        done += made
      }
    } else {
      try archive.file.read(into: buffer, at: position)
      position += buffer.count
      storedLeft -= buffer.count
    }
    crc = checksum(crc, UnsafeRawBufferPointer(buffer))
    left -= buffer.count
  }

  /// Reads what is left and checks that the content ends there and is what was written.
  package func finish() throws(FacetError) {
    var rest = [UInt8](repeating: 0, count: min(max(left, 1), Self.pieceBytes))
    while left > 0 { try rest.fill(min(left, rest.count)) { buffer throws(FacetError) in try read(into: buffer) } }
    if let inflater {
      var extra = 0
      while !hasEnded {
        try rest.fill(1) { buffer throws(FacetError) in extra = try inflate(inflater, buffer) }
        guard extra == 0 else { throw problem(.zipSize, "it holds more than the \(entry.byteCount) bytes that the directory says") }
      }
      guard storedLeft == 0, pieceUsed == piece.count else {
        throw problem(.zipSize, "its compressed data ends before the \(entry.storedByteCount) bytes that the directory says")
      }
    }
    guard crc == entry.crc32 else { throw problem(.zipCrc, "its checksum (CRC-32) is not the one that was stored") }
  }

  /// One step of the decoder: bytes made.
  private func inflate(_ inflater: Inflater, _ buffer: UnsafeMutableRawBufferPointer) throws(FacetError) -> Int {
    guard !hasEnded else { return 0 }
    if pieceUsed == piece.count, storedLeft > 0 {
      let count = min(storedLeft, Self.pieceBytes)
      piece = try archive.file.readArray(of: UInt8.self, count: count, at: position, zero: 0)
      pieceUsed = 0
      position += count
      storedLeft -= count
    }
    let isLast = storedLeft == 0
    let result = piece.withUnsafeBytes { inflater.run(UnsafeRawBufferPointer(rebasing: $0[pieceUsed...]), buffer) }
    pieceUsed += result.used
    switch result.status {
    case .filled: break
    case .ended: hasEnded = true
    case .needsInput:
      guard !isLast else { throw problem(.zipTruncated, "its compressed data ends early") }
    case .failed: throw problem(.zipCorrupt, "its compressed data is damaged")
    }
    return result.made
  }

  private func tooShort(_ missing: Int) -> FacetError {
    problem(.zipSize, "its content ends \(missing) bytes early")
  }

  private func problem(_ code: FileErrorCode, _ message: String) -> FacetError {
    ZipArchive.problem(archive.path, entry.name, code, message, ZipArchive.writeAgain)
  }
}
