import FacetDiagnostics

/// The codes of `facet verify`, and what each means.
package enum VerifyErrorCode: String, CaseIterable, ErrorCode {
  case savedMissing = "verify.saved.missing"
  case savedDuplicate = "verify.saved.duplicate"
  case savedSamples = "verify.saved.samples"
  case savedShape = "verify.saved.shape"
  case savedTooLarge = "verify.saved.too-large"
  case recipe = "verify.recipe"
  case attribute = "verify.attribute"
  case label = "verify.label"
  case subgroup = "verify.subgroup"
  case sample = "verify.sample"
  case layers = "verify.layers"
}

extension VerifyErrorCode {
  package var explanation: (title: String, causes: String, remedy: String) {
    switch self {
    case .savedMissing:
      (
        "The saved outputs lack an array for an attribute.",
        "It was saved under another name. The attribute's name and that of its graph output are looked for.",
        "Save one array for each attribute: numpy.savez(name, age=age, ...)."
      )
    case .savedDuplicate:
      ("Two files of saved outputs hold the same attribute.", "Which one counts would be a guess.", "Give --against one file that has it.")
    case .savedSamples:
      (
        "The number of saved outputs is not that of the samples.",
        "They were made from other data, or the first axis is not the one of samples.",
        "Save the outputs of the same data in its order: a folder's images by name, or the lines of labels.csv."
      )
    case .savedShape:
      (
        "A sample of the saved outputs has another shape than the attribute.",
        "It was saved after an operation that the model does not have, such as argmax.",
        "Save the output as the model gives it."
      )
    case .savedTooLarge:
      ("The saved outputs are too large to be held.", "Very many samples, or maps of scores.", "Verify on fewer samples.")
    case .recipe:
      (
        "The recipe is needed, and the bundle does not carry it.",
        "The bundle takes images, and the float model needs the same normalization.",
        "Give the recipe that the bundle was compiled with: --recipe recipe.json."
      )
    case .attribute:
      (
        "An attribute of the bundle has no counterpart in the model.",
        "The bundle was compiled from another model, or with another recipe.",
        "Give the model and the recipe that the bundle was compiled from."
      )
    case .label:
      (
        "A value in labels.csv is not a class of its attribute.",
        "It is spelled differently from the recipe, or the column means something else.",
        "Write the recipe's labels or the classes' numbers; leave a field empty where the answer is not known."
      )
    case .subgroup:
      (
        "A column that the recipe lists under subgroups cannot divide the data.",
        "labels.csv has no such column, or it has so many values that it names samples rather than groups.",
        "Add the column, gather its values into few groups, or remove it from the recipe's subgroups."
      )
    case .layers:
      (
        "What each operator costs cannot be told of this bundle.",
        "It was compiled from other models, or by a version that makes other instructions of them.",
        "Name the models that it was compiled from, or compile it again; 'facet sensitivity' needs no bundle."
      )
    case .sample:
      (
        "A sample could not be evaluated, for an unknown reason.",
        "This is a fault of Facet, not of the data.",
        "Report it, with the bundle and the sample if that is possible."
      )
    }
  }
}
