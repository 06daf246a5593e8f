import FacetDiagnostics
import FacetIR

/// How one operator is imported. To add one: a row here, a function in its family's file.
struct ONNXOperatorRow: Sendable {
  /// The opset that brought the operator.
  var since = 1
  /// How many inputs it takes.
  var inputs: ClosedRange<Int>
  /// All attributes that are understood; any other is an error, since ignoring it would change the result.
  var attributes: Set<String> = []
  /// Whether outputs after the first are read, too. `build` puts those into the lowering's values.
  var hasManyOutputs = false
  /// Whether `build` itself deals with inputs of uint8 and int8; for others the lowering does.
  var readsCodes = false
  /// Adds the operator to the graph and gives the node's first output.
  var build: @Sendable (ONNXCall) throws(ONNXProblem) -> ONNXValue
}

enum ONNXOperatorTable {
  /// Of the standard domain.
  static let rows = imageRows.merging(generalRows) { $1 }.merging(shapeRows) { $1 }.merging(quantizationRows) { $1 }.merging(constantRows) {
    row, _ in row
  }

  /// The row of a node's operator, if there is one.
  static func row(of node: ONNXNode) -> ONNXOperatorRow? {
    node.domain.isEmpty ? rows[node.operatorType] : node.domain == "com.microsoft" ? microsoftRows[node.operatorType] : nil
  }

