import FacetIR

/// Softmax (opsets 1, 11: over all axes from `axis` on; 13: over one axis).
@Sendable func importSoftmax(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  try overSoftmaxAxis(call) { (input, axis, emit) throws(ONNXProblem) in
    // The engine has it over the channels of an image and over the last axis: another one changes places with that.
    let shape = call.lowering.graph.shape(input)
    let last = shape.count - 1
    guard axis != last, !(axis == 1 && shape.count == 4 && shape[0] == 1) else { return try emit(Softmax(axis: axis), [input]) }
    var swap = Array(shape.indices)
    swap.swapAt(axis, last)
    let swapped = try call.step("swapped", Transpose(permutation: swap), [input])
    return try emit(Transpose(permutation: swap), [call.step("softmax", Softmax(axis: last), [swapped])])
  }
}

/// LogSoftmax as `(x − max) − ln Σ e^(x − max)`: the logarithm of a softmax that rounds to 0 would be infinite.
@Sendable func importLogSoftmax(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  try overSoftmaxAxis(call) { (input, axis, emit) throws(ONNXProblem) in
    let highest = try call.step("max", Reduce(function: .maximum, axes: [axis]), [input])
    let centred = try call.step("centred", Binary(function: .subtract), [input, highest])
    let powers = try call.step("exp", Unary(function: .exponential), [centred])
    let sum = try call.step("sum", Reduce(function: .sum, axes: [axis]), [powers])
    let logarithm = try call.step("log", Unary(function: .logarithm), [sum])
    return try emit(Binary(function: .subtract), [centred, logarithm])
  }
}

/// Adds the operator that gives the result.
private typealias Emit = (any Operator, [ValueID]) throws(ONNXProblem) -> ONNXValue

/// Runs `body` with the input and the axis to run over; before opset 13 with the axes from `axis` on flattened into one.
private func overSoftmaxAxis(
  _ call: ONNXCall, _ body: (ValueID, Int, Emit) throws(ONNXProblem) -> ONNXValue
) throws(ONNXProblem) -> ONNXValue {
  let input = try call.value(0)
  let shape = call.lowering.graph.shape(input)
  let direct: Emit = { (op, inputs) throws(ONNXProblem) in try call.emit(op, inputs) }
  guard call.opset < 13 else {
    return try body(input, normalizedAxis(call.int("axis", default: -1), rank: shape.count), direct)
  }
  let first = try normalizedAxis(call.int("axis", default: 1), rank: shape.count)
  // Over several axes at once it equals one axis where the others have size 1.
  let long = (first..<shape.count).filter { shape[$0] > 1 }
  guard long.count > 1 else { return try body(input, long.first ?? first, direct) }
  let rows = shape[..<first].reduce(1, *)
  let flat = try call.step("flat", Reshape(shape: [rows, shape.elementCount / rows]), [input])
  return try body(flat, 1) { (op, inputs) throws(ONNXProblem) in
    try call.emit(Reshape(shape: shape), [call.step("rows", op, inputs)])
  }
}
