import FacetFiles
import FacetRecipe
import FacetRuntime

/// The model that an attribute's branch was taken from, as a bundle's provenance states it.
package struct ReplacedBranch: Equatable, Sendable {
  /// Its file, without folder.
  package var name: String
  /// SHA-256 of the file, in hexadecimal.
  package var sha256: String
  /// The last recipe that was given for this branch; nil where the bundle's holds.
  package var recipe: Recipe?
}

extension Bundle {
  /// For each attribute whose branch was replaced, the model that the last one came from.
  package var replacedBranches: [String: ReplacedBranch] {
    var result: [String: ReplacedBranch] = [:]
    for entry in provenance.replaced where !entry.branch.isEmpty && !entry.model.name.isEmpty {
      let recipe = entry.recipe.flatMap { self.recipe($0.text) }
      result[entry.branch] = ReplacedBranch(
        name: entry.model.name, sha256: entry.model.sha256, recipe: recipe ?? result[entry.branch]?.recipe)
    }
    return result
  }
}
