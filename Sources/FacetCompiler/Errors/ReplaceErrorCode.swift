import FacetDiagnostics
import FacetImport

/// The codes of `facet replace`, and what each means.
package enum ReplaceErrorCode: String, CaseIterable, ErrorCode {
  case branch = "replace.branch"
  case noBranch = "replace.no-branch"
  case precision = "replace.precision"
  case numbers = "replace.numbers"
  case recipe = "replace.recipe"
  case output = "replace.output"
  case input = "replace.input"
  case labels = "replace.labels"
  case trunk = "replace.trunk"
  case reach = "replace.reach"
  case fork = "replace.fork"
  case border = "replace.border"
}

extension ReplaceErrorCode {
  package var explanation: (title: String, causes: String, remedy: String) {
    switch self {
    case .branch:
      (
        "The bundle has no attribute of that name.",
        "The name of --branch is mistyped, or the bundle was compiled without it.",
        "Use one of the names that the message lists."
      )
    case .noBranch:
      (
        "The attribute has no operators of its own.",
        "It is computed in the trunk, or in a part that other attributes need as well, or it is the bundle's only attribute.",
        "Compile the models together again."
      )
    case .precision:
      (
        "The bundle is in float32.",
        "Replacing quantizes a branch for an int8 trunk. float32 bundles are references, compiled in a moment.",
        "Compile the models together again."
      )
    case .numbers:
      (
        "The bundle does not carry the numbers by which its trunk is found in another model.",
        "An older Facet made it, or that section was taken out.",
        "Compile it again with this version."
      )
    case .recipe:
      (
        "The recipe does not have the attribute, or says something about it that a replacement cannot change.",
        "Its attributes have other names than the bundle's, or another gate.",
        "Name the attribute in the recipe as the bundle does, with the same gate or none; or compile all models together again."
      )
    case .output:
      (
        "The new model does not have the output.",
        "It has another name there, and the model has several outputs.",
        "Give a recipe that names the output: \"attributes\": {\"age\": {\"output\": \"scores\"}}."
      )
    case .input:
      (
        "The new model sees another input than the bundle.",
        "It was trained for another size, or its recipe prepares images in another way. All branches look at one image, prepared once.",
        "Train the branch on the bundle's input; or compile all models together again."
      )
    case .labels:
      (
        "What the attribute's scores mean would change, and something else in the bundle may rely on it.",
        "The new model has other labels or another number of scores, and the bundle has gates, or sections that this version does not know.",
        "Keep the labels, or compile all models together again."
      )
    case .trunk:
      (
        "The new model's trunk is not the bundle's.",
        "Layers before the branch were trained further, or batch normalization went on averaging during the training. "
          + "The message names the first operator that differs.",
        "Train with everything before the branch fixed, batch normalization in evaluation mode; or compile all models together again."
      )
    case .reach:
      (
        "The new model needs a part of another attribute's branch.",
        "Which attribute needs which part was decided when the bundle was compiled.",
        "Compile all models together again."
      )
    case .fork:
      (
        "The new branch reads a tensor that the bundle does not keep.",
        "It leaves the trunk where no branch of the bundle does, or reads the tensor in another number type.",
        "Let it leave where a branch of the bundle does; or compile all models together again."
      )
    case .border:
      (
        "The new branch pads a tensor of the trunk by more pixels than the bundle has room for.",
        "Its first convolution has a larger window than any that read this tensor when the bundle was compiled.",
        "Begin the branch with less padding, or compile all models together again."
      )
    }
  }
}
