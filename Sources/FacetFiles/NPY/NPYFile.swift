import FacetDiagnostics

/// A `.npy` file whose header is known and whose elements are read when asked for.
package final class NPYFile {
  package let header: NPYHeader
  let file: InputFile

  package init(_ path: String) throws(FacetError) {
    file = try InputFile(path: path)
    let count = min(file.byteCount, NPYHeader.prefixLength)
    let prefix = try file.readArray(of: UInt8.self, count: count, at: 0, zero: 0)
    header = try NPYHeader(prefix: prefix, fileByteCount: file.byteCount, name: path)
  }

  /// Elements by their index in the file, which is that of C order unless the header says otherwise; the range must lie within the array.
  package func elements(_ range: Range<Int>) throws(FacetError) -> NPYElements {
    var offset = header.dataOffset + range.lowerBound * header.elementType.byteCount
    return try header.elements(range.count) { buffer throws(FacetError) in
      try file.read(into: buffer, at: offset)
      offset += buffer.count
    }
  }
}
