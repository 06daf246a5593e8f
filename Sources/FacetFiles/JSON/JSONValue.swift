/// A JSON value with the place where it stands, so that an error can name it.
package struct JSONNode: Sendable {
  package var value: JSONValue
  /// Bytes before the value in its file.
  package var offset: Int

  package init(value: JSONValue, offset: Int) { (self.value, self.offset) = (value, offset) }
}

package enum JSONValue: Sendable {
  case null
  case bool(Bool)
  /// Infinite where the text is beyond binary64.
  case number(Double)
  case string(String)
  case array([JSONNode])
  /// In the file's order; keys that stand twice are all there.
  case object([JSONMember])

  /// What it is, for messages: "a number".
  package var kind: String {
    switch self {
    case .null: "null"
    case .bool: "true or false"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

package struct JSONMember: Sendable {
  package var key: String
  package var keyOffset: Int
  package var node: JSONNode

  package init(key: String, keyOffset: Int, node: JSONNode) { (self.key, self.keyOffset, self.node) = (key, keyOffset, node) }
}

/// Why a text is not JSON, and after how many bytes.
package struct JSONSyntaxError: Error, Equatable {
  package var message: String
  package var offset: Int
}

/// Line and column (both from 1, columns in Unicode scalars) of a byte of a text.
package struct TextPosition: Equatable, CustomStringConvertible {
  var line = 1
  var column = 1

  package init(of offset: Int, in text: [UInt8]) {
    for byte in text.prefix(max(offset, 0)) {
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
  }

  package var description: String { "line \(line), column \(column)" }
}
