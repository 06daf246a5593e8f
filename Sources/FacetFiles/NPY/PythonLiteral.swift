/// The part of Python's literal syntax that a `.npy` header uses.
struct PythonLiteral {
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
      case "descr" where descr == nil: descr = string() ?? fieldList()
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

  /// What `descr` becomes where it is a list of named fields.
  static let structured = "[...]"

  /// Skips a list, with lists and tuples in it.
  private mutating func fieldList() -> String? {
    guard take("[") else { return nil }
    var depth = 1
    while depth > 0, at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "["), UInt8(ascii: "("): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: ")"): depth -= 1
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        guard string() != nil else { return nil }
        continue
      default: break
      }
      at += 1
    }
    return depth == 0 ? Self.structured : nil
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
