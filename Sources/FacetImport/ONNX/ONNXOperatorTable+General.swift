import FacetIR

extension ONNXOperatorTable {
  private static let reduceAttributes: Set<String> = ["axes", "keepdims", "noop_with_empty_axes"]
  private static let indexAttributes: Set<String> = ["axis", "keepdims", "select_last_index"]

  /// Operators on tensors of any shape.
  static let generalRows: [String: ONNXOperatorRow] = functionRows.merging([
    // ONNXArithmetic.swift
    "Add": .init(inputs: 2...2, build: binary(.add)),
    "Div": .init(inputs: 2...2, build: binary(.divide)),
    "Max": .init(inputs: 1...Int.max, build: chained(.maximum)),
    "Mean": .init(inputs: 1...Int.max, build: importMean),
    "Min": .init(inputs: 1...Int.max, build: chained(.minimum)),
    "Mul": .init(inputs: 2...2, build: importMul),
    "PRelu": .init(inputs: 2...2, build: importPRelu),
    "Pow": .init(inputs: 2...2, build: importPow),
    "Sub": .init(inputs: 2...2, build: binary(.subtract)),
    "Sum": .init(inputs: 1...Int.max, build: chained(.add)),
    // ONNXLogic.swift
    "And": .init(inputs: 2...2, build: truth(.minimum)),
    "Equal": .init(inputs: 2...2, build: comparison(.equal)),
    "Greater": .init(inputs: 2...2, build: comparison(.less, swapped: true)),
    "GreaterOrEqual": .init(since: 12, inputs: 2...2, build: comparison(.lessOrEqual, swapped: true)),
    "IsInf": .init(since: 10, inputs: 1...1, attributes: ["detect_negative", "detect_positive"], build: importIsInf),
    "IsNaN": .init(since: 9, inputs: 1...1, build: importIsNaN),
    "Less": .init(inputs: 2...2, build: comparison(.less)),
    "LessOrEqual": .init(since: 12, inputs: 2...2, build: comparison(.lessOrEqual)),
    "Not": .init(inputs: 1...1, build: importNot),
    "Or": .init(inputs: 2...2, build: truth(.maximum)),
    "Shrink": .init(since: 9, inputs: 1...1, attributes: ["bias", "lambd"], build: importShrink),
    "Where": .init(since: 9, inputs: 3...3, build: importWhere),
    "Xor": .init(inputs: 2...2, build: importXor),
    // ONNXReduce.swift
    "ArgMax": .init(inputs: 1...1, attributes: indexAttributes, build: index(.indexOfMaximum)),
    "ArgMin": .init(inputs: 1...1, attributes: indexAttributes, build: index(.indexOfMinimum)),
    "ReduceL1": .init(inputs: 1...2, attributes: reduceAttributes, build: reduce(.l1)),
    "ReduceL2": .init(inputs: 1...2, attributes: reduceAttributes, build: reduce(.l2)),
    "ReduceLogSum": .init(inputs: 1...2, attributes: reduceAttributes, build: importReduceLogSum),
    "ReduceLogSumExp": .init(inputs: 1...2, attributes: reduceAttributes, build: importReduceLogSumExp),
    "ReduceMax": .init(inputs: 1...2, attributes: reduceAttributes, build: reduce(.maximum)),
    "ReduceMean": .init(inputs: 1...2, attributes: reduceAttributes, build: reduce(.mean)),
    "ReduceMin": .init(inputs: 1...2, attributes: reduceAttributes, build: reduce(.minimum)),
    "ReduceProd": .init(inputs: 1...2, attributes: reduceAttributes, build: reduce(.product)),
    "ReduceSum": .init(inputs: 1...2, attributes: reduceAttributes, build: reduce(.sum, axesInputSince: 13)),
    "ReduceSumSquare": .init(inputs: 1...2, attributes: reduceAttributes, build: reduce(.sumOfSquares)),
    // ONNXTopK.swift
    "TopK": .init(inputs: 1...2, attributes: ["axis", "k", "largest", "sorted"], hasManyOutputs: true, build: importTopK),
    // ONNXFullyConnected.swift
    "Gemm": .init(inputs: 2...3, attributes: ["alpha", "beta", "transA", "transB"], build: importGemm),
    "MatMul": .init(inputs: 2...2, build: importMatMul),
    // ONNXSoftmax.swift
    "LogSoftmax": .init(inputs: 1...1, attributes: ["axis"], build: importLogSoftmax),
    "Softmax": .init(inputs: 1...1, attributes: ["axis"], build: importSoftmax),
    // ONNXLayerNormalization.swift
    "GroupNormalization": .init(
      since: 18, inputs: 3...3, attributes: ["epsilon", "num_groups", "stash_type"], build: importGroupNormalization),
    "InstanceNormalization": .init(inputs: 3...3, attributes: ["epsilon"], build: importInstanceNormalization),
    "LRN": .init(inputs: 1...1, attributes: ["alpha", "beta", "bias", "size"], build: importLRN),
    "LayerNormalization": .init(
      since: 17, inputs: 2...3, attributes: ["axis", "epsilon", "stash_type"], build: importLayerNormalization),
    "RMSNormalization": .init(
      since: 23, inputs: 2...2, attributes: ["axis", "epsilon", "stash_type"], build: importRMSNormalization),
    // ONNXEinsum.swift
    "Einsum": .init(since: 12, inputs: 1...Int.max, attributes: ["equation"], build: importEinsum),
    "LpNormalization": .init(inputs: 1...1, attributes: ["axis", "p"], build: importLpNormalization),
  ]) { $1 }

