import FacetIR

/// InstanceNormalization (opsets 6, 22): each channel of each image by its own mean and variance.
@Sendable func importInstanceNormalization(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let shape = try call.shape(0)
  guard shape.count >= 3 else {
    throw ONNXProblem(.shape, "Its input has shape \(shape), expected [N, C, ...].", ONNXProblem.damaged)
  }
  let normalized = try normalize(call, call.value(0), axes: Array(2..<shape.count), epsilon: call.float("epsilon", default: 1e-5))
  return try scaleAndShift(call, normalized, count: shape[1], rank: shape.count - 1) { (op, inputs) throws(ONNXProblem) in
    try call.emit(op, inputs)
  }
}

/// GroupNormalization: groups of channels by their own mean and variance; scale and shift per group (opset 18) or channel
/// (21). Y. Wu, K. He, arXiv 1803.08494.
@Sendable func importGroupNormalization(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let shape = try call.shape(0)
  guard let groups = try call.int("num_groups"), shape.count >= 2, groups >= 1, shape[1].isMultiple(of: groups) else {
    throw ONNXProblem(
      .attribute, "The attribute 'num_groups' is missing or does not divide the channels of \(shape).", ONNXProblem.damaged)
  }
  let rows = Reshape(shape: [shape[0], groups, shape[1] / groups * shape[2...].reduce(1, *)])
  let grouped = try call.step("groups", rows, [call.value(0)])
  let normalized = try normalize(call, grouped, axes: [2], epsilon: call.float("epsilon", default: 1e-5))
  guard call.opset >= 21 else {
    return try scaleAndShift(call, normalized, count: groups, rank: 2) { (op, inputs) throws(ONNXProblem) in
      try call.emit(Reshape(shape: shape), [call.step("shifted", op, inputs)])
    }
  }
  let back = try call.step("back", Reshape(shape: shape), [normalized])
  return try scaleAndShift(call, back, count: shape[1], rank: shape.count - 1) { (op, inputs) throws(ONNXProblem) in
    try call.emit(op, inputs)
  }
}

/// `x · scale + shift` by the inputs 1 and 2 of `count` elements, the first of the last `rank` axes; `emit` adds the sum.
func scaleAndShift(
  _ call: ONNXCall, _ x: ValueID, count: Int, rank: Int,
  emit: (any Operator, [ValueID]) throws(ONNXProblem) -> ONNXValue
) throws(ONNXProblem) -> ONNXValue {
  let wide = [count] + [Int](repeating: 1, count: rank - 1)
  var parameters: [ValueID] = []
  for (index, role) in [(1, "scale"), (2, "shift")] {
    let stored = try call.shape(index)
    guard stored == [count] else {
      throw ONNXProblem(.shape, "Its \(role) has shape \(stored), expected [\(count)].", ONNXProblem.damaged)
    }
    parameters.append(try call.step(role, Reshape(shape: wide), [call.value(index)]))
  }
  let scaled = try call.step("scaled", Binary(function: .multiply), [x, parameters[0]])
  return try emit(Binary(function: .add), [scaled, parameters[1]])
}

/// LayerNormalization (opset 17): over all axes from `axis` on. J. L. Ba et al., arXiv 1607.06450.
@Sendable func importLayerNormalization(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let shape = try call.shape(0)
  let first = try normalizedAxis(call.int("axis", default: -1), rank: shape.count)
  let normalized = try normalize(call, call.value(0), axes: Array(first..<shape.count), epsilon: call.float("epsilon", default: 1e-5))
  for index in 1..<call.inputCount where call.has(index) {
    let parameter = try call.shape(index)
    guard (try? broadcast(shape, parameter)) == shape else {
      throw ONNXProblem(.shape, "Its parameter of shape \(parameter) does not broadcast to \(shape).", ONNXProblem.damaged)
    }
  }
  guard call.has(2) else { return try call.emit(Binary(function: .multiply), [normalized, call.value(1)]) }
  let scaled = try call.step("scaled", Binary(function: .multiply), [normalized, call.value(1)])
  return try call.emit(Binary(function: .add), [scaled, call.value(2)])
}

