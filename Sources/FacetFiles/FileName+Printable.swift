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
