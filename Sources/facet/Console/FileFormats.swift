import FacetBundle
import FacetData
import FacetFormat
import FacetRecipe

/// The versions of the files that this program writes.
package enum FileFormats {
  package static let versions: [(name: String, version: Int)] = [
    ("bundle", Int(BundleFormat.newestVersion)), ("delta", Int(DeltaFormat.version)), ("recipe", Recipe.version),
    ("costs", MeasuredCosts.version),
  ]
}
