import FacetDiagnostics

/// The header of a `.npy` file, versions 1.0 to 3.0 (NEP 1, "A Simple File Format for NumPy Arrays").
package struct NPYHeader: Equatable, Sendable {
  package let elementType: NPYElementType
  package let isBigEndian: Bool
  /// Empty for a single number. At most 32 axes.
  package let shape: [Int]
  /// Whether the first axis varies fastest in the file. False where both orders are the same: at most one axis is longer than 1.
  package let isFortranOrder: Bool
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
  ///   - place: the file in it, for errors.
  /// - Throws: `data.npy.` and `magic`, `version`, `truncated`, `header`, `type` or `shape`.
  package init(prefix: [UInt8], fileByteCount: Int, name: String, place: String = "npy header") throws(FacetError) {
    func error(_ code: FileErrorCode, _ message: String, _ remedy: String) -> FacetError {
      FacetError(code: code, file: name, place: place, message: message, remedy: remedy)
    }
    let incomplete = "The file is incomplete; write it again."
    guard prefix.starts(with: Self.magic) else {
      if fileByteCount == 0 { throw error(.npyMagic, "the file is empty", "Write it again with numpy.save.") }
      throw error(.npyMagic, "not a .npy file", "Write it with numpy.save, or rename it if it is something else.")
        .naming(name, wanted: .data)
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
        "Write it with numpy.save.")
    }
    guard fields.descr != PythonLiteral.structured else {
      throw error(.npyType, "a structured array, with named fields", "Save each field as an array of its own: x['name'].")
    }
    guard let (type, isBigEndian) = NPYElementType.parse(fields.descr) else {
      throw error(.npyType, Self.refusal(fields.descr), "Save numbers: uint8, int32, int64 or float32, such as x.astype('<f4').")
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
    self.isBigEndian = isBigEndian
    shape = fields.shape
    isFortranOrder = fields.fortranOrder && fields.shape.filter { $0 != 1 }.count > 1
    dataOffset = start + length
    elementCount = count
    byteCount = bytes
  }

  /// Bytes of a whole header, out of its first 12 bytes; as many as there are where they are no header's or it is too long.
  static func byteCount(startingWith bytes: [UInt8]) -> Int {
    guard bytes.count == 12, bytes.starts(with: magic) else { return bytes.count }
    let lengthBytes = bytes[6] == 1 ? 2 : 4
    let length = bytes[8..<8 + lengthBytes].reversed().reduce(0) { $0 << 8 | Int($1) }
    return length <= maximumLength ? 8 + lengthBytes + length : bytes.count
  }

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// What elements of a type that is not read are.
  private static func refusal(_ descr: String) -> String {
    let kind: String? =
      switch descr.drop(while: { "<>|=".contains($0) }).first {
      case "O": "Python objects, which would have to be unpickled,"
      case "U", "S": "texts"
      case "c": "complex numbers"
      case "M", "m": "times"
      case "V": "raw bytes or a structure"
      default: nil
      }
    return "elements of type '\(excerpt(descr))'" + (kind.map { ": \($0) are not read" } ?? "")
  }
}