/// RMSNormalization (opset 23): `x / √(mean of x² + epsilon) · scale` over all axes from `axis` on. B. Zhang, R. Sennrich, arXiv 1910.07467.
@Sendable func importRMSNormalization(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let input = try call.value(0)
  let shape = call.lowering.graph.shape(input)
  let first = try normalizedAxis(call.int("axis", default: -1), rank: shape.count)
  let scale = try call.shape(1)
  guard (try? broadcast(shape, scale)) == shape else {
    throw ONNXProblem(.shape, "Its scale of shape \(scale) does not broadcast to \(shape).", ONNXProblem.damaged)
  }
  let normalized = try normalize(
    call, input, kind: .rootMeanSquare, axes: Array(first..<shape.count), epsilon: call.float("epsilon", default: 1e-5))
  return try call.emit(Binary(function: .multiply), [normalized, call.value(1)])
}

/// `(x − mean) / √(variance + epsilon)` over some axes; with RMS the mean counts as 0. Taken apart where the engine has no form of it.
func normalize(
  _ call: ONNXCall, _ input: ValueID, kind: Normalization.Kind = .standard, axes: [Int], epsilon: Float
) throws(ONNXProblem) -> ValueID {
  let whole = Normalization(kind: kind, axes: axes, epsilon: epsilon)
  if (try? whole.outputShape([call.lowering.graph.shape(input)])) != nil { return try call.step("normalized", whole, [input]) }
  var centred = input
  if kind == .standard {
    let mean = try call.step("mean", Reduce(function: .mean, axes: axes), [input])
    centred = try call.step("centred", Binary(function: .subtract), [input, mean])
  }
  let squares = try call.step("squares", Binary(function: .multiply), [centred, centred])
  let variance = try call.step("variance", Reduce(function: .mean, axes: axes), [squares])
  let sum = try call.step("stabilized", Unary(function: .affine(alpha: 1, beta: epsilon)), [variance])
  let deviation = try call.step("deviation", Unary(function: .squareRoot), [sum])
  return try call.step("normalized", Binary(function: .divide), [centred, deviation])
}

/// LpNormalization (opset 1): each row along `axis` by its norm; a row of zeros stays.
@Sendable func importLpNormalization(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let input = try call.value(0)
  let axis = try normalizedAxis(call.int("axis", default: -1), rank: call.lowering.graph.shape(input).count)
  let norm = try call.step("norm", Reduce(function: normFunction(call), axes: [axis]), [input])
  let tiny = try call.derivedConstant(call.node.name + ".tiny", Tensor(shape: [], elements: [.leastNormalMagnitude]))
  let divisor = try call.step("divisor", Binary(function: .maximum), [norm, tiny])
  return try call.emit(Binary(function: .divide), [input, divisor])
}

/// LRN (opsets 1, 13) across channels: `x / (bias + alpha / size · Σ x²)^beta` over `size` channels around each one.
///
/// A. Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural Networks", 2012, section 3.3.
@Sendable func importLRN(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let input = try call.value(0)
  let shape = call.lowering.graph.shape(input)
  guard let size = try call.int("size"), size >= 1, size <= maximumWindowAttribute, shape.count >= 2 else {
    throw ONNXProblem(
      .attribute, "The attribute 'size' is missing or out of range, or the input of shape \(shape) has no channels.",
      ONNXProblem.damaged)
  }
  let alpha = try call.float("alpha", default: 1e-4)
  let (beta, bias) = (try call.float("beta", default: 0.75), try call.float("bias", default: 1))
  // The mean over a window of channels is an average pooling with the channels as rows.
  let rows = Reshape(shape: [1, shape[0], shape[1], shape[2...].reduce(1, *)])
  let pool = AveragePool(kernel: [size, 1], pads: [(size - 1) / 2, 0, size / 2, 0], countIncludePad: true)
  let squares = try call.step("squares", Binary(function: .multiply), [input, input])
  let means = try call.step("means", pool, [call.step("rows", rows, [squares])])
  let back = try call.step("back", Reshape(shape: shape), [means])
  let sum = try call.step("stabilized", Unary(function: .affine(alpha: alpha, beta: bias)), [back])
  let exponent = try call.derivedConstant(call.node.name + ".beta", Tensor(shape: [], elements: [beta]))
  let divisor = try call.step("divisor", Binary(function: .power), [sum, exponent])
  return try call.emit(Binary(function: .divide), [input, divisor])
}

/// The norm that the attribute `p` asks for.
private func normFunction(_ call: ONNXCall) throws(ONNXProblem) -> ReduceFunction {
  switch try call.int("p", default: 2) {
  case 1: return .l1
  case 2: return .l2
  case let other: throw ONNXProblem(.attribute, "The attribute 'p' is \(other), expected 1 or 2.", "Export another norm.")
  }
}
