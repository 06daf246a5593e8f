import FacetDiagnostics
import FacetImport

/// The codes of why a model that was read does not become a bundle, and what each means.
package enum CompileErrorCode: String, CaseIterable, ErrorCode {
  case models = "compile.models"
  case tooLarge = "compile.too-large"
  case attributes = "compile.attributes"
  case profile = "compile.profile"
  case outputName = "compile.output-name"
  case inputs = "compile.inputs"
  case inputName = "compile.input-name"
  case inputSize = "compile.input-size"
  case batchNorm = "compile.batch-norm"
  case passes = "compile.passes"
  case calibrationMissing = "compile.calibration.missing"
  case calibrationNotFinite = "compile.calibration.not-finite"
  case inputRange = "compile.input-range"
  case multiplier = "compile.multiplier"
  case lower = "compile.lower"
  case arena = "compile.arena"
  case accuracy = "compile.accuracy"
  case precision = "compile.precision"
  case decisions = "compile.decisions"
  case budget = "compile.budget"
  case `internal` = "compile.internal"
}

extension CompileErrorCode {
  package var explanation: (title: String, causes: String, remedy: String) {
    switch self {
    case .models:
      (
        "There is no model, or there are too many.",
        "A name is missing on the command line, or more than 64 files match.",
        "Name one to 64 model files; a bundle holds at most 64 attributes."
      )
    case .tooLarge:
      (
        "The network has too many operators, or takes too much work.",
        "It was exported with its training graph, or unrolled, or has very large windows.",
        "Export it for inference, or for a smaller input."
      )
    case .attributes:
      (
        "The model has more outputs than a bundle has attributes.",
        "Without a recipe, every output becomes an attribute; a bundle holds at most 64.",
        "Name the ones to keep as attributes in a recipe; 'facet init MODEL' writes one to start from."
      )
    case .profile:
      (
        "A profile cannot be made.",
        "It names an attribute that the bundle does not have, lacks one that a gate of its members reads, has no attributes, or two "
          + "profiles have the same name.",
        "Write --profile NAME=a,b with names of attributes, or \"profiles\" in the recipe."
      )
    case .outputName:
      (
        "An output's name cannot be used for an attribute.",
        "It is empty, too long, or holds control characters.",
        "Give it another name with a recipe, or rename it in the model."
      )
    case .inputs:
      (
        "The model does not have exactly one input.",
        "Several images or an additional vector are expected, or weights were exported as inputs without values.",
        "Give inputs that never change as constants (--constant NAME=FILE.npy, or in the recipe), or export the model with one input."
      )
    case .inputName:
      ("The input's name cannot be stored in a bundle.", "It is empty, too long, or holds control characters.", "Rename it in the model.")
    case .inputSize:
      ("The input is too large.", "The model was exported for very large images.", "Export it for a smaller input.")
    case .batchNorm:
      (
        "A batch normalization cannot be computed.",
        "Its running variance is negative or not a number: the training diverged, or the statistics were never set.",
        "Check the model's running mean and variance; train or export it again."
      )
    case .passes:
      (
        "A simplification of the network broke a rule of this program.",
        "This is a fault of Facet, not of the model.",
        "Find the step with --stop-after N, and report it with the model if that is possible."
      )
    case .calibrationMissing:
      (
        "int8 needs typical inputs, and none were given.",
        "The ranges of the activations are measured on them.",
        "Give a folder of 32 to 256 typical images: --calibration DATA, or \"calibration\" in the recipe. Or compile with --precision float32."
      )
    case .calibrationNotFinite:
      (
        "A value of the network becomes infinite or NaN on the calibration data.",
        "The normalization in the recipe is not that of the training, the data holds such values, or weights are damaged.",
        "Compare scale, mean and std with the training; try the same input in the original framework."
      )
    case .inputRange:
      (
        "All values of the input are nearly zero.",
        "scale, mean and std make every pixel the same, or the calibration tensors are empty.",
        "Check the normalization in the recipe, or the values of the calibration tensors."
      )
    case .multiplier:
      (
        "The numbers of a layer are too far apart for int8.",
        "A weight or an activation is many orders of magnitude larger than the others.",
        "Check the weights and the calibration data for values that no trained network has."
      )
    case .lower:
      (
        "An operator has no counterpart in the engine.",
        "It was imported, but the engine does not compute it with these shapes or options.",
        "Change the model before the export, or leave out the attributes that need it."
      )
    case .arena:
      (
        "The network needs too much memory for its activations.",
        "The input is very large; a bundle may ask for at most 2 GiB.",
        "Export the model for a smaller input."
      )
    case .accuracy:
      (
        "The int8 program does not compute what the float network computes (a warning; with --strict, status 2).",
        "The recipe's normalization or the calibration images are not those of the training, so that the ranges are wrong; or an operator, which "
          + "the warning names, has values too far apart for 256 steps.",
        "Check scale, mean, std and color in the recipe, and look at the calibration images; see with 'facet sensitivity' which operators "
          + "cost the scores most, and why; verify on labelled data; where one branch is to blame, cut the model before it "
          + "(--outputs), or compile with --precision float32. docs/accuracy.md goes through the steps."
      )
    case .precision:
      (
        "The recipe, or a file of decisions, gives more than int8 to an operator that the network does not have.",
        "The name is mistyped, or the operator became a part of another: a batch normalization of a convolution, a function of the layer before it.",
        "Take the name from 'facet sensitivity MODEL', which prints those of the int8 program."
      )
    case .decisions:
      (
        "The file of decisions is none.",
        "It is another file, was cut off, or a later version wrote it.",
        "Write it again with 'facet compile --write-decisions FILE', or leave --decisions out."
      )
    case .budget:
      (
        "Budgets cannot be judged on these data.",
        "An accuracy needs labels: a labels.csv beside the images, with a column of the attribute's name; a budget of a subgroup needs a column of its name. Of shares of samples "
          + "chance has to be excluded, which takes some hundred samples even where float is compared with itself.",
        "Name more or labelled data with --data, or take the budgets that need them out of the recipe: sqnr_db needs neither."
      )
    case .internal:
      (
        "A step of the compiler failed on what the compiler itself made.",
        "This is a fault of Facet, not of the model.",
        "Report it, with the model if that is possible."
      )
    }
  }
}
