import FacetDiagnostics
import FacetFiles
import FacetImport
import FacetRecipe

/// What the recipes of a request say about its models: none; one for all; or one for each, in the models' order, which are united.
struct MergedRecipe {
  /// With outputs under the names of the merged network.
  var recipe: Recipe?
  /// Where calibration data lie, and the recipe that says so.
  var calibrations: [(path: String, recipe: Recipe)] = []

  /// - Parameter branchModels: `CompileRequest.branchModels`
  /// - Throws: everything that does not fit together, at once.
  init(_ recipes: [Recipe], models: MergedModels, branchModels: [String: Int] = [:]) throws(FacetError) {
    guard recipes.count <= 1 || recipes.count == models.names.count else {
      throw FacetError([
        Diagnostic(
          code: MergeErrorCode.recipes, file: recipes[0].file,
          message: "\(recipes.count) recipes were given for \(models.names.count) \(models.names.count == 1 ? "model" : "models").",
          remedy: "Give one recipe for all models, or one for each, in their order.")
      ])
    }
    for recipe in recipes {
      guard let path = recipe.calibration.map(recipe.resolve), !calibrations.contains(where: { $0.path == path }) else { continue }
      calibrations.append((path, recipe))
    }
    guard var recipe = recipes.first else { return }
    var problems: [Diagnostic] = []
    if recipes.count > 1 {
      problems = Self.disagreements(recipes, models)
      if !problems.isEmpty { throw FacetError(problems) }
      recipe = try Self.united(recipes, models)
    }
    // Each model calls the one input by a name of its own.
    if let name = recipe.input?.name, models.inputNames.contains(name) { recipe.input?.name = models.inputNames[0] }
    for index in recipe.attributes.indices {
      Self.resolve(&recipe.attributes[index], recipe.file, models, branchModels, &problems)
    }
    if !problems.isEmpty { throw FacetError(problems) }
    self.recipe = recipe
  }

  /// Gives an attribute the name that its output has in the merged network.
  private static func resolve(
    _ attribute: inout Recipe.Attribute, _ file: String, _ models: MergedModels, _ branchModels: [String: Int],
    _ problems: inout [Diagnostic]
  ) {
    func problem(_ code: RecipeErrorCode, _ key: String, _ message: String, _ remedy: String) {
      problems.append(
        Diagnostic(code: code, file: file, place: "attributes.\(attribute.name).\(key)", message: message, remedy: remedy))
    }
    let output = attribute.output
    if attribute.model == nil, let model = branchModels[attribute.name], let found = models.branchOutput(attribute, ofModel: model) {
      attribute.output = found
      return
    }
    if let name = attribute.model {
      guard let index = models.names.firstIndex(of: name) else {
        problem(
          .model, "model", "No model is called \(quoted(name)).",
          [didYouMean(name, among: models.names), "Models are called after their files: \(models.names.joined(separator: ", "))."]
            .filter { !$0.isEmpty }.joined(separator: " "))
        return
      }
      let known = models.outputs[index]
      guard let found = known.first(where: { $0.own == output }) else {
        problem(
          .output, "output", "The model \(quoted(name)) has no output \(quoted(output)).",
          [didYouMean(output, among: known.map(\.own)), "Its outputs are: \(known.map(\.own).joined(separator: ", "))."]
            .filter { !$0.isEmpty }.joined(separator: " "))
        return
      }
      attribute.output = found.merged
      return
    }
    var owners = models.names.indices.filter { index in models.outputs[index].contains { $0.own == output } }
    let others = owners.filter { !branchModels.values.contains($0) }
    if others.count == 1, owners.count > 1, let found = models.outputs[others[0]].first(where: { $0.own == output }) {
      attribute.output = found.merged
      owners = others
    }
    if owners.count > 1, !models.outputs.joined().contains(where: { $0.merged == output }) {
      problem(
        .model, "output",
        "Several models have an output \(quoted(output)): \(owners.map { models.names[$0] }.joined(separator: ", ")).",
        "Say which one is meant: \"model\": \(jsonString(models.names[owners[0]])).")
    }
  }
}

extension MergedModels {
  /// The output of a model that stands for an attribute, as `facet replace` takes it: that of the recipe, that of the attribute's name, or
  /// the only one.
  fileprivate func branchOutput(_ attribute: Recipe.Attribute, ofModel index: Int) -> String? {
    let known = outputs[index]
    let named = known.first { $0.own == attribute.output } ?? known.first { $0.own == attribute.name }
    return (named ?? (known.count == 1 ? known[0] : nil))?.merged
  }
}
