import FacetDiagnostics

/// A zip archive (PKWARE's APPNOTE 6.3), such as numpy's `.npz` files and PyTorch's checkpoints, read through its central directory:
/// local headers may leave sizes out. Nothing is unpacked to disk, so a name is only a name.
///
/// Any bytes give an archive or errors. Entries that overlap or share a name, and sizes that deflate cannot reach, are refused when
/// it is opened; encryption and other methods than stored and deflated when that entry is read.
package struct ZipArchive: Sendable {
  /// As the user named it.
  package let path: String
  /// In the directory's order.
  package let entries: [ZipEntry]
  private let indices: [String: Int]
  let file: InputFile

  /// Most entries of an archive.
  static let maximumEntries = 1 << 16
  /// Most bytes of a central directory.
  static let maximumDirectoryBytes = 32 << 20

  /// - Throws: the errors of files, and `data.zip.` and `magic`, `directory`, `entry`, `duplicate`, `overlap`, `name`, `size`,
  ///   `unsupported` or `too-large`.
  package init(path: String) throws(FacetError) {
    try self.init(InputFile(path: path))
  }

  /// - Parameter name: the file's name, for errors.
  package init(bytes: [UInt8], name: String) throws(FacetError) {
    try self.init(InputFile(bytes: bytes, name: name))
  }

  private init(_ file: InputFile) throws(FacetError) {
    let place = try ZipDirectory(file)
    var entries = try place.entries(file)
    var indices: [String: Int] = [:]
    for (index, entry) in entries.enumerated() where indices.updateValue(index, forKey: entry.name) != nil {
      throw Self.problem(
        file.path, entry.name, .zipDuplicate, "there are two entries of this name", "Write the file again with unique names.")
    }
    // By place in the file: each must end before the next begins.
    let order = entries.indices.sorted { entries[$0].offset < entries[$1].offset }
    for (position, index) in order.enumerated() {
      let entry = entries[index]
      let end = position + 1 < order.count ? entries[order[position + 1]].offset : place.offset
      let (least, overflow) = (entry.offset + 30 + entry.nameBytes.count).addingReportingOverflow(entry.storedByteCount)
      guard !overflow, least <= end else {
        throw Self.problem(
          file.path, entry.name, .zipOverlap, "its \(entry.storedByteCount) bytes reach into what follows it", Self.writeAgain)
      }
      entries[index].end = end
    }
    path = file.path
    self.entries = entries
    self.indices = indices
    self.file = file
  }

  /// Nil where there is none of that name.
  package func entry(_ name: String) -> ZipEntry? { indices[name].map { entries[$0] } }

  /// The whole content of an entry, its CRC-32 checked.
  ///
  /// - Parameter limit: most bytes.
  package func read(_ entry: ZipEntry, limit: Int) throws(FacetError) -> [UInt8] {
    guard entry.byteCount <= limit else {
      throw Self.problem(
        path, entry.name, .zipTooLarge, "\(entry.byteCount) bytes; the limit is \(limit)", "Save less, or over several files.")
    }
    let reader = try ZipEntryReader(self, entry)
    var bytes = [UInt8](repeating: 0, count: entry.byteCount)
    try bytes.fill(bytes.count) { buffer throws(FacetError) in try reader.read(into: buffer) }
    try reader.finish()
    return bytes
  }

  static let writeAgain = "The file is damaged; copy or write it again."

  static func problem(_ path: String, _ entry: String, _ code: FileErrorCode, _ message: String, _ remedy: String) -> FacetError {
    let error = FacetError(
      code: code, file: path, place: entry.isEmpty ? "zip archive" : "entry '\(excerpt(entry))'", message: message,
      remedy: remedy)
    return code == .zipMagic || code == .zipDirectory ? error.naming(path, wanted: .data) : error
  }
}
