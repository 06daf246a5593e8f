/// JSON as RFC 8259 has it, from any bytes: a value or an error with its place. Written here because messages need lines and columns
/// and keys that stand twice must show, which Foundation's parser does not give.
///
/// Bounded: at most `maximumDepth` arrays and objects within each other (the stack), and `maximumValues` values (memory: less
/// than 200 bytes each).
package struct JSONParser {
  static let maximumDepth = 64
  static let maximumValues = 1_000_000

  private let text: [UInt8]
  private var at = 0
  private var values = 0

  private init(_ text: [UInt8]) { self.text = text }

  package static func parse(_ text: [UInt8]) throws(JSONSyntaxError) -> JSONNode {
    var parser = JSONParser(text)
    if text.starts(with: [0xEF, 0xBB, 0xBF]) { parser.at = 3 }
    parser.skipSpace()
    let node = try parser.value(depth: 0)
    parser.skipSpace()
    if parser.at < text.count { throw parser.error("there is more after the end of the value") }
    return node
  }

  private func error(_ message: String, at offset: Int? = nil) -> JSONSyntaxError {
    JSONSyntaxError(message: message, offset: offset ?? at)
  }

  private var byte: UInt8? { at < text.count ? text[at] : nil }

  private mutating func skipSpace() {
    while let byte, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
  }

  /// What stands at the place, for messages.
  private var found: String {
    guard let byte else { return "the end of the file" }
    guard (0x21...0x7E).contains(byte) else { return byte == 0x20 ? "a space" : "byte 0x\(String(byte, radix: 16))" }
    if Self.isWordByte(byte) {
      return "'\(String(decoding: text[at...].prefix(20).prefix(while: Self.isWordByte), as: UTF8.self))'"
    }
    return "'\(Character(Unicode.Scalar(byte)))'"
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
  }

  private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONNode {
    guard depth <= Self.maximumDepth else { throw error("more than \(Self.maximumDepth) levels of arrays and objects") }
    values += 1
    guard values <= Self.maximumValues else { throw error("more than \(Self.maximumValues) values") }
    let start = at
    let result: JSONValue
    switch byte {
    case UInt8(ascii: "{"): result = .object(try members(depth: depth))
    case UInt8(ascii: "["): result = .array(try elements(depth: depth))
    case UInt8(ascii: "\""): result = .string(try string())
    case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): result = .number(try number())
    default:
      let word = text[at...].prefix(while: Self.isWordByte)
      if word.elementsEqual("true".utf8) {
        result = .bool(true)
      } else if word.elementsEqual("false".utf8) {
        result = .bool(false)
      } else if word.elementsEqual("null".utf8) {
        result = .null
      } else {
        throw error("a value is expected, not \(found)")
      }
      at += word.count
    }
    return JSONNode(value: result, offset: start)
  }

  private mutating func elements(depth: Int) throws(JSONSyntaxError) -> [JSONNode] {
    var result: [JSONNode] = []
    at += 1
    skipSpace()
    if byte == UInt8(ascii: "]") {
      at += 1
      return result
    }
    while true {
      skipSpace()
      if byte == UInt8(ascii: "]") { throw error("a comma before ']'") }
      result.append(try value(depth: depth + 1))
      if try !separator(end: "]") { return result }
    }
  }

  private mutating func members(depth: Int) throws(JSONSyntaxError) -> [JSONMember] {
    var result: [JSONMember] = []
    at += 1
    skipSpace()
    if byte == UInt8(ascii: "}") {
      at += 1
      return result
    }
    while true {
      skipSpace()
      if byte == UInt8(ascii: "}") { throw error("a comma before '}'") }
      guard byte == UInt8(ascii: "\"") else { throw error("a key in double quotes is expected, not \(found)") }
      let keyOffset = at
      let key = try string()
      skipSpace()
      guard byte == UInt8(ascii: ":") else { throw error("':' is expected after a key, not \(found)") }
      at += 1
      skipSpace()
      result.append(JSONMember(key: key, keyOffset: keyOffset, node: try value(depth: depth + 1)))
      if try !separator(end: "}") { return result }
    }
  }

  /// Whether another element follows.
  private mutating func separator(end: Unicode.Scalar) throws(JSONSyntaxError) -> Bool {
    skipSpace()
    if byte == UInt8(ascii: end) {
      at += 1
      return false
    }
    guard byte == UInt8(ascii: ",") else { throw error("',' or '\(end)' is expected, not \(found)") }
    at += 1
    return true
  }

  private mutating func number() throws(JSONSyntaxError) -> Double {
    let start = at
    if byte == UInt8(ascii: "-") { at += 1 }
    let first = byte
    let integer = digits()
    if integer == 0 { throw error("a digit is expected, not \(found)") }
    if integer > 1, first == UInt8(ascii: "0") { throw error("a number begins with a needless 0", at: start) }
    if byte == UInt8(ascii: ".") {
      at += 1
      if digits() == 0 { throw error("a digit is expected after '.', not \(found)") }
    }
    if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
      at += 1
      if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { at += 1 }
      if digits() == 0 { throw error("a digit is expected in the exponent, not \(found)") }
    }
    guard at - start <= 1000, let value = Double(String(decoding: text[start..<at], as: UTF8.self)) else {
      throw error("a number of too many digits", at: start)
    }
    return value
  }

  private mutating func digits() -> Int {
    let start = at
    while let byte, (0x30...0x39).contains(byte) { at += 1 }
    return at - start
  }
}

extension JSONParser {
  private mutating func string() throws(JSONSyntaxError) -> String {
    let start = at
    at += 1
    var bytes: [UInt8] = []
    while true {
      guard let byte else { throw error("a string is not closed", at: start) }
      switch byte {
      case UInt8(ascii: "\""):
        at += 1
        guard let string = String(validating: bytes, as: UTF8.self) else {
          throw error("a string is not UTF-8", at: start)
        }
        return string
      case UInt8(ascii: "\\"):
        at += 1
        bytes.append(contentsOf: String(try escape()).utf8)
      case 0..<0x20:
        throw error(
          byte == 0x0A
            ? "a string is not closed on its line"
            : "a control character in a string; write it as \\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))")
      default:
        bytes.append(byte)
        at += 1
      }
    }
  }

  /// The character that an escape means; `at` is after the backslash.
  private mutating func escape() throws(JSONSyntaxError) -> Character {
    let start = at - 1
    let kind = byte
    at += 1
    switch kind {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var units = [try hexadecimal(from: start)]
      if UTF16.isLeadSurrogate(units[0]), text[min(at, text.count)...].starts(with: "\\u".utf8) {
        at += 2
        units.append(try hexadecimal(from: start))
      }
      guard let decoded = String(validating: units, as: UTF16.self), let character = decoded.first else {
        throw error("half of a surrogate pair", at: start)
      }
      return character
    default: throw error("an escape that JSON does not have; write \\\\ for a backslash", at: start)
    }
  }

  private mutating func hexadecimal(from start: Int) throws(JSONSyntaxError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw error("four hexadecimal digits are expected after \\u", at: start)
      }
      unit = unit << 4 | UInt16(digit)
      at += 1
    }
    return unit
  }
}
