import FacetIR
import FacetImport

/// Fields of one protocol-buffer message, in the file's order (Protocol Buffers, "Encoding"). Enough to read the package's test files
/// without the decoder that is being tested.
struct WireMessage {
  enum Value {
    case number(UInt64)
    case bytes(ArraySlice<UInt8>)
  }

  private(set) var fields: [(number: UInt64, value: Value)] = []

  init(_ bytes: ArraySlice<UInt8>) throws(CaseProblem) {
    var rest = bytes
    while !rest.isEmpty {
      let key = try Self.varint(&rest)
      switch key & 7 {
      case 0: fields.append((key >> 3, .number(try Self.varint(&rest))))
      case 1: fields.append((key >> 3, .bytes(try Self.take(8, &rest))))
      case 2: fields.append((key >> 3, .bytes(try Self.take(try Self.varint(&rest), &rest))))
      case 5: fields.append((key >> 3, .bytes(try Self.take(4, &rest))))
      default: throw CaseProblem("a file of the case is damaged: wire type \(key & 7)")
      }
    }
  }

  /// All values of a field of strings, bytes or messages; also floats and doubles, as they lie in the file.
  func bytes(_ number: UInt64) -> [ArraySlice<UInt8>] {
    fields.compactMap { field in
      guard field.number == number, case .bytes(let bytes) = field.value else { return nil }
      return bytes
    }
  }

  func text(_ number: UInt64) -> String { String(decoding: bytes(number).last ?? [], as: UTF8.self) }

  func messages(_ number: UInt64) throws(CaseProblem) -> [WireMessage] {
    var result: [WireMessage] = []
    for part in bytes(number) { result.append(try WireMessage(part)) }
    return result
  }

  /// All values of a field of integers, packed or not.
  func integers(_ number: UInt64) throws(CaseProblem) -> [Int64] {
    var result: [Int64] = []
    for field in fields where field.number == number {
      switch field.value {
      case .number(let value): result.append(Int64(bitPattern: value))
      case .bytes(var packed):
        while !packed.isEmpty { result.append(Int64(bitPattern: try Self.varint(&packed))) }
      }
    }
    return result
  }

  private static func varint(_ rest: inout ArraySlice<UInt8>) throws(CaseProblem) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), through: 63, by: 7) {
      guard let byte = rest.popFirst() else { break }
      value |= UInt64(byte & 127) << shift
      if byte < 128 { return value }
    }
    throw CaseProblem("a file of the case is damaged: an integer does not end")
  }

  private static func take(_ count: UInt64, _ rest: inout ArraySlice<UInt8>) throws(CaseProblem) -> ArraySlice<UInt8> {
    guard count <= UInt64(rest.count) else { throw CaseProblem("a file of the case is damaged: it ends early") }
    defer { rest.removeFirst(Int(count)) }
    return rest.prefix(Int(count))
  }
}
