import FacetDiagnostics
import FacetFiles

extension FacetError {
  /// All errors as people read them on a terminal, one after the other:
  /// ```
  /// error[CODE] FILE: place: message.
  ///   help: what to do next
  /// ```
  /// Control characters, which a file can hold, are escaped.
  package var rendered: String {
    diagnostics.map { diagnostic in
      // A single image is both the data and its own sample: once is enough.
      var place = diagnostic.place ?? ""
      if diagnostic.file == place || diagnostic.file.hasSuffix("/" + place) { place = "" }
      if let name = diagnostic.operatorName {
        let shapes = diagnostic.shapes.isEmpty ? "" : ", inputs " + diagnostic.shapes.joined(separator: ", ")
        place += (place.isEmpty ? "" : " ") + "(\(name)\(shapes))"
      }
      let parts = [diagnostic.file.isEmpty ? "''" : diagnostic.file, place, diagnostic.message].filter { !$0.isEmpty }
      let end = diagnostic.message.last?.isPunctuation == true ? "" : "."
      let error = "error[\(diagnostic.code)] " + parts.joined(separator: ": ") + end
      return diagnostic.remedy.isEmpty
        ? printable(error) : printable(error) + "\n  help: " + printable(diagnostic.remedy)
    }.joined(separator: "\n")
  }
}

/// `text` fit for a terminal: control characters escaped.
package func terminalText(_ text: String) -> String {
  printable(text)
}
