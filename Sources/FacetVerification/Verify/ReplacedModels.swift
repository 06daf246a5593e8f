import FacetBundle
import FacetCompiler
import FacetDiagnostics
import FacetRecipe
import FacetRuntime

/// The models of branches that `facet replace` put into a bundle, among those that it is compared with: known by their files' hashes, because
/// they have outputs of the same names as the model that the bundle was compiled from.
struct ReplacedModels {
  /// By attribute: the index of its model.
  private(set) var indices: [String: Int] = [:]
  /// Attributes whose model is not there.
  private(set) var notes: [String] = []

  init(_ bundle: Bundle, among models: [String]) {
    let branches = bundle.replacedBranches
    guard !branches.isEmpty, !models.isEmpty else { return }
    let hashes = models.map { fileHash($0) }
    for (attribute, branch) in branches.sorted(by: { $0.key < $1.key }) {
      if let index = hashes.firstIndex(of: branch.sha256) {
        indices[attribute] = index
      } else {
        notes.append(
          "The branch of '\(attribute)' was replaced by one of '\(branch.name)', which is not one of these files: name it to compare "
            + "the attribute with its own network.")
      }
    }
  }

  /// An error that may have come of a missing model says so.
  func explaining(_ failure: FacetError) -> FacetError {
    FacetError(
      failure.diagnostics.map { diagnostic in
        var diagnostic = diagnostic
        if diagnostic.code == RecipeErrorCode.model.rawValue { diagnostic.remedy = ([diagnostic.remedy] + notes).joined(separator: " ") }
        return diagnostic
      })
  }

  /// Recipes that also hold for the replaced branches: these bring their labels. Without a recipe, outputs are told apart by the
  /// attributes' names.
  ///
  /// - Parameter carried: whether the recipe is the bundle's, which was written before.
  func completed(_ recipes: [Recipe], _ bundle: Bundle, carried: Bool) -> [Recipe] {
    guard !indices.isEmpty, carried else { return recipes }
    var recipe = recipes.first ?? Recipe(file: "recipe of the bundle")
    let known = bundle.attributeDescriptions
    if recipe.attributes.isEmpty { recipe.attributes = known.map { Recipe.Attribute(name: $0.name, output: $0.name) } }
    for index in recipe.attributes.indices where indices[recipe.attributes[index].name] != nil {
      guard let attribute = known.first(where: { $0.name == recipe.attributes[index].name }) else { continue }
      recipe.attributes[index].labels = attribute.labels
    }
    return [recipe]
  }
}
