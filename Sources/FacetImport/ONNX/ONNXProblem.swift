/// The stable codes of what can be wrong with an ONNX file.
enum ONNXProblemCode: String {
  case unreadable = "import.file.unreadable"
  case malformed = "import.onnx.malformed"
  case memory = "import.onnx.memory"
  case tooLarge = "import.onnx.too-large"
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
  case batch = "import.onnx.batch"
  case constantOutput = "import.onnx.constant-output"
  case unsupportedOperator = "import.onnx.unsupported-operator"
  case unsupportedForm = "import.onnx.unsupported-form"
  case attribute = "import.onnx.attribute"
  case inputs = "import.onnx.inputs"
  case shape = "import.onnx.shape"
  case notConstant = "import.onnx.not-constant"
  case tensorData = "import.onnx.tensor-data"
  case tensorType = "import.onnx.tensor-type"
  case notFinite = "import.onnx.not-finite"
  case externalData = "import.onnx.external-data"
  case invariant = "import.onnx.invariant"
}

/// What is wrong, found where only part of the facts is known; `ONNXLowering` adds file, node and shapes.
struct ONNXProblem: Error {
  var code: ONNXProblemCode
  var message: String
  var remedy: String
  /// Where a finer place than the node is known, e.g. `tensor 'w'`.
  var place: String?
  /// What stands in the one list of all that Facet does not convert, e.g. `3-D Conv`; nil for any other problem.
  var outOfScope: String?

  init(_ code: ONNXProblemCode, _ message: String, _ remedy: String, place: String? = nil) {
    self.code = code
    self.message = message
    self.remedy = remedy
    self.place = place
  }

  /// An operator that Facet does not convert: all of a file are told together.
  static func outOfScope(_ name: String, _ message: String, _ remedy: String) -> ONNXProblem {
    var problem = ONNXProblem(.unsupportedOperator, message, remedy)
    problem.outOfScope = name
    return problem
  }

  /// The remedy where a file breaks the format: only its producer can mend it.
  static let damaged = "The file breaks the ONNX format: export the model again, and check it with onnx.checker."
}
