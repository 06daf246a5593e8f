import FacetDiagnostics

/// Arrays under names, as `numpy.savez` and `numpy.savez_compressed` write them: a zip archive of `.npy` files.
package struct NPZFile: Sendable {
  /// As the user named it.
  package let path: String
  /// Names of the arrays, without `.npy`, in the file's order.
  package let names: [String]
  private let archive: ZipArchive

  private static let ending = ".npy"

  /// Reads the list of arrays.
  ///
  /// - Throws: what `ZipArchive` throws, and `data.npz.empty` where it holds no arrays.
  package init(path: String) throws(FacetError) { try self.init(ZipArchive(path: path)) }

  /// - Parameter name: the file's name, for errors.
  package init(bytes: [UInt8], name: String) throws(FacetError) { try self.init(ZipArchive(bytes: bytes, name: name)) }

  private init(_ archive: ZipArchive) throws(FacetError) {
    self.archive = archive
    path = archive.path
    names = archive.entries.map(\.name).filter { $0.hasSuffix(Self.ending) }.map { String($0.dropLast(Self.ending.count)) }
    guard !names.isEmpty else {
      throw FacetError(
        code: .npzEmpty, file: path, message: "a zip archive without arrays (.npy)",
        remedy: "Write it with numpy.savez(file, name=array, ...).")
    }
  }

  /// Type and shape of an array; the elements are not read.
  package func header(_ name: String) throws(FacetError) -> NPYHeader { try open(name).header }

  /// An array, its checksum checked.
  ///
  /// - Parameter limit: most bytes of elements that are read.
  /// - Throws: what `NPYHeader` and `ZipEntryReader` throw, `data.npz.missing` and `data.file.too-large`.
  package func array(_ name: String, limit: Int = 2 << 30) throws(FacetError) -> NPYArray {
    let (header, reader) = try open(name)
    guard header.byteCount <= limit else {
      throw FacetError(
        code: .fileTooLarge, file: path, place: place(name), message: "\(header.byteCount) bytes; the limit is \(limit)",
        remedy: "Split the array over several files.")
    }
    let array = try NPYArray(header) { buffer throws(FacetError) in try reader.read(into: buffer) }
    try reader.finish()
    return array
  }

  /// A reader that stands where the elements begin.
  private func open(_ name: String) throws(FacetError) -> (header: NPYHeader, reader: ZipEntryReader) {
    guard let entry = archive.entry(name + Self.ending) else {
      throw FacetError(code: .npzMissing, file: path, place: place(name), message: "there is no such array", remedy: "")
    }
    let reader = try ZipEntryReader(archive, entry)
    // The header's length stands in its first bytes: nothing of the elements must be read with it.
    var prefix = [UInt8](repeating: 0, count: min(12, entry.byteCount))
    try prefix.fill(prefix.count) { buffer throws(FacetError) in try reader.read(into: buffer) }
    let more = min(NPYHeader.byteCount(startingWith: prefix) - prefix.count, entry.byteCount - prefix.count)
    if more > 0 {
      var rest = [UInt8](repeating: 0, count: more)
      try rest.fill(more) { buffer throws(FacetError) in try reader.read(into: buffer) }
      prefix += rest
    }
    return (try NPYHeader(prefix: prefix, fileByteCount: entry.byteCount, name: path, place: place(name)), reader)
  }

  private func place(_ name: String) -> String { "array '\(excerpt(name))'" }
}
