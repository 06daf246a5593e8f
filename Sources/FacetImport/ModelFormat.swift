import FacetDiagnostics
import FacetFiles

/// A format that models come in: a folder of this part, and a row here.
package struct ModelFormat: Sendable {
  /// What its files are by their first bytes and names.
  let contents: Set<FileContent>
  /// The network as far as it can be imported, and what stands in the way of the rest.
  let read: @Sendable (_ path: String, _ options: ImportOptions) throws(FacetError) -> (model: ImportedModel, failure: FacetError?)

  static let all: [ModelFormat] = [
    ModelFormat(contents: [.onnx]) { path, options throws(FacetError) in try importONNXPart(path: path, options: options) }
  ]

  /// That of a file; the first where nothing is known of it: its reader says what is wrong.
  static func of(_ path: String) -> ModelFormat {
    let content = FileContent.of(path)
    return all.first { format in content.map(format.contents.contains) == true } ?? all[0]
  }
}

/// Reads a model of any format that is known.
///
/// - Throws: everything that stands in the way, at once. Any bytes give a graph or this.
package func importModel(path: String, options: ImportOptions = ImportOptions()) throws(FacetError) -> ImportedModel {
  let (model, failure) = try importModelPart(path: path, options: options)
  if let failure { throw failure }
  return model
}

/// As `importModel`, but a network of which only a part can be imported is no error: what stands in the way of the rest is given beside it.
package func importModelPart(
  path: String, options: ImportOptions = ImportOptions()
) throws(FacetError) -> (model: ImportedModel, failure: FacetError?) {
  try ModelFormat.of(path).read(path, options)
}
