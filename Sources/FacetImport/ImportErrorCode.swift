import FacetDiagnostics
import FacetIR

/// The codes of what can be wrong with a model's file, and what each means.
package enum ImportErrorCode: String, CaseIterable, ErrorCode {
  case unreadable = "import.file.unreadable"
  case malformed = "import.onnx.malformed"
  case memory = "import.onnx.memory"
  case tooLarge = "import.onnx.too-large"
  case limit = "import.onnx.limit"
  case opset = "import.onnx.opset"
  case noGraph = "import.onnx.no-graph"
  case noOutputs = "import.onnx.no-outputs"
  case unknownOutput = "import.onnx.unknown-output"
  case duplicateName = "import.onnx.duplicate-name"
  case missingValue = "import.onnx.missing-value"
  case cycle = "import.onnx.cycle"
  case inputType = "import.onnx.input-type"
  case inputShape = "import.onnx.input-shape"
  case symbolicSize = "import.onnx.symbolic-size"
  case constantOutput = "import.onnx.constant-output"
  case unsupportedOperator = "import.onnx.unsupported-operator"
  case unsupportedForm = "import.onnx.unsupported-form"
  case attribute = "import.onnx.attribute"
  case inputs = "import.onnx.inputs"
  case shape = "import.onnx.shape"
  case batch = "import.onnx.batch"
  case notConstant = "import.onnx.not-constant"
  case tensorData = "import.onnx.tensor-data"
  case tensorType = "import.onnx.tensor-type"
  case notFinite = "import.onnx.not-finite"
  case externalData = "import.onnx.external-data"
  case invariant = "import.onnx.invariant"
}

