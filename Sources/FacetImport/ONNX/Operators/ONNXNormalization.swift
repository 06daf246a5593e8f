import FacetIR

/// BatchNormalization (opsets 7, 9, 14, 15) in its inference form, with constant statistics.
@Sendable func importBatchNormalization(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  // Before opset 14 more than one output says that it trains.
  guard try !call.flag("training_mode"), !call.node.outputs.dropFirst().contains(where: { !$0.isEmpty }) else {
    throw ONNXProblem(
      .unsupportedForm, "It is in training mode.", "Export the model in evaluation mode (PyTorch: model.eval()).")
  }
  guard try call.flag("spatial", default: true) else {
    throw ONNXProblem(
      .unsupportedForm, "It normalizes each pixel for itself (spatial=0).", "Export the model with statistics per channel.")
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
  return try call.emit(BatchNormalization(epsilon: epsilon), inputs)
}

/// Dropout (opsets 7, 10, 12, 13): nothing in inference.
@Sendable func importDropout(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  if call.has(2), try call.integers(2, "training mode").elements != [0] {
    throw ONNXProblem(
      .unsupportedForm, "It is in training mode.", "Export the model in evaluation mode (PyTorch: model.eval()).")
  }
  return try importIdentity(call)
}

/// Softmax (opsets 1, 11: over all axes from `axis` on; 13: over one axis).
@Sendable func importSoftmax(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let input = try call.value(0)
  let shape = call.lowering.graph.shape(input)
  var axis = try normalizedAxis(call.int("axis", default: call.opset < 13 ? 1 : -1), rank: shape.count)
  if call.opset < 13 {
    // Over several axes at once it equals one axis where the others have size 1.
    let long = (axis..<shape.count).filter { shape[$0] > 1 }
    guard long.count <= 1 else {
      throw ONNXProblem(
        .unsupportedForm, "Before opset 13 it runs over all axes from \(axis) on, here of sizes \(shape[axis...]).",
        "Export the model for opset 13 or above.")
    }
    axis = long.first ?? axis
  }
  guard axis > 0 else {
    throw ONNXProblem(.batch, "It runs over the batch.", "Export the model with the channels on axis 1.")
  }
  return try call.emit(Softmax(axis: axis), [input])
}
