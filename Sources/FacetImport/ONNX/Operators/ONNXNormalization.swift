import FacetIR

/// BatchNormalization (opsets 7, 9, 14, 15) with constant statistics, or with those of its input.
@Sendable func importBatchNormalization(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let hasStatistics = call.node.outputs.dropFirst().contains { !$0.isEmpty }
  // Before opset 14 more than one output says that it trains.
  if try call.flag("training_mode") || (hasStatistics && call.opset < 14) { return try normalizeByItself(call) }
  guard !hasStatistics else {
    throw ONNXProblem(
      .unsupportedForm, "It is in training mode.", "Export the model in evaluation mode (PyTorch: model.eval()).")
  }
  let isSpatial = try call.flag("spatial", default: true)
  let epsilon = try call.float("epsilon", default: 1e-5)
  if isSpatial, try hasComputedParameters(call) { return try normalizeByComputed(call, epsilon: epsilon) }
  var inputs = [try call.value(0)]
  for (index, role) in ["scale", "shift", "mean", "variance"].enumerated() {
    inputs.append(try call.constant(index + 1, role).id)
  }
  let variance = try call.constant(4, "variance").tensor
  // Nothing is made here, but looking at one large tensor from many nodes must not take forever.
  try call.charge(elements: variance.elements.count)
  guard variance.elements.allSatisfy({ $0 + epsilon > 0 }) else {
    throw ONNXProblem(
      .notFinite, "Its variance with epsilon \(epsilon) is not positive everywhere.",
      "Correct the statistics and export the model again.", place: "tensor '\(call.node.inputs[4])'")
  }
  let shape = call.lowering.graph.shape(inputs[0])
  // MXNet writes spatial=0 for statistics of either kind: their shape decides.
  let perChannel = shape.count >= 2 && inputs.dropFirst().allSatisfy { call.lowering.graph.shape($0) == [shape[1]] }
  guard isSpatial || perChannel, (2...4).contains(shape.count), shape[0] == 1 else {
    return try spelledOut(call, inputs, epsilon: epsilon, isSpatial: isSpatial || perChannel)
  }
  return try call.emit(BatchNormalization(epsilon: epsilon), inputs)
}

/// By the mean and variance of the input: a layer without running statistics. Of one image that is an instance normalization.
private func normalizeByItself(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let shape = try call.shape(0)
  guard shape.count >= 2, shape[0] * shape[2...].reduce(1, *) > 1 else {
    throw ONNXProblem(
      .unsupportedForm, "It is in training mode, and of one number per channel (shape \(shape)) nothing but the shift would be left.",
      "Export the model in evaluation mode (PyTorch: model.eval()).")
  }
  if !call.isConstant { call.lowering.noteOwnStatistics(call.node.name) }
  let axes = [0] + (2..<shape.count)
  let normalized = try normalize(call, call.value(0), axes: axes, epsilon: call.float("epsilon", default: 1e-5))
  return try scaleAndShift(call, normalized, count: shape[1], rank: shape.count - 1) { (op, inputs) throws(ONNXProblem) in
    try call.emit(op, inputs)
  }
}

private func hasComputedParameters(_ call: ONNXCall) throws(ONNXProblem) -> Bool {
  for index in 1...4 where call.lowering.graph.constant(try call.value(index)) == nil { return true }
  return false
}

/// By statistics that the network computes: dynamo's spelling of a layer without running ones.
private func normalizeByComputed(_ call: ONNXCall, epsilon: Float) throws(ONNXProblem) -> ONNXValue {
  let shape = try call.shape(0)
  guard shape.count >= 2 else {
    throw ONNXProblem(.shape, "Its input has shape \(shape), expected [N, C, ...].", ONNXProblem.damaged)
  }
  let wide = [shape[1]] + [Int](repeating: 1, count: shape.count - 2)
  var parameters: [ValueID] = []
  for (index, role) in [(3, "mean"), (4, "variance")] {
    let stored = try call.shape(index)
    guard stored == [shape[1]] else {
      throw ONNXProblem(.shape, "Its \(role) has shape \(stored), expected [\(shape[1])].", ONNXProblem.damaged)
    }
    parameters.append(try call.step(role, Reshape(shape: wide), [call.value(index)]))
  }
  let sum = try call.step("stabilized", Unary(function: .affine(alpha: 1, beta: epsilon)), [parameters[1]])
  let deviation = try call.step("deviation", Unary(function: .squareRoot), [sum])
  let centred = try call.step("centred", Binary(function: .subtract), [call.value(0), parameters[0]])
  let normalized = try call.step("normalized", Binary(function: .divide), [centred, deviation])
  return try scaleAndShift(call, normalized, count: shape[1], rank: shape.count - 1) { (op, inputs) throws(ONNXProblem) in
    try call.emit(op, inputs)
  }
}

/// `x · scale + shift` for what is no single image, line or vector, and for parameters of each element.
private func spelledOut(
  _ call: ONNXCall, _ inputs: [ValueID], epsilon: Float, isSpatial: Bool
) throws(ONNXProblem) -> ONNXValue {
  let shape = call.lowering.graph.shape(inputs[0])
  let parameters = inputs.dropFirst().compactMap(call.lowering.graph.constant)
  let expected = isSpatial ? Array(shape.dropFirst().prefix(1)) : Array(shape.dropFirst())
  guard shape.count >= 2, parameters.allSatisfy({ $0.shape == expected }) else {
    throw ONNXProblem(
      .shape, "Its input has shape \(shape), its statistics \(parameters.map(\.shape)).", ONNXProblem.damaged)
  }
  let count = expected.elementCount
  try call.charge(elements: 2 * count)
  var (scales, shifts): ([Float], [Float]) = ([], [])
  for index in 0..<count {
    let values = parameters.map { Double($0.elements[index]) }
    let scale = values[0] / (values[3] + Double(epsilon)).squareRoot()
    scales.append(Float(scale))
    shifts.append(Float(values[1] - values[2] * scale))
  }
  let wide = expected + [Int](repeating: 1, count: shape.count - 1 - expected.count)
  let scale = try call.derivedConstant(call.node.name + ".scale", Tensor(shape: wide, elements: scales))
  let shift = try call.derivedConstant(call.node.name + ".shift", Tensor(shape: wide, elements: shifts))
  let scaled = try call.step("scaled", Binary(function: .multiply), [inputs[0], scale])
  return try call.emit(Binary(function: .add), [scaled, shift])
}

/// Dropout (opsets 7, 10, 12, 13): nothing in inference.
@Sendable func importDropout(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  if call.has(2), try call.integers(2, "training mode").elements != [0] {
    throw ONNXProblem(
      .unsupportedForm, "It is in training mode.", "Export the model in evaluation mode (PyTorch: model.eval()).")
  }
  return try importIdentity(call)
}