  /// Operators on images, and those that only change shapes.
  private static let imageRows: [String: ONNXOperatorRow] = [
    // ONNXConvolution.swift
    "Conv": .init(
      inputs: 2...3, attributes: ["auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"], build: importConv),
    // ONNXNormalization.swift
    "BatchNormalization": .init(
      inputs: 5...5, attributes: ["epsilon", "momentum", "spatial", "training_mode"], build: importBatchNormalization),
    "Dropout": .init(inputs: 1...3, attributes: ["ratio", "seed"], build: importDropout),
    // ONNXLpPool.swift
    "GlobalLpPool": .init(since: 2, inputs: 1...1, attributes: ["p"], build: importGlobalLpPool),
    "LpPool": .init(
      since: 2, inputs: 1...1,
      attributes: ["auto_pad", "ceil_mode", "dilations", "kernel_shape", "p", "pads", "strides"], build: importLpPool),
    // ONNXPooling.swift
    "AveragePool": .init(
      inputs: 1...1,
      attributes: ["auto_pad", "ceil_mode", "count_include_pad", "dilations", "kernel_shape", "pads", "strides"],
      build: importAveragePool),
    "GlobalAveragePool": .init(inputs: 1...1, build: importGlobalAveragePool),
    "GlobalMaxPool": .init(inputs: 1...1, build: importGlobalMaxPool),
    "MaxPool": .init(
      inputs: 1...1,
      attributes: ["auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "storage_order", "strides"],
      build: importMaxPool),
  ]

  /// The oldest opset in which every operator has the form that is read here.
  static let oldestOpset = 7

  /// Operators that mean in every opset below 7 what they mean in 7; attributes that went away with 6 are refused as unknown ones.
  static let unchangedSinceFirst: Set<String> = [
    "Abs", "AveragePool", "Ceil", "Clip", "Constant", "Conv", "ConvTranspose", "DepthToSpace", "Elu", "Exp", "Flatten", "Floor", "Gather",
    "GlobalAveragePool", "GlobalMaxPool", "HardSigmoid", "Identity", "LRN", "LeakyRelu", "Log", "LogSoftmax", "MatMul", "MaxPool", "Neg",
    "Pad", "Reciprocal", "ReduceL1", "ReduceL2", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare",
    "Relu", "Reshape", "Shape", "Sigmoid", "Size", "Slice", "Softmax", "Softplus", "Softsign", "SpaceToDepth", "Sqrt", "Squeeze", "Tanh",
    "Transpose", "Unsqueeze",
  ]

  /// Operators that give for integers what they give for the same real numbers: they move or choose.
  static let exactOnIntegers: Set<String> = [
    "Clip", "Concat", "DepthToSpace", "Expand", "Flatten", "Gather", "GatherND", "Identity", "Max", "MaxPool", "Min", "Pad", "Reshape",
    "Slice",
    "SpaceToDepth", "Split", "Squeeze", "Tile", "Transpose", "Unsqueeze",
  ]

  /// Arithmetic that float32 does exactly on int32 and int64 as long as they stay below 2^24, as counts and class numbers do.
  static let exactOnWideIntegers: Set<String> = ["Abs", "Add", "Mul", "Neg", "ReduceMax", "ReduceMin", "ReduceSum", "Sub", "Sum"]

  /// Operators on numbers of any type whose result has a type of its own (ONNXLogic.swift).
  static let typesOfTheirOwn: Set<String> = comparisons.union(["Cast", "CastLike", "Shape", "Where"])
  static let comparisons: Set<String> = [
    "And", "Equal", "Greater", "GreaterOrEqual", "IsInf", "IsNaN", "Less", "LessOrEqual", "Not", "Or", "Xor",
  ]

  /// Operators that give elements of their one quantized input (Concat: of all), and 0 at most besides.
  private static let movers: Set<String> = [
    "Concat", "DepthToSpace", "Expand", "Flatten", "Gather", "GatherND", "GlobalMaxPool", "Identity", "MaxPool", "Reshape", "Slice",
    "SpaceToDepth",
    "Split", "Squeeze", "Tile", "Transpose", "Unsqueeze",
  ]

  static func keepsQuantization(_ node: ONNXNode) -> Bool {
    if movers.contains(node.operatorType) { return true }
    guard node.operatorType == "Resize" || node.operatorType == "Upsample" else { return false }
    guard case .string(let mode)? = node.attributes["mode"] else { return node.attributes["mode"] == nil }
    return mode == "nearest"
  }

  /// The row of a node, where the node fits it.
  static func row(for node: ONNXNode) throws(ONNXProblem) -> ONNXOperatorRow {
    let opset = node.opset
    if let problem = node.problem { throw problem }
    guard let row = row(of: node) else {
      throw ONNXProblem.outOfScope(node.operatorName, "This operator is not supported.", unsupportedRemedy(node))
    }
    guard opset >= row.since else {
      throw ONNXProblem(
        .unsupportedOperator, "This operator came with opset \(row.since), and the model has opset \(opset).",
        ONNXProblem.damaged)
    }
    guard opset >= oldestOpset || unchangedSinceFirst.contains(node.operatorType) else {
      throw ONNXProblem(
        .opset, "The model has opset \(opset), in which this operator had another form.",
        "Export it for opset 17, or convert it with onnx.version_converter.")
    }
    guard row.inputs.contains(node.inputs.count) else {
      throw ONNXProblem(
        .inputs, "It has \(plural(node.inputs.count, "input")), which this operator cannot have.", ONNXProblem.damaged)
    }
    let unknown = node.attributes.keys.filter { !row.attributes.contains($0) }.sorted()
    guard unknown.isEmpty else {
      let names = unknown.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
      throw ONNXProblem(
        .attribute, "The attributes \(names) of this operator are not supported.",
        "Export the model for opset 13 to 17, without extensions.")
    }
    return row
  }

  /// What to do about an operator that has no row.
  private static func unsupportedRemedy(_ node: ONNXNode) -> String {
    guard node.domain.isEmpty else {
      return "Operators of the domain '\(node.domain)' are not standard ONNX: export the model without them."
    }
    switch node.operatorType {
    case "If" where !node.inputs.isEmpty && node.attributes["then_branch"] != nil:
      return "Its condition depends on the input, and a network computes the same for every image: export the model by tracing it."
    case "If", "Loop", "Scan":
      return "Control flow is not supported: export the model by tracing it."
    case "GRU", "LSTM", "RNN":
      return "Recurrent layers are not supported."
    case "NonMaxSuppression":
      return "Choose boxes outside the network: take the raw boxes and scores as outputs."
    default:
      return "Replace it by supported operators, or export the model without this part."
    }
  }
}

extension ONNXOperatorRow {
  func lower(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue { try build(call) }
}
