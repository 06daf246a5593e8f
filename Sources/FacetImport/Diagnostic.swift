/// One reason why a model does not convert, as facts: whoever prints it (terminal, JSON) chooses the form.
package struct Diagnostic: Sendable, Equatable {
  /// Stable across versions, for scripts and documentation, e.g. `import.onnx.unsupported-operator`. Always one of the catalogue's.
  package let code: String
  /// The file as the user named it.
  package var file: String
  /// What in the file, e.g. `node 'conv1'` or `tensor 'conv1.weight'`; nil where it is the file itself.
  package var place: String?
  /// The operator as the file names it, with its domain where that is not the standard one.
  package var operatorName: String?
  /// Shapes of the operator's inputs in order, e.g. `1x3x64x64`; `?` where unknown.
  package var shapes: [String]
  /// What is wrong: a sentence without the place.
  package var message: String
  /// What the user can do about it: a sentence.
  package var remedy: String

  package init(
    code: some ErrorCode, file: String, place: String? = nil, operatorName: String? = nil, shapes: [String] = [],
    message: String, remedy: String
  ) {
    self.code = code.code
    self.file = file
    self.place = place
    self.operatorName = operatorName
    self.shapes = shapes
    self.message = message
    self.remedy = remedy
  }
}

extension Diagnostic: CustomStringConvertible {
  /// One line: file, place, operator with shapes, message, remedy, code.
  package var description: String {
    var text = file + ": "
    if let place { text += place }
    if let operatorName {
      text += " (" + operatorName
      if !shapes.isEmpty { text += ", inputs " + shapes.joined(separator: ", ") }
      text += ")"
    }
    if place != nil { text += ": " }
    return text + message + " " + remedy + " [" + code + "]"
  }
}

/// Everything that stands in the way of an import, all at once. Never empty.
package struct ImportFailure: Error, Sendable, Equatable, CustomStringConvertible {
  package var diagnostics: [Diagnostic]

  package init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

  package var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
