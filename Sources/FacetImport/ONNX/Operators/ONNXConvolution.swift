import FacetIR

/// Conv (opsets 1, 11), two-dimensional, with constant weights and bias.
@Sendable func importConv(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let input = try call.value(0)
  let (weights, tensor) = try call.constant(1, "weights")
  guard tensor.shape.count == 4 else {
    throw ONNXProblem(
      .unsupportedForm, "Its weights have shape \(tensor.shape), expected [O, I, H, W].",
      "Only two-dimensional convolution is supported: give one-dimensional data a height of 1.")
  }
  let window = try ONNXWindow(call, input: call.lowering.graph.shape(input), kernel: Array(tensor.shape[2...]))
  let groups = try call.int("group", default: 1)
  let bias: ValueID
  if call.has(2) {
    bias = try call.constant(2, "bias").id
  } else {
    try call.charge(elements: tensor.shape[0])
    bias = try call.derivedConstant(call.node.name + ".bias", Tensor(shape: [tensor.shape[0]], repeating: 0))
  }
  return try call.emit(
    Convolution(strides: window.strides, pads: window.pads, dilations: window.dilations, groups: groups),
    [input, weights, bias])
}
