import FacetDiagnostics

/// The elements of an array, in the types that other types of files are read as.
package enum NPYElements: Equatable, Sendable {
  case uint8([UInt8])
  case float32([Float])
  case int32([Int32])
  case int64([Int64])

  package var count: Int {
    switch self {
    case .uint8(let values): values.count
    case .float32(let values): values.count
    case .int32(let values): values.count
    case .int64(let values): values.count
    }
  }

  var type: NPYElementType {
    switch self {
    case .uint8: .uint8
    case .float32: .float32
    case .int32: .int32
    case .int64: .int64
    }
  }

  /// As float32, integers rounded to nearest.
  package var floats: [Float] {
    switch self {
    case .uint8(let values): values.map { Float($0) }
    case .float32(let values): values
    case .int32(let values): values.map { Float($0) }
    case .int64(let values): values.map { Float($0) }
    }
  }
}

/// An array in C order, from or to a `.npy` file.
package struct NPYArray: Equatable, Sendable {
  package let shape: [Int]
  package let elements: NPYElements

  /// Nil when the shape has negative lengths or another number of elements.
  package init?(shape: [Int], elements: NPYElements) {
    var count = 1
    for length in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard length >= 0, !overflow else { return nil }
      count = product
    }
    guard count == elements.count else { return nil }
    self.shape = shape
    self.elements = elements
  }

  /// Everything that follows a header, in the file's order of elements.
  init(_ header: NPYHeader, _ read: (UnsafeMutableRawBufferPointer) throws(FacetError) -> Void) throws(FacetError) {
    let elements = try header.elements(header.elementCount, read)
    shape = header.shape
    self.elements = header.isFortranOrder ? elements.fromFortranOrder(header.shape) : elements
  }

  /// Reads a whole file.
  ///
  /// - Parameter limit: most bytes of elements that are read.
  /// - Throws: what `NPYHeader` throws, `data.file.too-large` and the errors of reading.
  package static func read(_ path: String, limit: Int = 2 << 30) throws(FacetError) -> NPYArray {
    let file = try NPYFile(path)
    guard file.header.byteCount <= limit else {
      throw FacetError(
        code: .fileTooLarge, file: path, message: "\(file.header.byteCount) bytes; the limit is \(limit)",
        remedy: "Split the array over several files.")
    }
    var offset = file.header.dataOffset
    return try NPYArray(file.header) { buffer throws(FacetError) in
      try file.file.read(into: buffer, at: offset)
      offset += buffer.count
    }
  }

  /// From the bytes of a file.
  package static func parse(_ bytes: [UInt8], name: String) throws(FacetError) -> NPYArray {
    let header = try NPYHeader(prefix: bytes, fileByteCount: bytes.count, name: name)
    var offset = header.dataOffset
    return try NPYArray(header) { buffer in
      bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + buffer.count])) }
      offset += buffer.count
    }
  }

  /// The file's bytes: version 1.0, C order, elements from a multiple of 64 on, as numpy writes it. Equal arrays give
  /// equal bytes.
  package func serialized() -> [UInt8] {
    let type = elements.type
    let axes = shape.count == 1 ? "\(shape[0])," : shape.map(String.init).joined(separator: ", ")
    let text = "{'descr': '\(type.descr)', 'fortran_order': False, 'shape': (\(axes)), }"
    let unpadded = 10 + text.utf8.count + 1
    let padding = (64 - unpadded % 64) % 64
    let length = text.utf8.count + padding + 1
    var bytes = NPYHeader.magic + [1, 0, UInt8(truncatingIfNeeded: length), UInt8(truncatingIfNeeded: length >> 8)]
    bytes.reserveCapacity(10 + length + elements.count * type.byteCount)
    bytes += Array(text.utf8) + [UInt8](repeating: 0x20, count: padding) + [0x0a]
    switch elements {
    case .uint8(let values): bytes += values
    case .float32(let values): values.withUnsafeBytes { bytes += $0 }
    case .int32(let values): values.withUnsafeBytes { bytes += $0 }
    case .int64(let values): values.withUnsafeBytes { bytes += $0 }
    }
    return bytes
  }

  /// Writes aside, then renames.
  package func write(to path: String) throws(FacetError) {
    try writeFileAtomically(path, serialized())
  }
}
