import FacetData
import FacetDiagnostics
import FacetImport

extension ErrorCatalogue {
  /// One entry, for `--json`.
  package struct Entry: Encodable {
    package var code: String
    package var title: String
    package var causes: String
    package var remedy: String

    package init(_ code: any ErrorCode) {
      self.code = code.code
      (title, causes, remedy) = code.explanation
    }
  }

  package static var entries: [Entry] { codes.map { Entry($0) } }

  /// One entry as people read it on a terminal.
  package static func text(_ code: any ErrorCode) -> String {
    let (title, causes, remedy) = code.explanation
    return "\(code.code): \(title)\n\n\(wrapped(causes))\n\nWhat to do: \(wrapped(remedy, from: 12))"
  }

  /// All codes with their titles, by part.
  package static var list: String {
    let width = codes.map(\.code.count).max() ?? 0
    return parts.map { part in
      let lines = part.codes.map {
        "  " + $0.code + String(repeating: " ", count: width - $0.code.count + 2) + $0.explanation.title
      }
      return part.title + "\n" + lines.joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  /// The content of `docs/errors.md`.
  package static var markdown: String {
    var text = """
      # Errors

      Every error of Facet has a code that stays the same, such as `error[import.onnx.opset]`. This page says of each what it means, what
      usually causes it and what to do; `facet explain CODE` prints the same. The message itself names the file, the place and the sizes.

      This page is written by `facet explain --markdown`; the texts stand in the program.


      """
    text += parts.map { "- [\($0.title)](#\(anchor($0.title)))\n" }.joined()
    for part in parts {
      text += "\n## \(part.title)\n\n\(part.about)\n"
      for code in part.codes {
        let (title, causes, remedy) = code.explanation
        // Headings would get anchors without the dots, which differ between viewers.
        text += "\n<a id=\"\(code.code)\"></a>\n\n### `\(code.code)`\n\n**\(title)** \(causes)\n\n*What to do:* \(remedy)\n"
      }
    }
    return text
  }

  /// As GitHub and other viewers make it of a heading.
  private static func anchor(_ heading: String) -> String {
    String(heading.lowercased().filter { $0.isLetter || $0 == " " }.map { $0 == " " ? "-" : $0 })
  }

  /// Lines of at most 80 characters.
  private static func wrapped(_ text: String, from start: Int = 0) -> String {
    var lines = [""]
    var column = start
    for word in text.split(separator: " ") {
      if column + word.count + 1 > 80 {
        lines.append("")
        column = 0
      }
      if !lines[lines.count - 1].isEmpty { lines[lines.count - 1] += " " }
      lines[lines.count - 1] += word
      column += word.count + 1
    }
    return lines.joined(separator: "\n")
  }
}
