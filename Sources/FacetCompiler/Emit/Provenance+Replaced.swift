import FacetImport
import Foundation

extension Provenance {
  /// A bundle's provenance, with a line more about a branch that was replaced. Nil where it is not JSON object: it stays as it is then.
  ///
  /// - Parameter parent: SHA-256 of the bundle that the branch was replaced in.
  static func replaced(
    _ provenance: String, branch: String, parent: String, _ model: PreparedModel, recipe: Recipe?, calibration: Calibration?
  ) -> [UInt8]? {
    guard var fields = try? JSONSerialization.jsonObject(with: Data(provenance.utf8)) as? [String: Any] else { return nil }
    var entry: [String: Any] = ["branch": branch, "parent": parent, "facet": Compiler.version, "model": source(model.source)]
    if let calibration { entry["calibration"] = self.calibration(calibration) }
    if let recipe { entry["recipe"] = self.recipe(recipe) }
    fields["replaced"] = (fields["replaced"] as? [Any] ?? []) + [entry]
    return data(fields)
  }
}
