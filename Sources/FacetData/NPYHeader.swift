/// Element types of `.npy` files that are read; the raw value is numpy's `descr`.
package enum NPYElementType: String, CaseIterable, Sendable {
  case uint8 = "|u1"
  case float32 = "<f4"
  /// Read as float32, rounded to nearest.
  case float64 = "<f8"
  case int32 = "<i4"
  case int64 = "<i8"

  /// Bytes per element in the file.
  package var byteCount: Int {
    switch self {
    case .uint8: 1
    case .float32, .int32: 4
    case .float64, .int64: 8
    }
  }
}

/// The header of a `.npy` file, versions 1.0 to 3.0 (NEP 1, "A Simple File Format for NumPy Arrays").
package struct NPYHeader: Equatable, Sendable {
  package let elementType: NPYElementType
  /// C order; empty for a single number. At most 32 axes.
  package let shape: [Int]
  /// Where the elements start, in bytes.
  package let dataOffset: Int
  package let elementCount: Int
  /// Bytes of the elements; `dataOffset + byteCount` fits in an Int.
  package let byteCount: Int

  /// Longest header text that is read; numpy writes 118 or so.
  package static let maximumLength = 65536
  /// As many bytes of a file as its header can need.
  static let prefixLength = 12 + maximumLength

  /// - Parameters:
  ///   - prefix: the first bytes of the file, all of them or at least `prefixLength`.
  ///   - fileByteCount: of the whole file.
  ///   - name: the file's name, for errors.
  /// - Throws: `data.npy.` and `magic`, `version`, `truncated`, `header`, `type`, `order` or `shape`.
  package init(prefix: [UInt8], fileByteCount: Int, name: String) throws(DataError) {
    func error(_ code: DataErrorCode, _ message: String, _ remedy: String) -> DataError {
      DataError(code: code, file: name, place: "npy header", message: message, remedy: remedy)
    }
    let incomplete = "The file is incomplete; write it again."
    guard prefix.starts(with: Self.magic) else {
      throw error(.npyMagic, "not a .npy file", "Write it with numpy.save, or rename it if it is something else.")
    }
    guard prefix.count >= 10 else { throw error(.npyTruncated, "the file ends in the header", incomplete) }
    let lengthBytes = prefix[6] == 1 ? 2 : 4
    guard (1...3).contains(prefix[6]), prefix[7] == 0 else {
      throw error(
        .npyVersion, "format version \(prefix[6]).\(prefix[7])", "Versions 1.0 to 3.0 are read; use numpy.save.")
    }
    let start = 8 + lengthBytes
    guard prefix.count >= start else { throw error(.npyTruncated, "the file ends in the header", incomplete) }
    let length = prefix[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= Self.maximumLength else {
      throw error(
        .npyHeader, "\(length) bytes of header; the limit is \(Self.maximumLength)", "Write it with numpy.save.")
    }
    guard prefix.count >= start + length else { throw error(.npyTruncated, "the file ends in the header", incomplete) }

    var parser = PythonLiteral(Array(prefix[start..<start + length]))
    guard let fields = parser.header() else {
      throw error(
        .npyHeader, "byte \(start + parser.at) is not what numpy writes: a dictionary of descr, fortran_order and shape",
        "Write it with numpy.save, as an array without named fields.")
    }
    guard let type = NPYElementType(rawValue: fields.descr) ?? Self.aliases[fields.descr] else {
      throw error(
        .npyType, "elements of type '\(excerpt(fields.descr))'",
        "Save uint8 images (NHWC), or normalized float32 (NCHW): x.astype('<f4').")
    }
    // With at most one axis longer than 1, both orders are the same.
    guard !fields.fortranOrder || fields.shape.filter({ $0 != 1 }).count <= 1 else {
      throw error(.npyOrder, "Fortran order", "Save numpy.ascontiguousarray(x) instead.")
    }
    guard fields.shape.count <= 32 else {
      throw error(.npyShape, "\(fields.shape.count) axes; the limit is 32", "Reshape the array.")
    }
    var count = 1
    var overflows = false
    for length in fields.shape where !fields.shape.contains(0) {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      count = product
      overflows = overflows || overflow
    }
    if fields.shape.contains(0) { count = 0 }
    let (bytes, tooManyBytes) = count.multipliedReportingOverflow(by: type.byteCount)
    let (end, tooLong) = bytes.addingReportingOverflow(start + length)
    guard !overflows, !tooManyBytes, !tooLong else {
      throw error(.npyShape, "the shape \(fields.shape) does not fit in memory", "The file is damaged; write it again.")
    }
    guard end <= fileByteCount else {
      throw error(
        .npyTruncated, "the shape \(fields.shape) needs \(end) bytes, but the file has \(fileByteCount)", incomplete)
    }
    elementType = type
    shape = fields.shape
    dataOffset = start + length
    elementCount = count
    byteCount = bytes
  }

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// Single bytes have no order, and `=` is this machine's, which is little-endian.
  private static let aliases: [String: NPYElementType] = [
    "<u1": .uint8, "u1": .uint8, "=u1": .uint8, "=f4": .float32, "=f8": .float64, "=i4": .int32, "=i8": .int64,
  ]
}

/// The part of Python's literal syntax that a `.npy` header uses.
private struct PythonLiteral {
  let bytes: [UInt8]
  /// Where reading stopped.
  private(set) var at = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The dictionary with exactly the three keys, each once; nil at anything else.
  mutating func header() -> (descr: String, fortranOrder: Bool, shape: [Int])? {
    var descr: String?
    var order: Bool?
    var shape: [Int]?
    guard take("{") else { return nil }
    while !take("}") {
      guard let key = string(), take(":") else { return nil }
      switch key {
      case "descr" where descr == nil: descr = string()
      case "fortran_order" where order == nil: order = take("True") ? true : take("False") ? false : nil
      case "shape" where shape == nil: shape = tuple()
      default: return nil
      }
      if take("}") { break }
      guard take(",") else { return nil }
    }
    skipSpace()
    guard at == bytes.count, let descr, let order, let shape else { return nil }
    return (descr, order, shape)
  }

  private mutating func skipSpace() {
    while at < bytes.count, bytes[at] == 0x20 || (0x09...0x0d).contains(bytes[at]) { at += 1 }
  }

  private mutating func take(_ word: StaticString) -> Bool {
    skipSpace()
    let count = word.utf8CodeUnitCount
    guard bytes.count - at >= count else { return false }
    for i in 0..<count where bytes[at + i] != word.utf8Start[i] { return false }
    at += count
    return true
  }

  /// A string without escapes.
  private mutating func string() -> String? {
    skipSpace()
    guard at < bytes.count, bytes[at] == UInt8(ascii: "'") || bytes[at] == UInt8(ascii: "\"") else { return nil }
    guard let end = bytes[(at + 1)...].firstIndex(of: bytes[at]) else { return nil }
    let content = bytes[(at + 1)..<end]
    guard content.allSatisfy({ (0x20...0x7e).contains($0) && $0 != UInt8(ascii: "\\") }) else { return nil }
    at = end + 1
    return String(decoding: content, as: UTF8.self)
  }

  /// Non-negative integers in parentheses; one alone needs its comma. Python 2 wrote `3L`.
  private mutating func tuple() -> [Int]? {
    guard take("(") else { return nil }
    var values: [Int] = []
    var commas = 0
    while !take(")") {
      guard values.count == commas, let value = integer() else { return nil }
      values.append(value)
      if take(",") { commas += 1 }
    }
    return values.count == 1 && commas == 0 ? nil : values
  }

  private mutating func integer() -> Int? {
    skipSpace()
    let start = at
    var value = 0
    while at < bytes.count, (0x30...0x39).contains(bytes[at]) {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(Int(bytes[at] - 0x30))
      guard !overflow, !carry else { return nil }
      value = sum
      at += 1
    }
    guard at > start else { return nil }
    if at < bytes.count, bytes[at] == UInt8(ascii: "L") { at += 1 }
    return value
  }
}
