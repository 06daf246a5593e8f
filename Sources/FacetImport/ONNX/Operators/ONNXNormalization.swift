import FacetIR

/// BatchNormalization (opsets 7, 9, 14, 15) in its inference form, with constant statistics.
@Sendable func importBatchNormalization(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  // Before opset 14 more than one output says that it trains.
  guard try !call.flag("training_mode"), !call.node.outputs.dropFirst().contains(where: { !$0.isEmpty }) else {
    throw ONNXProblem(
      .unsupportedForm, "It is in training mode.", "Export the model in evaluation mode (PyTorch: model.eval()).")
  }
  guard try call.flag("spatial", default: true) else {
    throw ONNXProblem(.unsupportedForm, "It has statistics per element.", "Export the model for opset 13 or above.")
  }
  let epsilon = try call.float("epsilon", default: 1e-5)
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
      "Mend the statistics and export the model again.", place: "tensor '\(call.node.inputs[4])'")
  }
  let shape = call.lowering.graph.shape(inputs[0])
  guard (2...4).contains(shape.count), shape[0] == 1 else {
    return try spelledOut(call, inputs, epsilon: epsilon, shape: shape)
  }
  return try call.emit(BatchNormalization(epsilon: epsilon), inputs)
}

/// `x · scale + shift` for what is no single image, line or vector.
private func spelledOut(
  _ call: ONNXCall, _ inputs: [ValueID], epsilon: Float, shape: [Int]
) throws(ONNXProblem) -> ONNXValue {
  let parameters = inputs.dropFirst().compactMap(call.lowering.graph.constant)
  guard shape.count >= 2, parameters.allSatisfy({ $0.shape == [shape[1]] }) else {
    throw ONNXProblem(
      .shape, "Its input has shape \(shape), its statistics \(parameters.map(\.shape)).", ONNXProblem.damaged)
  }
  try call.charge(elements: 2 * shape[1])
  var (scales, shifts): ([Float], [Float]) = ([], [])
  for channel in 0..<shape[1] {
    let values = parameters.map { Double($0.elements[channel]) }
    let scale = values[0] / (values[3] + Double(epsilon)).squareRoot()
    scales.append(Float(scale))
    shifts.append(Float(values[1] - values[2] * scale))
  }
  let wide = [shape[1]] + [Int](repeating: 1, count: shape.count - 2)
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
