import FacetBundle
import FacetDiagnostics
import FacetFormat
import FacetIR
import FacetImport
import FacetLowering
import FacetRecipe
import FacetRuntime

/// Reads what `facet replace` is given: the new model, seen as the bundle sees it.
enum ReplaceInput {
  /// The new model with one output, called as the attribute is, read as its own recipe says or the bundle's.
  static func branchModel(
    _ imported: ImportedModel, _ request: ReplaceRequest, _ bundle: Bundle, _ known: ValueNumbers, _ names: BranchNames,
    notes: inout [String]
  ) throws(FacetError) -> PreparedModel {
    var recipe = try branchRecipe(request, bundle, names)
    let outputs = imported.graph.outputs.map(\.name)
    let wanted = recipe.attributes[0].output
    if let output = [wanted, request.branch].first(where: outputs.contains) {
      recipe.attributes[0].output = output
    } else if request.recipe == nil, outputs.count == 1 {
      recipe.attributes[0].output = outputs[0]
      notes.append("The model's only output, \(quoted(outputs[0])), is used for \(quoted(request.branch)).")
    } else {
      throw FacetError(
        Diagnostic(
          code: ReplaceErrorCode.output, file: names.model, message: "The model has no output \(quoted(wanted)).",
          remedy: [
            didYouMean(wanted, among: outputs), "Its outputs are: \(outputs.joined(separator: ", ")).",
            "A recipe can say which one is meant.",
          ]
          .filter { !$0.isEmpty }.joined(separator: " ")))
    }
    let model: PreparedModel
    do {
      model = try PreparedModel(
        MergedModels([imported]), recipes: [recipe], keeping: Set(known.forks.map(\.sourceNumber)).subtracting([.none]))
    } catch {
      throw request.recipe == nil ? error.ofBundle(model: names.model) : error
    }
    try checkInput(model, bundle, names)
    return model
  }

  /// What a recipe says of the branch alone.
  static func branchRecipe(_ request: ReplaceRequest, _ bundle: Bundle, _ names: BranchNames) throws(FacetError) -> Recipe {
    let carried = bundle.replacedBranches[request.branch]?.recipe ?? bundle.embeddedRecipe
    var recipe = request.recipe ?? carried ?? Recipe(file: "recipe of the bundle")
    recipe.profiles = []
    if request.recipe == nil {
      // The bundle's was for other files.
      recipe.calibration = nil
      recipe.input?.name = nil
    }
    if var attribute = recipe.attributes.first(where: { $0.name == request.branch }) {
      if request.recipe == nil { attribute.model = nil }
      if let gate = attribute.gate, request.recipe != nil {
        let held = bundle.attributeDescriptions.first { $0.name == request.branch }?.when
        guard gate.text == held else {
          throw FacetError(
            Diagnostic(
              code: ReplaceErrorCode.recipe, file: recipe.file, place: "attributes.\(request.branch).when",
              message: "The gate is not the bundle's, which \(held.map { "is \(quoted($0))" } ?? "has none").",
              remedy: "Gates stay as they were compiled: write the same, leave it out, or compile all models together again."))
        }
      }
      // The bundle has it, and the other attributes that it reads.
      attribute.gate = nil
      recipe.attributes = [attribute]
    } else if recipe.attributes.isEmpty {
      recipe.attributes = [Recipe.Attribute(name: request.branch, output: request.branch)]
    } else {
      throw FacetError(
        Diagnostic(
          code: ReplaceErrorCode.recipe, file: recipe.file, place: "attributes",
          message: "The recipe has no attribute \(quoted(request.branch)).",
          remedy: "Name the attribute as the bundle does: \(recipe.attributes.map(\.name).joined(separator: ", ")) are there."))
    }
    return recipe
  }

  /// Both see the same numbers for one image.
  private static func checkInput(_ model: PreparedModel, _ bundle: Bundle, _ names: BranchNames) throws(FacetError) {
    let tensor = bundle.fragments[0].tensors[Int(bundle.input.tensor)]
    var input = model.input
    input.name = bundle.input.name.text
    let shape = PixelShape(model.graph.inputs.first.map(model.graph.shape) ?? [])
    let expected = PixelShape(height: Int(tensor.height), width: Int(tensor.width), channels: Int(tensor.channels))
    var difference: String?
    if shape != expected {
      difference =
        "It takes \(shape.map { "\($0.channels) x \($0.height) x \($0.width)" } ?? "another kind of input"), the bundle "
        + "\(expected.channels) x \(expected.height) x \(expected.width)"
    } else if bundle.content(.input).map({ Array($0.bytes) })
      != input.section(tensor, number: bundle.input.tensor, offset: bundle.input.offset)
    {
      difference = "Its recipe prepares images differently from the bundle"
    }
    guard let difference else { return }
    throw FacetError(
      Diagnostic(
        code: ReplaceErrorCode.input, file: names.model, place: "input", message: "\(difference).",
        remedy: "All branches look at one image, prepared once: give the new model the bundle's input, or leave --recipe out."))
  }
}

extension FacetError {
  /// Nobody can change the recipe in a bundle: what does not fit it is the new model, or it wants a recipe of its own.
  fileprivate func ofBundle(model: String) -> FacetError {
    FacetError(
      diagnostics.map { diagnostic in
        guard [RecipeErrorCode.input.code, RecipeErrorCode.labels.code].contains(diagnostic.code) else { return diagnostic }
        var diagnostic = diagnostic
        (diagnostic.place, diagnostic.file) = ("\(diagnostic.file): \(diagnostic.place ?? "")", model)
        diagnostic.remedy =
          diagnostic.code == RecipeErrorCode.input.code
          ? "All branches look at one image, prepared once: give the new model the bundle's input."
          : "Give the new model's labels in a recipe of its own: --recipe."
        return diagnostic
      })
  }
}
