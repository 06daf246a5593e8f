import FacetData
import FacetImport

/// Everything that stands in the way of a bundle, all at once. Nothing was written.
public struct CompileFailure: Error, CustomStringConvertible {
  /// Never empty.
  package var diagnostics: [Diagnostic]

  package init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

  public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}

extension Diagnostic {
  package init(_ error: DataError) {
    self.init(
      code: error.code, file: error.file, place: error.place.isEmpty ? nil : error.place, message: error.message, remedy: error.remedy)
  }
}
