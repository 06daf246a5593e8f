/// The elements of an array; float64 files are read as float32.
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

  private init(header: NPYHeader, elements: NPYElements) {
    shape = header.shape
    self.elements = elements
  }

  /// Reads a whole file.
  ///
  /// - Parameter limit: most bytes of elements that are read.
  /// - Throws: what `NPYHeader` throws, `data.file.too-large` and the errors of reading.
  package static func read(_ path: String, limit: Int = 2 << 30) throws(DataError) -> NPYArray {
    let file = try NPYFile(path)
    guard file.header.byteCount <= limit else {
      throw DataError(
        code: .fileTooLarge, file: path, message: "\(file.header.byteCount) bytes; the limit is \(limit)",
        remedy: "Split the array over several files.")
    }
    return NPYArray(header: file.header, elements: try file.elements(0..<file.header.elementCount))
  }

  /// From the bytes of a file.
  package static func parse(_ bytes: [UInt8], name: String) throws(DataError) -> NPYArray {
    let header = try NPYHeader(prefix: bytes, fileByteCount: bytes.count, name: name)
    let elements = decodeElements(
      header.elementType, Array(bytes[header.dataOffset..<header.dataOffset + header.byteCount]))
    return NPYArray(header: header, elements: elements)
  }

  /// The file's bytes: version 1.0, C order, elements from a multiple of 64 on, as numpy writes it. Equal arrays give
  /// equal bytes.
  package func serialized() -> [UInt8] {
    let type: NPYElementType =
      switch elements {
      case .uint8: .uint8
      case .float32: .float32
      case .int32: .int32
      case .int64: .int64
      }
    let axes = shape.count == 1 ? "\(shape[0])," : shape.map(String.init).joined(separator: ", ")
    let text = "{'descr': '\(type.rawValue)', 'fortran_order': False, 'shape': (\(axes)), }"
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
  package func write(to path: String) throws(DataError) {
    try writeFileAtomically(path, serialized())
  }
}

/// A `.npy` file whose header is known and whose elements are read when asked for.
final class NPYFile {
  let header: NPYHeader
  private let file: InputFile

  init(_ path: String) throws(DataError) {
    file = try InputFile(path: path)
    let count = min(file.byteCount, NPYHeader.prefixLength)
    let prefix = try file.readArray(of: UInt8.self, count: count, at: 0, zero: 0)
    header = try NPYHeader(prefix: prefix, fileByteCount: file.byteCount, name: path)
  }

  /// Elements by their index in C order; the range must lie within the array.
  func elements(_ range: Range<Int>) throws(DataError) -> NPYElements {
    let offset = header.dataOffset + range.lowerBound * header.elementType.byteCount
    switch header.elementType {
    case .uint8: return .uint8(try file.readArray(of: UInt8.self, count: range.count, at: offset, zero: 0))
    case .float32: return .float32(try file.readArray(of: Float.self, count: range.count, at: offset, zero: 0))
    case .int32: return .int32(try file.readArray(of: Int32.self, count: range.count, at: offset, zero: 0))
    case .int64: return .int64(try file.readArray(of: Int64.self, count: range.count, at: offset, zero: 0))
    case .float64:
      // In pieces, so that the wide form is never held whole.
      var result: [Float] = []
      result.reserveCapacity(range.count)
      var done = 0
      while done < range.count {
        let count = min(range.count - done, 1 << 16)
        let piece = try file.readArray(of: Double.self, count: count, at: offset + 8 * done, zero: 0)
        result += piece.map { Float($0) }
        done += count
      }
      return .float32(result)
    }
  }
}

private func decodeElements(_ type: NPYElementType, _ bytes: [UInt8]) -> NPYElements {
  func array<T: BitwiseCopyable>(_: T.Type, _ zero: T) -> [T] {
    var result = [T](repeating: zero, count: bytes.count / type.byteCount)
    result.withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
    return result
  }
  switch type {
  case .uint8: return .uint8(bytes)
  case .float32: return .float32(array(Float.self, 0))
  case .float64: return .float32(array(Double.self, 0).map { Float($0) })
  case .int32: return .int32(array(Int32.self, 0))
  case .int64: return .int64(array(Int64.self, 0))
  }
}
