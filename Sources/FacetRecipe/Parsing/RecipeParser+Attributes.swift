import FacetDiagnostics
import FacetFiles

extension Recipe.Attribute {
  /// Most labels of one attribute, as a bundle holds them.
  static let maximumLabels = 65_536
  /// Longest name, in characters.
  package static let maximumNameLength = 64
  /// Longest condition.
  static let maximumGateBytes = 1024

  /// `[a-z][a-z0-9_]*`
  package static func isIdentifier(_ name: String) -> Bool {
    guard let first = name.utf8.first, (0x61...0x7A).contains(first) else { return false }
    return name.utf8.count <= maximumNameLength
      && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
  }

  /// Another name made of allowed characters, for a remedy or a template.
  package static func identifier(from name: String) -> String {
    var result = ""
    for scalar in name.lowercased().unicodeScalars.prefix(maximumNameLength - 1) {
      let kept = scalar.isASCII && (("a"..."z").contains(scalar) || ("0"..."9").contains(scalar))
      if kept { result.unicodeScalars.append(scalar) } else if result.last != "_" { result += "_" }
    }
    while result.hasSuffix("_") { result.removeLast() }
    while result.hasPrefix("_") { result.removeFirst() }
    guard let first = result.unicodeScalars.first else { return "output" }
    return ("a"..."z").contains(first) ? result : "a" + result
  }

  /// - Parameter gates: filled with where the text of each gate begins, by attribute.
  static func all(
    _ node: JSONNode, _ path: RecipePath, gates: inout [String: Int], _ reader: inout RecipeReader
  ) -> [Self] {
    guard let members = reader.members(node, path) else { return [] }
    if members.count > Recipe.maximumAttributes {
      reader.report(
        .tooMany, at: node.offset, path,
        "\(members.count) attributes; a bundle holds at most \(Recipe.maximumAttributes).",
        "Keep those that are needed.")
    }
    var result: [Self] = []
    var byOutput: [Source: String] = [:]
    for member in members {
      let isNamed = isIdentifier(member.key)
      if !isNamed {
        reader.report(
          .identifier, at: member.keyOffset, path.key(quoted(member.key)),
          "A name begins with a letter and has only a-z, 0-9 and _, at most \(maximumNameLength) characters.",
          "Rename it, say '\(identifier(from: member.key))', and name the model's output with \"output\".")
      }
      guard let attribute = read(member, path.key(isNamed ? member.key : quoted(member.key)), gates: &gates, &reader) else {
        continue
      }
      let source = Source(
        model: attribute.model, output: attribute.output, channels: attribute.channels, isNumber: attribute.value != nil)
      if let other = byOutput.updateValue(member.key, forKey: source) {
        reader.report(
          .duplicate, at: member.keyOffset, path.key(member.key),
          "It reads output \(quoted(attribute.output)), as \(quoted(other)) does.",
          "Each attribute has an output of its own, or a part of one; see \"output\" and \"channels\".")
      }
      result.append(attribute)
    }
    return result
  }

  /// What no two attributes have in common: a number and classes may be made of the same scores.
  private struct Source: Hashable {
    var model: String?
    var output: String
    var channels: Recipe.Channels?
    var isNumber: Bool
  }

  private static func read(
    _ member: JSONMember, _ path: RecipePath, gates: inout [String: Int], _ reader: inout RecipeReader
  ) -> Self? {
    guard let fields = reader.fields(member.node, path, RecipeAttributeKey.self) else { return nil }
    var attribute = Self(name: member.key, output: reader.string(fields[.output], path.key("output")) ?? member.key)
    attribute.model = reader.string(fields[.model], path.key("model"))
    attribute.labels = reader.strings(fields[.labels], path.key("labels"), atMost: maximumLabels) ?? []
    if let node = fields[.labels], case .array(let elements) = node.value, elements.isEmpty {
      reader.report(
        .empty, at: node.offset, path.key("labels"), "The list is empty.", "Name each score, or leave the key out.")
    }
    if let node = fields[.channels] { attribute.channels = channels(node, path.key("channels"), &reader) }
    if let node = fields[.value] { attribute.value = Recipe.Value(node, path.key("value"), &reader) }
    if attribute.value != nil {
      for (key, name) in [(RecipeAttributeKey.labels, "labels"), (.threshold, "threshold")] {
        guard let node = fields[key] else { continue }
        reader.report(
          .value, at: node.offset, path.key(name), "An attribute that is a number (\"value\") has no \(name).",
          "Remove one of the two; classes of the same scores can be another attribute of the same output.")
      }
    }
    attribute.confidence = reader.choice(fields[.confidence], path.key("confidence"), Recipe.Confidence.self)
    attribute.threshold = reader.number(fields[.threshold], path.key("threshold"), in: 0...1)
    if let node = fields[.threshold], attribute.threshold != nil, attribute.confidence == Recipe.Confidence.none {
      reader.report(
        .threshold, at: node.offset, path.key("threshold"),
        "A threshold needs a confidence, but 'confidence' is none.",
        "Remove one of the two.")
    }
    if let node = fields[.budget] {
      attribute.budget = Recipe.Budget(node, path.key("budget"), &reader)
      attribute.checkBudget(node, path.key("budget"), &reader)
    }
    attribute.priority = reader.integer(fields[.priority], path.key("priority"), in: -1000...1000) ?? 0
    if let node = fields[.when], let text = reader.string(node, path.key("when"), limit: maximumGateBytes) {
      // After the quote. Escapes before it put a place a little too far left.
      gates[member.key] = node.offset + 1
      do throws(GateFault) {
        attribute.gate = try GateParser.parse(text)
      } catch {
        reader.report(error.code, at: node.offset + 1 + error.offset, path.key("when"), error.message, error.remedy)
      }
    }
    return attribute
  }

  /// First and count.
  private static func channels(_ node: JSONNode, _ path: RecipePath, _ reader: inout RecipeReader) -> Recipe.Channels? {
    guard case .array(let elements) = node.value, elements.count == 2 else {
      reader.wrongType(node, path, expected: "an array of two whole numbers, the first score and how many,")
      return nil
    }
    guard let first = reader.integer(elements[0], path.index(0), in: 0...(1 << 24)),
      let count = reader.integer(elements[1], path.index(1), in: 1...(1 << 24))
    else { return nil }
    return Recipe.Channels(first: first, count: count)
  }
}
