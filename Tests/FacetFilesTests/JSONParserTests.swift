import Foundation
import Testing

@testable import FacetFiles

@Suite struct JSONParserTests {
  static let faults: [(text: [UInt8], place: String, message: String)] = [
    (Array("".utf8), "line 1, column 1", "a value is expected, not the end of the file"),
    (Array("{\"a\": 1,}".utf8), "line 1, column 9", "a comma before '}'"),
    (Array("[1 2]".utf8), "line 1, column 4", "',' or ']' is expected, not '2'"),
    (Array("{a: 1}".utf8), "line 1, column 2", "a key in double quotes is expected, not 'a'"),
    (Array("{\"a\" 1}".utf8), "line 1, column 6", "':' is expected after a key, not '1'"),
    (Array("[\n\"abc".utf8), "line 2, column 1", "a string is not closed"),
    (Array("[\"a\nb\"]".utf8), "line 1, column 4", "a string is not closed on its line"),
    (Array("[\"\\q\"]".utf8), "line 1, column 3", "an escape that JSON does not have; write \\\\ for a backslash"),
    (Array("[\"\\ud800\"]".utf8), "line 1, column 3", "half of a surrogate pair"),
    ([0x22, 0xFF, 0x22], "line 1, column 1", "a string is not UTF-8"),
    (Array("01".utf8), "line 1, column 1", "a number begins with a needless 0"),
    (Array("[1.]".utf8), "line 1, column 4", "a digit is expected after '.', not ']'"),
    (Array("NaN".utf8), "line 1, column 1", "a value is expected, not 'NaN'"),
    (Array("1 x".utf8), "line 1, column 3", "there is more after the end of the value"),
    (Array(String(repeating: "[", count: 100).utf8), "line 1, column 66", "more than 64 levels of arrays and objects"),
  ]

  @Test(arguments: faults) func aSyntaxErrorHasLineAndColumn(_ fault: (text: [UInt8], place: String, message: String)) {
    let error = #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(fault.text) }
    #expect(error?.message == fault.message)
    #expect(error.map { TextPosition(of: $0.offset, in: fault.text).description } == fault.place)
  }

  @Test func nestingCannotExhaustTheStack() {
    #expect(throws: JSONSyntaxError.self) {
      try JSONParser.parse([UInt8](repeating: UInt8(ascii: "["), count: 1 << 20))
    }
  }

  /// The oracle is Foundation's parser.
  @Test(arguments: [
    "null", "true", "[]", "{}", " [1, -2.5e-3, 0, 1E+2] ",
    #"{"a": [{"b": "cé\u00e9\ud83d\ude00\n\"\\\/"}], "": false}"#,
    "\"\\u0041\\t\"", "123456789012345678901234567890",
  ])
  func whatFoundationReadsIsReadTheSame(_ text: String) throws {
    let expected = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
    let found = foundationObject(try JSONParser.parse(Array(text.utf8)))
    #expect((expected as? NSObject)?.isEqual(found) == true)
  }

  @Test func aByteOrderMarkIsPassedOver() throws {
    let node = try JSONParser.parse([0xEF, 0xBB, 0xBF] + Array("true".utf8))
    guard case .bool(true) = node.value else {
      Issue.record("not true")
      return
    }
  }

  private func foundationObject(_ node: JSONNode) -> NSObject {
    switch node.value {
    case .null: NSNull()
    case .bool(let value): NSNumber(value: value)
    case .number(let value): NSNumber(value: value)
    case .string(let value): NSString(string: value)
    case .array(let elements): NSArray(array: elements.map(foundationObject))
    case .object(let members):
      NSDictionary(dictionary: Dictionary(uniqueKeysWithValues: members.map { ($0.key, foundationObject($0.node)) }))
    }
  }
}
