import FacetIR

/// A reduction along any axes; all where none are given.
///
/// - Parameter version: the opset from which on the axes are an input; an attribute before.
func reduce(_ function: ReduceFunction, axesInputSince version: Int = 18) -> ONNXBuild {
  { (call) throws(ONNXProblem) in
    guard let axes = try reducedAxes(call, since: version) else { return try importIdentity(call) }
    let keep = try call.flag("keepdims", default: true)
    if function == .mean, axes == [2, 3], try isImage(call.shape(0)) {
      return try call.emit(GlobalAveragePool(keepDimensions: keep), [call.value(0)])
    }
    return try call.emit(Reduce(function: function, axes: axes, keepDimensions: keep), [call.value(0)])
  }
}

/// ReduceLogSum (opsets 1, 11, 13, 18).
@Sendable func importReduceLogSum(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  guard let axes = try reducedAxes(call, since: 18) else { return try unary(.logarithm)(call) }
  let keep = try call.flag("keepdims", default: true)
  let sum = try call.step("sum", Reduce(function: .sum, axes: axes, keepDimensions: keep), [call.value(0)])
  return try call.emit(Unary(function: .logarithm), [sum])
}

/// ReduceLogSumExp (opsets 1, 11, 13, 18) as `max + ln Σ e^(x − max)`, which does not overflow.
@Sendable func importReduceLogSumExp(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  guard let axes = try reducedAxes(call, since: 18) else { return try importIdentity(call) }
  let input = try call.value(0)
  let keep = try call.flag("keepdims", default: true)
  let highest = try call.step("max", Reduce(function: .maximum, axes: axes), [input])
  let centred = try call.step("centred", Binary(function: .subtract), [input, highest])
  let powers = try call.step("exp", Unary(function: .exponential), [centred])
  let sum = try call.step("sum", Reduce(function: .sum, axes: axes, keepDimensions: keep), [powers])
  let logarithm = try call.step("log", Unary(function: .logarithm), [sum])
  let shape = call.lowering.graph.shape(logarithm)
  return try call.emit(Binary(function: .add), [logarithm, call.step("flat", Reshape(shape: shape), [highest])])
}

/// The axes, ascending; nil where `noop_with_empty_axes` says that nothing is reduced.
func reducedAxes(_ call: ONNXCall, since version: Int, rank known: Int? = nil) throws(ONNXProblem) -> [Int]? {
  try call.refuse(attributes: "axes", since: version)
  let rank: Int
  if let known { rank = known } else { rank = try call.shape(0).count }
  let given: [Int]
  if call.opset >= version {
    given = call.has(1) ? try call.integers(1, "axes").elements : []
  } else {
    guard call.inputCount == 1 else {
      throw ONNXProblem(.inputs, "Its axes are an input only since opset \(version).", ONNXProblem.damaged)
    }
    given = try call.ints("axes") ?? []
  }
  guard !given.isEmpty else { return try call.flag("noop_with_empty_axes") ? nil : Array(0..<rank) }
  var axes: Set<Int> = []
  for axis in given { axes.insert(try normalizedAxis(axis, rank: rank)) }
  return axes.sorted()
}

/// ArgMax or ArgMin (opsets 1, 11 to 13); the index comes as a number. The last of equal elements is the first from behind.
func index(_ function: ReduceFunction) -> ONNXBuild {
  { (call) throws(ONNXProblem) in
    let shape = try call.shape(0)
    let axis = try normalizedAxis(call.int("axis", default: 0), rank: shape.count)
    let reduce = Reduce(function: function, axes: [axis], keepDimensions: try call.flag("keepdims", default: true))
    guard try call.flag("select_last_index") else { return try call.emit(reduce, [call.value(0)]) }
    var reversal = Slice(starts: shape.map { _ in 0 }, sizes: shape, steps: shape.map { _ in 1 })
    (reversal.starts[axis], reversal.steps[axis]) = (shape[axis] - 1, -1)
    let fromBehind = try call.step("index", reduce, [call.step("reversed", reversal, [call.value(0)])])
    return try call.emit(Unary(function: .affine(alpha: -1, beta: Float(shape[axis] - 1))), [fromBehind])
  }
}
