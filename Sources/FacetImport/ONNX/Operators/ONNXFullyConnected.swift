import FacetIR

/// Gemm (opsets 9, 11, 13) as a fully connected layer: y = alpha · x · B + beta · C, with B and C constant.
@Sendable func importGemm(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let input = try call.value(0)
  guard try !call.flag("transA") else {
    throw ONNXProblem(
      .unsupportedForm, "It transposes its input.", "Export the layer with transA = 0 (a Linear layer on [1, N]).")
  }
  let alpha = try call.float("alpha", default: 1)
  let isTransposed = try call.flag("transB")
  let (stored, tensor) = try call.constant(1, "weights")
  guard tensor.shape.count == 2 else {
    throw ONNXProblem(.shape, "Its weights have shape \(tensor.shape), expected two axes.", ONNXProblem.damaged)
  }
  var weights = stored
  if alpha != 1 || !isTransposed {
    try call.charge(elements: tensor.elements.count)
    weights = try call.derivedConstant(call.node.name + ".weights", rows(tensor, isTransposed: isTransposed, scale: alpha))
  }
  let outputs = call.lowering.graph.shape(weights)[0]
  return try call.emit(FullyConnected(), [input, weights, bias(call, outputs)])
}

/// The weights as [outputs, inputs], scaled.
private func rows(_ tensor: Tensor, isTransposed: Bool, scale: Float) -> Tensor {
  if isTransposed { return Tensor(shape: tensor.shape, elements: tensor.elements.map { $0 * scale }) }
  let (inputs, outputs) = (tensor.shape[0], tensor.shape[1])
  let elements = [Float](unsafeUninitializedCapacity: tensor.elements.count) { buffer, initialized in
    var next = 0
    for output in 0..<outputs {
      for input in 0..<inputs {
        buffer.initializeElement(at: next, to: tensor.elements[input * outputs + output] * scale)
        next += 1
      }
    }
    initialized = next
  }
  return Tensor(shape: [outputs, inputs], elements: elements)
}

/// beta · C as a vector: C is left out, one number, [N] or [1, N].
private func bias(_ call: ONNXCall, _ outputs: Int) throws(ONNXProblem) -> ValueID {
  let beta = try call.float("beta", default: 1)
  let name = call.node.name + ".bias"
  guard call.has(2) else {
    try call.charge(elements: outputs)
    return try call.derivedConstant(name, Tensor(shape: [outputs], repeating: 0))
  }
  let (stored, tensor) = try call.constant(2, "bias")
  if beta == 1, tensor.shape == [outputs] { return stored }
  try call.charge(elements: outputs)
  if tensor.elements.count == 1 {
    return try call.derivedConstant(name, Tensor(shape: [outputs], repeating: tensor.elements[0] * beta))
  }
  guard tensor.shape == [outputs] || tensor.shape == [1, outputs] else {
    throw ONNXProblem(
      .shape, "Its bias has shape \(tensor.shape), expected [\(outputs)] or [1, \(outputs)].", ONNXProblem.damaged)
  }
  return try call.derivedConstant(name, Tensor(tensor.elements.map { $0 * beta }))
}
