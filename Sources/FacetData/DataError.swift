import FacetFiles

/// What is wrong with an image, a tensor, a label file or a folder of them: where, and what to do about it.
package struct DataError: Error, Equatable, Sendable, CustomStringConvertible {
  package let code: DataErrorCode
  /// The file, as the user named it.
  package let file: String
  /// Where in the file, such as "line 3, column age"; empty when the whole file is meant.
  package let place: String
  package let message: String
  /// What to do next.
  package let remedy: String

  package init(code: DataErrorCode, file: String, place: String = "", message: String, remedy: String) {
    self.code = code
    self.file = file
    self.place = place
    self.message = message
    self.remedy = remedy
  }

  /// "FILE: place: message. remedy". Control characters of names are escaped: a file name cannot steer a terminal.
  package var description: String {
    let parts = [file, place, message].filter { !$0.isEmpty }.joined(separator: ": ")
    return printable(remedy.isEmpty ? "\(parts)." : "\(parts). \(remedy)")
  }
}

/// `text` with control characters, line separators and bidirectional overrides written as `\u{..}`.
package func printable(_ text: String) -> String {
  var result = ""
  for scalar in FileName.shown(text).unicodeScalars {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator:
      result += "\\u{\(String(scalar.value, radix: 16))}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// `text` cut to a length that fits in a message.
func excerpt(_ text: String, limit: Int = 80) -> String {
  text.unicodeScalars.count <= limit ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit))) + "…"
}
