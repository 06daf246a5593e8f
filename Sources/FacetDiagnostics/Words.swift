/// A text of the user in single quotes, cut to a length that fits in a message.
package func quoted(_ text: String) -> String {
  text.unicodeScalars.count <= 60
    ? "'\(text)'" : "'\(String(String.UnicodeScalarView(text.unicodeScalars.prefix(60))))…'"
}

/// A number as people write it: 64, not 64.0.
package func plain(_ number: Double) -> String {
  Int(exactly: number).map(String.init) ?? "\(number)"
}

/// `text` cut to a length that fits in a message.
package func excerpt(_ text: String, limit: Int = 80) -> String {
  text.unicodeScalars.count <= limit ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit))) + "…"
}

/// A text of the engine as a sentence: it writes them without a capital and without a period.
package func sentence(_ text: String) -> String {
  text.prefix(1).uppercased() + text.dropFirst() + "."
}

/// "1 input", "2 inputs": for messages.
package func plural(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

/// `text` with control characters, line separators and bidirectional overrides written as `\u{..}`: a name cannot steer a terminal.
package func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: result += "\\u{\(String(scalar.value, radix: 16))}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
