import FacetDiagnostics
import FacetFiles

/// Where a value stands in a recipe, as users write it: `attributes.age.labels[2]`.
package struct RecipePath {
  package var text: String

  package init(_ text: String = "") { self.text = text }

  package func key(_ key: String) -> RecipePath { RecipePath(text.isEmpty ? key : "\(text).\(key)") }
  package func index(_ index: Int) -> RecipePath { RecipePath("\(text)[\(index)]") }
}

/// Takes typed values out of a recipe's JSON and gathers what is wrong with them, so that all errors come at once.
package struct RecipeReader {
  /// More are not gathered: a file of only errors must not fill the memory with messages.
  static let maximumDiagnostics = 100

  let file: String
  let text: [UInt8]
  /// Where a user finds what is expected.
  private let schema: String
  /// The one code of all problems, where the file is no recipe but is read like one.
  private let onlyCode: (any ErrorCode)?
  /// False where the user has no file with these lines.
  private let namesLines: Bool
  /// Whether it is a bundle's: what an earlier version let pass must not keep the rest from being read.
  let isCarried: Bool
  package private(set) var diagnostics: [Diagnostic] = []

  package init(
    file: String, text: [UInt8], schema: String = "Formats/recipe.schema.json", onlyCode: (any ErrorCode)? = nil, namesLines: Bool = true,
    isCarried: Bool = false
  ) {
    self.file = file
    self.text = text
    self.schema = schema
    self.onlyCode = onlyCode
    self.namesLines = namesLines
    self.isCarried = isCarried
  }

  package mutating func report(_ code: RecipeErrorCode, at offset: Int, _ path: RecipePath?, _ message: String, _ remedy: String) {
    guard diagnostics.count < Self.maximumDiagnostics else { return }
    let position = namesLines ? TextPosition(of: offset, in: text).description : nil
    let place = [position, path?.text].compactMap { $0?.isEmpty == false ? $0 : nil }.joined(separator: ": ")
    diagnostics.append(
      onlyCode.map { Diagnostic(code: $0, file: file, place: place, message: message, remedy: remedy) }
        ?? Diagnostic(code: code, file: file, place: place, message: message, remedy: remedy))
  }

  package mutating func wrongType(_ node: JSONNode, _ path: RecipePath, expected: String) {
    report(
      .type, at: node.offset, path,
      "\(expected.prefix(1).uppercased())\(expected.dropFirst()) is expected, not \(node.value.kind).",
      "See \(schema).")
  }

  /// The members of an object without its comments, which are keys that begin with `//`; any other key that stands twice is an error.
  package mutating func members(_ node: JSONNode, _ path: RecipePath) -> [JSONMember]? {
    guard case .object(let members) = node.value else {
      wrongType(node, path, expected: "an object")
      return nil
    }
    var seen: Set<String> = []
    return members.filter { member in
      if member.key.hasPrefix("//") {
        if case .string = member.node.value { return false }
        wrongType(member.node, path.key(quoted(member.key)), expected: "a string, as a comment is one,")
        return false
      }
      let isNew = seen.insert(member.key).inserted
      if !isNew {
        report(
          .duplicateKey, at: member.keyOffset, path.key(quoted(member.key)), "This key appears twice.",
          "Remove one of them.")
      }
      return isNew
    }
  }

  /// The members of an object whose keys are fixed.
  package mutating func fields<Key: RawRepresentable<String> & CaseIterable & Hashable>(
    _ node: JSONNode, _ path: RecipePath, _: Key.Type
  ) -> [Key: JSONNode]? {
    guard let members = members(node, path) else { return nil }
    var fields: [Key: JSONNode] = [:]
    for member in members {
      if let key = Key(rawValue: member.key) {
        fields[key] = member.node
        continue
      }
      let known = Key.allCases.map(\.rawValue)
      let guess = didYouMean(member.key, among: known)
      report(
        .unknownKey, at: member.keyOffset, path.key(quoted(member.key)), "There is no such key.",
        guess.isEmpty ? "Keys here are \(known.filter { $0 != "$schema" }.joined(separator: ", "))." : guess)
    }
    return fields
  }

  /// A string of at least one character, at most `limit` bytes of UTF-8 and without control characters, as bundles and
  /// terminals take it.
  package mutating func string(_ node: JSONNode?, _ path: RecipePath, limit: Int = 1024) -> String? {
    guard let node else { return nil }
    guard case .string(let string) = node.value else {
      wrongType(node, path, expected: "a string")
      return nil
    }
    let fault: String? =
      if string.isEmpty {
        "is empty"
      } else if string.utf8.count > limit {
        "is longer than \(limit) bytes"
      } else if string.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
        "holds a control character"
      } else {
        nil
      }
    if let fault {
      report(.string, at: node.offset, path, "The string \(fault).", "Write a short text on one line.")
      return nil
    }
    return string
  }

  /// Strings, which all differ where `unique`.
  package mutating func strings(_ node: JSONNode?, _ path: RecipePath, atMost limit: Int, unique: Bool = true) -> [String]? {
    guard let node else { return nil }
    guard case .array(let elements) = node.value else {
      wrongType(node, path, expected: "an array of strings")
      return nil
    }
    guard elements.count <= limit else {
      report(
        .tooMany, at: node.offset, path, "\(elements.count) entries; at most \(limit) are allowed.",
        "Shorten the list.")
      return nil
    }
    var result: [String] = []
    var seen: [String: Int] = [:]
    for (index, element) in elements.enumerated() {
      guard let string = string(element, path.index(index)) else { continue }
      if unique, let first = seen[string] {
        report(
          .duplicate, at: element.offset, path.index(index),
          "\(quoted(string)) appears here again; it is already entry \(first).",
          "Give each entry another name.")
      } else {
        seen[string] = index
      }
      result.append(string)
    }
    return result
  }

  /// A finite number, also as binary32, within `range`.
  package mutating func number(_ node: JSONNode?, _ path: RecipePath, in range: ClosedRange<Double> = -1e30...1e30) -> Double? {
    guard let node else { return nil }
    guard case .number(let number) = node.value else {
      wrongType(node, path, expected: "a number")
      return nil
    }
    guard range.contains(number) else {
      let remedy =
        number.isFinite
        ? "It must be between \(plain(range.lowerBound)) and \(plain(range.upperBound))." : "Give a finite number that fits in binary32."
      report(.range, at: node.offset, path, "The number \(plain(number)) is out of range.", remedy)
      return nil
    }
    return number
  }

  package mutating func bool(_ node: JSONNode?, _ path: RecipePath) -> Bool? {
    guard let node else { return nil }
    guard case .bool(let bool) = node.value else {
      wrongType(node, path, expected: "true or false")
      return nil
    }
    return bool
  }

  package mutating func integer(_ node: JSONNode?, _ path: RecipePath, in range: ClosedRange<Int>) -> Int? {
    guard let node else { return nil }
    guard case .number(let number) = node.value else {
      wrongType(node, path, expected: "a whole number")
      return nil
    }
    guard let integer = Int(exactly: number), range.contains(integer) else {
      report(
        .range, at: node.offset, path, "The number \(plain(number)) is out of range.",
        "It must be a whole number between \(range.lowerBound) and \(range.upperBound).")
      return nil
    }
    return integer
  }

  /// One of the names of an enumeration.
  mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ node: JSONNode?, _ path: RecipePath, _: Choice.Type
  ) -> Choice? {
    guard let node, let string = string(node, path) else { return nil }
    if let choice = Choice(rawValue: string) { return choice }
    let known = Choice.allCases.map(\.rawValue)
    let guess = didYouMean(string, among: known)
    report(
      .choice, at: node.offset, path, "\(quoted(string)) is not one of \(known.joined(separator: ", ")).",
      guess.isEmpty ? "Choose one of these." : guess)
    return nil
  }

  /// `count` numbers, one for each channel.
  mutating func channelNumbers(_ node: JSONNode?, _ path: RecipePath, count: Int) -> [Double]? {
    guard let node else { return nil }
    guard case .array(let elements) = node.value else {
      wrongType(node, path, expected: "an array of numbers")
      return nil
    }
    guard elements.count == count else {
      report(
        .count, at: node.offset, path,
        "\(plural(elements.count, "number")) for \(plural(count, "channel")).",
        "Give one for each channel of 'color'.")
      return nil
    }
    let numbers = elements.enumerated().map { number($1, path.index($0)) }
    return numbers.contains(nil) ? nil : numbers.compactMap(\.self)
  }
}
