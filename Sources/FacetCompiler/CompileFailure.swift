import FacetData
import FacetImport

/// The parts above report with it too, and know the importers only through this one.
package typealias Diagnostic = FacetImport.Diagnostic

/// Everything that stands in the way of a bundle, all at once. Nothing was written.
public struct CompileFailure: Error, CustomStringConvertible {
  /// Never empty.
  package var diagnostics: [Diagnostic]

  package init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

  package init(_ diagnostic: Diagnostic) { self.init([diagnostic]) }

  public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}

extension Diagnostic {
  /// A model, a bundle or a recipe in the place of data is named.
  package init(_ error: DataError) {
    let diagnostic = Diagnostic(
      code: error.code, file: error.file, place: error.place.isEmpty ? nil : error.place, message: error.message, remedy: error.remedy)
    switch error.code {
    case .imageUnknown, .imageUnsupported, .npyMagic, .zipMagic, .zipDirectory: self = diagnostic.naming(error.file, wanted: .data)
    case .deltaFormat: self = diagnostic.naming(error.file, wanted: .delta)
    default: self = diagnostic
    }
  }
}
