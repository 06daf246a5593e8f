import FacetIR

/// MaxPool (opsets 8, 10 to 12): values only, no indices.
@Sendable func importMaxPool(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let image = try call.image(0)
  let window = try ONNXWindow(call, input: call.lowering.graph.shape(image.id), kernel: nil, isLine: image.isLine)
  // storage_order speaks of the indices only.
  _ = try call.flag("storage_order")
  return try call.emit(
    MaxPool(
      kernel: window.kernel, strides: window.strides, pads: window.pads, dilations: window.dilations,
      ceilMode: call.flag("ceil_mode") && !window.isSame),
    image: image)
}

/// AveragePool (opsets 7, 10, 11, 19) without dilation.
@Sendable func importAveragePool(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let image = try call.image(0)
  let window = try ONNXWindow(call, input: call.lowering.graph.shape(image.id), kernel: nil, isLine: image.isLine)
  guard window.dilations == [1, 1] else {
    throw ONNXProblem(.unsupportedForm, "Its dilations are \(window.dilations).", "Export the model with dilations of 1.")
  }
  return try call.emit(
    AveragePool(
      kernel: window.kernel, strides: window.strides, pads: window.pads,
      countIncludePad: call.flag("count_include_pad"), ceilMode: call.flag("ceil_mode") && !window.isSame),
    image: image)
}

@Sendable func importGlobalAveragePool(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let input = try call.value(0)
  try checkSpatial(call.lowering.graph.shape(input))
  return try call.emit(GlobalAveragePool(keepDimensions: true), [input])
}

/// ReduceMean over height and width. The axes are an attribute up to opset 17 and an input from 18 on.
@Sendable func importReduceMean(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  try call.refuse(attributes: "axes", since: 18)
  let input = try call.value(0)
  let shape = call.lowering.graph.shape(input)
  let given: [Int]
  if call.opset < 18 {
    guard call.inputCount == 1 else {
      throw ONNXProblem(.inputs, "Its axes are an input only since opset 18.", ONNXProblem.damaged)
    }
    given = try call.ints("axes") ?? []
  } else {
    given = call.has(1) ? try call.integers(1, "axes").elements : []
    if given.isEmpty, try call.flag("noop_with_empty_axes") { return try importIdentity(call) }
  }
  var axes: Set<Int> = []
  for axis in given { axes.insert(try normalizedAxis(axis, rank: shape.count)) }
  try checkSpatial(shape)
  guard axes == [2, 3] else {
    throw ONNXProblem(
      .unsupportedForm, "It runs over \(axes.isEmpty ? "all axes" : "the axes \(axes.sorted())").",
      "Only the mean over height and width (axes 2 and 3 together) is supported.")
  }
  return try call.emit(GlobalAveragePool(keepDimensions: call.flag("keepdims", default: true)), [input])
}

private func checkSpatial(_ shape: [Int]) throws(ONNXProblem) {
  guard shape.count == 4 else {
    throw ONNXProblem(
      .unsupportedForm, "Its input has shape \(shape), expected [1, C, H, W].",
      "Only pooling over two-dimensional images is supported.")
  }
}