  /// Functions of one number (ONNXElementwise.swift).
  private static let functionRows: [String: ONNXOperatorRow] = [
    "Abs": .init(inputs: 1...1, build: unary(.absolute)),
    "Atan": .init(inputs: 1...1, build: unary(.arcTangent)),
    "Ceil": .init(inputs: 1...1, build: unary(.ceiling)),
    "Celu": .init(since: 12, inputs: 1...1, attributes: ["alpha"], build: importCelu),
    "Clip": .init(inputs: 1...3, attributes: ["min", "max"], build: importClip),
    "Cos": .init(inputs: 1...1, build: unary(.cosine)),
    "Cosh": .init(since: 9, inputs: 1...1, build: unary(.hyperbolicCosine)),
    "Elu": .init(inputs: 1...1, attributes: ["alpha"], build: unary(alpha: 1) { .elu(alpha: $0) }),
    "Erf": .init(since: 9, inputs: 1...1, build: unary(.error)),
    "Exp": .init(inputs: 1...1, build: unary(.exponential)),
    "Floor": .init(inputs: 1...1, build: unary(.floor)),
    "Gelu": .init(since: 20, inputs: 1...1, attributes: ["approximate"], build: importGelu),
    "HardSigmoid": .init(inputs: 1...1, attributes: ["alpha", "beta"], build: importHardSigmoid),
    "HardSwish": .init(since: 14, inputs: 1...1, build: unary(.hardSwish)),
    "LeakyRelu": .init(inputs: 1...1, attributes: ["alpha"], build: unary(alpha: 0.01) { .leakyRelu(alpha: $0) }),
    "Log": .init(inputs: 1...1, build: unary(.logarithm)),
    "Mish": .init(since: 18, inputs: 1...1, build: unary(.mish)),
    "Neg": .init(inputs: 1...1, build: unary(.negate)),
    "Reciprocal": .init(inputs: 1...1, build: unary(.reciprocal)),
    "Relu": .init(inputs: 1...1, build: unary(.relu)),
    "Round": .init(since: 11, inputs: 1...1, build: unary(.round)),
    "Selu": .init(inputs: 1...1, attributes: ["alpha", "gamma"], build: importSelu),
    "Sigmoid": .init(inputs: 1...1, build: unary(.sigmoid)),
    "Sign": .init(since: 9, inputs: 1...1, build: unary(.sign)),
    "Sin": .init(inputs: 1...1, build: unary(.sine)),
    "Sinh": .init(since: 9, inputs: 1...1, build: unary(.hyperbolicSine)),
    "Softplus": .init(inputs: 1...1, build: unary(.softplus)),
    "Softsign": .init(inputs: 1...1, build: unary(.softsign)),
    "Sqrt": .init(inputs: 1...1, build: unary(.squareRoot)),
    "Swish": .init(since: 24, inputs: 1...1, attributes: ["alpha"], build: unary(alpha: 1) { .swish(alpha: $0) }),
    "Tanh": .init(inputs: 1...1, build: unary(.tanh)),
    "ThresholdedRelu": .init(since: 10, inputs: 1...1, attributes: ["alpha"], build: unary(alpha: 1) { .thresholdedRelu(alpha: $0) }),
  ]
}
