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

/// AveragePool (opsets 7, 10, 11, 19; dilations from 19 on).
@Sendable func importAveragePool(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let image = try call.image(0)
  let window = try ONNXWindow(call, input: call.lowering.graph.shape(image.id), kernel: nil, isLine: image.isLine)
  return try call.emit(
    AveragePool(
      kernel: window.kernel, strides: window.strides, pads: window.pads, dilations: window.dilations,
      countIncludePad: call.flag("count_include_pad"), ceilMode: call.flag("ceil_mode") && !window.isSame),
    image: image)
}

@Sendable func importGlobalAveragePool(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let shape = try call.shape(0)
  let axes = try spatialAxes(shape)
  guard isImage(shape) else { return try call.emit(Reduce(function: .mean, axes: axes), [call.value(0)]) }
  return try call.emit(GlobalAveragePool(keepDimensions: true), [call.value(0)])
}

@Sendable func importGlobalMaxPool(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let shape = try call.shape(0)
  let axes = try spatialAxes(shape)
  guard isImage(shape), shape[2...].allSatisfy({ $0 <= maximumWindowAttribute }) else {
    return try call.emit(Reduce(function: .maximum, axes: axes), [call.value(0)])
  }
  return try call.emit(MaxPool(kernel: Array(shape[2...])), [call.value(0)])
}

/// Whether a value is one image, `[1, C, H, W]`.
func isImage(_ shape: [Int]) -> Bool { shape.count == 4 && shape[0] == 1 }

/// The axes behind batch and channels.
func spatialAxes(_ shape: [Int]) throws(ONNXProblem) -> [Int] {
  guard shape.count >= 3 else {
    throw ONNXProblem(
      .shape, "Its input has shape \(shape), expected [N, C, ...] with at least one more axis.", ONNXProblem.damaged)
  }
  return Array(2..<shape.count)
}
