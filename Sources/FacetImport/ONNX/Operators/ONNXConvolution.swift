import FacetIR

/// Conv (opsets 1, 11), one- and two-dimensional, with constant weights and bias.
@Sendable func importConv(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let (stored, given) = try call.constant(1, "weights")
  let tensor = Tensor(shape: imageShape(given.shape), elements: given.elements)
  guard tensor.shape.count == 4, try call.shape(0).count == given.shape.count else {
    throw ONNXProblem(
      .unsupportedForm, "Its weights have shape \(given.shape), its input \(try call.shape(0)).",
      "Only convolution of one or two dimensions is supported: [1, C, H, W] or [1, C, L].")
  }
  let image = try call.image(0)
  let window = try ONNXWindow(
    call, input: call.lowering.graph.shape(image.id), kernel: Array(tensor.shape[2...]), isLine: image.isLine)
  var weights = stored
  if image.isLine {
    try call.charge(elements: tensor.elements.count)
    weights = try call.derivedConstant(call.lowering.graph[stored].name + ".image", tensor, quantization: call.grid(stored))
  }
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
    image: image, [weights, bias])
}
