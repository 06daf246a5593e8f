import FacetDiagnostics

/// The codes of what can be wrong with a recipe, in itself or compared with the model, and what each means.
package enum RecipeErrorCode: String, CaseIterable, ErrorCode {
  case tooLarge = "recipe.too-large"
  case syntax = "recipe.syntax"
  case version = "recipe.version"
  case unknownKey = "recipe.unknown-key"
  case duplicateKey = "recipe.duplicate-key"
  case missingKey = "recipe.missing-key"
  case type = "recipe.type"
  case string = "recipe.string"
  case range = "recipe.range"
  case choice = "recipe.choice"
  case count = "recipe.count"
  case empty = "recipe.empty"
  case tooMany = "recipe.too-many"
  case duplicate = "recipe.duplicate"
  case identifier = "recipe.identifier"
  case threshold = "recipe.threshold"
  case output = "recipe.output"
  case labels = "recipe.labels"
  case channels = "recipe.channels"
  case value = "recipe.value"
  case meanImage = "recipe.mean-image"
  case input = "recipe.input"
  case constant = "recipe.constant"
  case model = "recipe.model"
  case gate = "recipe.gate"
  case gateName = "recipe.gate-name"
  case gateLabel = "recipe.gate-label"
  case gateConfidence = "recipe.gate-confidence"
  case gateCycle = "recipe.gate-cycle"
  case gateOrder = "recipe.gate-order"
}

