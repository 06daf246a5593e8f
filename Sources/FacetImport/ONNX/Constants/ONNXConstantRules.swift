import FacetIR

/// Computes an operator of constants; nil where the operands are of a kind that its row takes care of.
typealias ONNXConstantRule = @Sendable (ONNXCall, [ONNXConstant?]) throws(ONNXProblem) -> ONNXConstant?

/// What is computed of constants here: integers and truths exactly, and what has no form for computed values.
///
/// All else is imported as for computed values, and `ONNXCall` folds what the operators of the graph give for constants.
enum ONNXConstantRules {
  static let table: [String: ONNXConstantRule] = arithmetic.merging(reductions) { $1 }.merging(indexing) { $1 }

  // ONNXConstantArithmetic.swift
  private static let arithmetic: [String: ONNXConstantRule] = [
    "Add": combining { $0.addingReportingOverflow($1) },
    "Sub": combining { $0.subtractingReportingOverflow($1) },
    "Mul": combining { $0.multipliedReportingOverflow(by: $1) },
    "Div": combining { $0.dividedReportingOverflow(by: $1) },
    "Mod": remainder,
    "Pow": power,
    "Min": combining { (min($0, $1), false) },
    "Max": combining { (max($0, $1), false) },
    "BitShift": shift,
    "BitwiseAnd": combining { ($0 & $1, false) },
    "BitwiseOr": combining { ($0 | $1, false) },
    "BitwiseXor": combining { ($0 ^ $1, false) },
    "BitwiseNot": mapping { (~$0, false) },
    "Neg": mapping { (0).subtractingReportingOverflow($0) },
    "Abs": mapping { $0 < 0 ? (0).subtractingReportingOverflow($0) : ($0, false) },
    "Sign": mapping { ($0.signum(), false) },
    "Relu": mapping { (max($0, 0), false) },
    "Clip": clip,
    "And": combining(into: .bool) { ($0 != 0 && $1 != 0 ? 1 : 0, false) },
    "Or": combining(into: .bool) { ($0 != 0 || $1 != 0 ? 1 : 0, false) },
    "Xor": combining(into: .bool) { (($0 != 0) != ($1 != 0) ? 1 : 0, false) },
    "Not": mapping(into: .bool) { ($0 == 0 ? 1 : 0, false) },
    "Equal": comparing({ $0 == $1 }, { $0 == $1 }),
    "Less": comparing({ $0 < $1 }, { $0 < $1 }),
    "LessOrEqual": comparing({ $0 <= $1 }, { $0 <= $1 }),
    "Greater": comparing({ $0 > $1 }, { $0 > $1 }),
    "GreaterOrEqual": comparing({ $0 >= $1 }, { $0 >= $1 }),
    "IsNaN": testing { call throws(ONNXProblem) in { $0.isNaN } },
    "IsInf": testing { call throws(ONNXProblem) in
      let (below, above) = (try call.flag("detect_negative", default: true), try call.flag("detect_positive", default: true))
      return { $0.isInfinite && ($0 < 0 ? below : above) }
    },
    "Where": choose,
  ]

  // ONNXConstantReductions.swift
  private static let reductions: [String: ONNXConstantRule] = [
    "ReduceSum": reducing(since: 13) { $0.addingReportingOverflow($1) },
    "ReduceProd": reducing { $0.multipliedReportingOverflow(by: $1) },
    "ReduceMax": reducing { (max($0, $1), false) },
    "ReduceMin": reducing { (min($0, $1), false) },
    "ReduceMean": reducing({ $0.addingReportingOverflow($1) }, isMean: true),
    "ReduceL1": reducing({ $0.addingReportingOverflow($1) }, of: { ($0 < 0 ? 0 &- $0 : $0, $0 == .min) }),
    "ReduceSumSquare": reducing({ $0.addingReportingOverflow($1) }, of: { $0.multipliedReportingOverflow(by: $0) }),
    "ArgMax": extreme(largest: true),
    "ArgMin": extreme(largest: false),
    "CumSum": cumulativeSum,
    "TopK": topK,
    "MatMul": matrixProduct,
  ]

  // ONNXConstantIndexing.swift
  private static let indexing: [String: ONNXConstantRule] = [
    "Compress": compress,
    "Concat": concatenate,
    "EyeLike": diagonal,
    "GatherElements": gatherElements,
    "GatherND": gatherSlices,
    "NonZero": placesOfNonZero,
    "OneHot": oneHot,
    "ScatterElements": scatterElements,
    "ScatterND": scatterSlices,
    "Trilu": triangle,
  ]
}

/// Rows of operators that are known for constants only.
@Sendable func refuseComputed(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  throw .outOfScope(
    call.node.operatorName, "This operator is supported where all that it reads is constant, and not of what the network computes.",
    "Replace \(call.node.operatorName) by supported operators, or export the model without this part.")
}

extension ONNXOperatorTable {
  static let constantRows: [String: ONNXOperatorRow] = [
    "BitShift": .init(since: 11, inputs: 2...2, attributes: ["direction"], build: refuseComputed),
    "BitwiseAnd": .init(since: 18, inputs: 2...2, build: refuseComputed),
    "BitwiseNot": .init(since: 18, inputs: 1...1, build: refuseComputed),
    "BitwiseOr": .init(since: 18, inputs: 2...2, build: refuseComputed),
    "BitwiseXor": .init(since: 18, inputs: 2...2, build: refuseComputed),
    "Compress": .init(since: 9, inputs: 2...2, attributes: ["axis"], build: refuseComputed),
    "CumSum": .init(since: 11, inputs: 2...2, attributes: ["exclusive", "reverse"], build: refuseComputed),
    "EyeLike": .init(since: 9, inputs: 1...1, attributes: ["dtype", "k"], build: refuseComputed),
    "GatherElements": .init(since: 11, inputs: 2...2, attributes: ["axis"], build: refuseComputed),
    "Mod": .init(since: 10, inputs: 2...2, attributes: ["fmod"], build: refuseComputed),
    "NonZero": .init(since: 9, inputs: 1...1, build: refuseComputed),
    "OneHot": .init(since: 9, inputs: 3...3, attributes: ["axis"], build: refuseComputed),
    "ScatterElements": .init(since: 11, inputs: 3...3, attributes: ["axis", "reduction"], build: refuseComputed),
    "ScatterND": .init(since: 11, inputs: 3...3, attributes: ["reduction"], build: refuseComputed),
    "Trilu": .init(since: 14, inputs: 1...2, attributes: ["upper"], build: refuseComputed),
  ]
}