extension ImportErrorCode {
  package var explanation: (title: String, causes: String, remedy: String) {
    switch self {
    case .unreadable:
      (
        "The model's file, or a file with its weights, cannot be read.",
        "A name was mistyped, permissions are missing, or a folder stands where a file is expected. The message includes the system's reason.",
        "Check the name and the permissions. Weights in files of their own must be copied together with the model."
      )
    case .malformed:
      (
        "The file is not an ONNX model, or it is damaged.",
        "Another kind of file was named (a PyTorch checkpoint, a saved state, a text), a download was cut off, or a Git LFS pointer "
          + "stands in place of the model.",
        "Export the model as ONNX (torch.onnx.export, tf2onnx), or fetch the file again."
      )
    case .memory:
      (
        "The model would take more memory than a file of its size may ask for.",
        "Operators make large constants out of small ones, or the file is damaged or was made to exhaust memory. Decoding and constants may "
          + "each take 4 times the file and 64 MB; a constant counts until its last reader has been imported.",
        "Check the sizes of the operator that the message names. Where they are right, fold constants before the export, so that the file "
          + "holds them; otherwise export the model again, and check it with onnx.checker."
      )
    case .tooLarge:
      (
        "The model is larger than what is supported.",
        "The file, a tensor, or the number of operators is beyond a limit that keeps a hostile file from exhausting the machine.",
        "Check that this is the model that was meant, exported for inference."
      )
    case .limit:
      (
        "An operator asks for more than is supported.",
        "The result would have more than 2^31 elements or 8 axes, a window attribute is above 32,767, or integers that are computed are more "
          + "than 2^24, or making constants takes too much work: in Pad, Tile, Expand, Resize, ConstantOfShape, Range or ConvTranspose often because the input's size is not the one "
          + "that the model was made for. The file itself may be right.",
        "Check the sizes that the message names and the input's shape (--shape); otherwise cut the network before this operator with --outputs."
      )
    case .opset:
      (
        "The model uses a version of the operators that is not supported.",
        "Each ONNX file states the version (opset) of the standard that it was written for.",
        "Export the model again with a supported opset: opset_version=17 suits all networks that convert."
      )
    case .noGraph:
      ("The file has no network in it.", "It is an ONNX file without a graph, or one cut off early.", "Export the model again.")
    case .noOutputs:
      ("The model has no outputs.", "Nothing would be computed.", "Export the model again, with the wanted results as outputs.")
    case .unknownOutput:
      (
        "The network is to end at a value that the model does not have.",
        "A name of --outputs, or an attribute's output in the recipe, is mistyped, or names an operator instead of its result.",
        "Use a name that 'facet inspect MODEL --layers' lists: any value of the network may be named, not only its outputs."
      )
    case .duplicateName:
      (
        "Two values of the model have the same name.",
        "The ONNX standard asks for distinct names; a tool that edited the file may have broken that.",
        "Export the model again, and check it with onnx.checker."
      )
    case .missingValue:
      (
        "An operator uses a value that nothing computes.",
        "A tool that cut or edited the model removed what computes it.",
        "Export the model again, and check it with onnx.checker."
      )
    case .cycle:
      ("Operators of the model depend on their own results.", "The file is damaged or was edited wrongly.", "Export the model again.")
    case .inputType:
      (
        "An input of the model does not hold floating-point numbers.",
        "Networks that take tokens, indices or booleans are not supported; image networks take float32.",
        "Export the model with a float32 input; how 8-bit pixels become floats is stated in the recipe."
      )
    case .inputShape:
      (
        "An input's shape is unknown or not one that is supported.",
        "The model states none, or the given one does not fit the model.",
        "Export the model with a fixed input shape: batch 1, channels, height, width."
      )
    case .symbolicSize:
      (
        "A size of the input has a name instead of a number.",
        "The model was exported with dynamic axes. The batch becomes 1 by itself; height and width have to be known.",
        "Export the model without dynamic axes for height and width, at the size that the board will use."
      )
    case .constantOutput:
      (
        "An output does not depend on the input.",
        "It is always the same; often a leftover of the export.",
        "Remove that output, or export the model again."
      )
    case .unsupportedOperator:
      (
        "The model uses an operator that is not supported.",
        "All such operators are listed at once. Control flow by what the network computes, recurrent, custom and non-maximum-suppression operators are out of scope.",
        "Export the model without the part that needs them: the network up to the last supported value, the rest in your own code."
      )
    case .unsupportedForm:
      (
        "An operator is supported, but not in this form.",
        "For example an option, a rank or a data type that this version does not convert; the message names it.",
        "Change that layer before the export, or leave the part out of the exported model."
      )
    case .attribute:
      (
        "An option (attribute) of an operator has a value that it may not have.",
        "The file breaks the rules of ONNX, or a tool that edited it did.",
        "Export the model again, and check it with onnx.checker."
      )
    case .inputs:
      (
        "An operator has too many or too few inputs.",
        "The file breaks the rules of ONNX, or was written for another opset than it states.",
        "Export the model again, and check it with onnx.checker."
      )
    case .shape:
      (
        "The shapes of an operator's inputs do not fit together.",
        "The model is inconsistent, or was exported for another input size than it is converted for.",
        "Check the input's shape; run onnx.checker with full_check=True on the file."
      )
    case .batch:
      (
        "The network works on several images at once.",
        "It was exported for a fixed batch and joins its images somewhere, so that it cannot be taken as a network for one image, or it makes a batch itself, for example of an "
          + "image and its mirror image (test-time augmentation).",
        "Export it with batch size 1 or an open batch, and without test-time augmentation; join the results of several images in your own program."
      )
    case .notConstant:
      (
        "A value has to be known when the model is converted, and is not.",
        "For example weights, a target shape or paddings that are computed from the input's content.",
        "Make it a constant before the export; shapes that depend only on a fixed input size fold by themselves."
      )
    case .tensorData:
      (
        "A stored tensor does not have as much data as its shape needs.",
        "The file is damaged, or a tool changed the shape and not the data.",
        "Export the model again, and check it with onnx.checker."
      )
    case .tensorType:
      (
        "A stored tensor has a data type that is not supported.",
        "Weights are float32, float16, bfloat16 or double; indices are integers.",
        "Convert the model's weights to float32 before the export."
      )
    case .notFinite:
      (
        "A weight is infinite or not a number.",
        "The training diverged, or a conversion to float16 overflowed.",
        "Check the weights in the framework; train or convert again."
      )
    case .externalData:
      (
        "Weights that the model keeps in another file cannot be used.",
        "The file with the weights is missing, too short, or named by a path that leaves the model's folder, which is refused: somebody "
          + "else's model must not read other files on this machine. A link in the folder is followed, as in the cache of a model hub.",
        "Keep the model and its data files in one folder, under the names that they were exported with, or export with all weights inside the "
          + "file."
      )
    case .invariant:
      (
        "The imported network broke a rule of this program.",
        "This is a fault of Facet, not of the model.",
        "Report it, with the model if that is possible."
      )
    }
  }
}