extension RecipeErrorCode {
  package var explanation: (title: String, causes: String, remedy: String) {
    switch self {
    case .gate:
      (
        "The condition of a gate cannot be read, or cannot be decided.",
        "An operator or label is mistyped, or the attribute that it reads has no single answer, such as a map of many places.",
        "Write conditions such as \"eyewear == none && age.confidence > 0.6\"; docs/evaluating.md has all forms."
      )
    case .gateName:
      (
        "A gate reads an attribute that the recipe does not have.",
        "The name is mistyped, or the attribute was renamed or removed.",
        "Use the name of an attribute; where each of several models has its own recipe, an attribute of any of them."
      )
    case .gateLabel:
      (
        "A gate names a label that its attribute does not have.",
        "The label is mistyped, or the attribute has no labels; then its classes have numbers.",
        "Use one of the labels that the message lists."
      )
    case .gateConfidence:
      (
        "A gate reads a confidence that does not exist.",
        "The attribute's confidence is none, because that was chosen or because nothing says that its scores are confidences.",
        "Compare its score, or give the attribute a \"confidence\"."
      )
    case .gateCycle:
      (
        "Gates depend on each other.",
        "An attribute's gate reads its own answer, or that of an attribute whose gate reads the first's.",
        "Remove one of the conditions."
      )
    case .gateOrder:
      (
        "A gate reads an attribute that is evaluated later.",
        "Attributes are evaluated by \"priority\", those of equal priority as the recipe lists them.",
        "Give the attribute that is read a lower \"priority\", or list it first."
      )
    case .model:
      (
        "An attribute does not say which of several models it belongs to, or names one that is not there.",
        "Several models have an output of that name, or \"model\" is mistyped. Models are called after their files.",
        "Write \"model\": \"age\" for an output of age.onnx."
      )
    case .constant:
      (
        "A constant of the recipe is not an array of numbers.",
        "The array is empty, very long or deep, or its rows differ in length.",
        "Write nested lists of equal length, or name a .npy file."
      )
    case .tooLarge:
      ("The recipe is too large.", "Another file, such as the model, was given as the recipe.", "Check what stands after --recipe.")
    case .syntax:
      (
        "The recipe is not JSON.",
        "One comma too many or too few, a comment, single quotes, or a text that is not closed. The message gives line and column.",
        "Correct it there. Editors that know JSON show such places, and Formats/recipe.schema.json completes the keys."
      )
    case .version:
      (
        "The recipe has a version that this program does not know.",
        "It was written for a newer Facet.",
        "Use that version of Facet, or write \"version\": 1 and correct what is then reported."
      )
    case .unknownKey:
      (
        "The recipe has a key that does not exist.",
        "A key was mistyped, or is at the wrong depth. It would have had no effect, so it is an error.",
        "Use the suggested key; Formats/recipe.schema.json lists all of them."
      )
    case .duplicateKey:
      ("A key appears twice in the same object of the recipe.", "Which one counts would be a guess.", "Remove one of them.")
    case .missingKey:
      (
        "The recipe lacks a key that it needs.",
        "The version is always needed, and an input needs its width and height.",
        "Add it; 'facet init MODEL' writes a recipe that has all of them."
      )
    case .type:
      (
        "A value of the recipe has another type than its key takes.",
        "For example a number in quotes, or one text where a list is expected.",
        "See the key in Formats/recipe.schema.json."
      )
    case .string:
      (
        "A text of the recipe is empty, too long, or holds a control character.", "Bundles and terminals could not show it.",
        "Write a short text on one line."
      )
    case .range:
      (
        "A number of the recipe is out of range.",
        "For example a standard deviation of 0, or a share given in percent. The message says what is allowed.",
        "Correct the number; note that mean, std and scale are those of the training."
      )
    case .choice:
      ("A value of the recipe is not one of those that its key takes.", "It was mistyped.", "Choose one of those that the message lists.")
    case .count:
      (
        "A list of numbers does not have one for each colour channel.",
        "mean and std have three numbers for RGB and BGR, and one for gray.",
        "Give one number for each channel of color."
      )
    case .empty:
      ("A list of the recipe is empty.", "An empty list names nothing.", "Fill it, or leave the key out.")
    case .tooMany:
      ("A list of the recipe is too long.", "A bundle holds at most 64 attributes; other lists are bounded too.", "Shorten the list.")
    case .duplicate:
      (
        "Two entries of the recipe that must differ are equal.",
        "Two attributes read one output, or a list names something twice.",
        "Remove or correct one of them."
      )
    case .identifier:
      (
        "The name of an attribute is not an identifier.",
        "Names of attributes become file names, column names and words on the command line: a-z, 0-9 and _, beginning with a letter.",
        "Rename it, and name the model's output with \"output\" where it has another name."
      )
    case .threshold:
      (
        "An attribute has a threshold but no confidence.",
        "Whether an answer is unsure is decided by comparing its confidence with the threshold. Without labels there is none, unless the model "
          + "ends in softmax or sigmoid or \"confidence\" says what the scores are.",
        "Set \"labels\", or \"confidence\" (softmax, sigmoid or probabilities), or remove \"threshold\"."
      )
    case .output:
      (
        "An attribute of the recipe reads an output that the model does not have.",
        "The recipe is for another model, or the export named its outputs differently.",
        "Use the name of an output that the message lists; 'facet inspect MODEL' shows them with their shapes."
      )
    case .labels:
      (
        "An attribute does not have one label for each of its scores.",
        "Labels are in the order of the model's classes. A class was forgotten, or the recipe is for another model.",
        "List one label for each score, in their order."
      )
    case .channels:
      (
        "An attribute reads channels that its output does not have.",
        "\"channels\" is the first score and how many, counted from 0 along axis 1. The recipe is for another model, or first and last were given.",
        "Give first and count within what the message says; 'facet inspect MODEL' shows the outputs with their shapes."
      )
    case .value:
      (
        "What the recipe says about a number does not fit the scores that it is made of.",
        "A linear value is made of one score; an expected value of as many scores as it has bins, with a confidence. A number has neither labels "
          + "nor a threshold.",
        "Take a part of the output with \"channels\", or correct the bins; docs/attributes.md has examples."
      )
    case .meanImage:
      (
        "The mean image of the recipe cannot be used.",
        "It has another size or number of channels than the input, holds numbers that are not finite, or is given beside \"mean\".",
        "Save it with numpy as height x width x channels or channels x height x width of the input, in the order of \"color\"; crop a larger one "
          + "as the training did."
      )
    case .input:
      (
        "What the recipe says about the input does not fit the model.",
        "Width and height are swapped, or color has another number of channels than the model.",
        "Correct name, width, height or color as the message says."
      )
    }
  }
}
