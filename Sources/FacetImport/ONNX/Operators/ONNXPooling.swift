import FacetIR

/// MaxPool (opsets 8, 10 to 12): values only, no indices.
@Sendable func importMaxPool(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  if let flat = try importFlatPool(call, importMaxPool) { return flat }
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
  if let flat = try importFlatPool(call, importAveragePool) { return flat }
  let image = try call.image(0)
  let window = try ONNXWindow(call, input: call.lowering.graph.shape(image.id), kernel: nil, isLine: image.isLine)
  return try call.emit(
    AveragePool(
      kernel: window.kernel, strides: window.strides, pads: window.pads, dilations: window.dilations,
      countIncludePad: call.flag("count_include_pad"), ceilMode: call.flag("ceil_mode") && !window.isSame),
    image: image)
}

/// Of a window over three axes those over which it reaches, where an image has them side by side: only the first, or only the others.
/// Nil for any other window.
func flatWindowAxes(_ node: ONNXNode) -> Range<Int>? {
  func numbers(_ name: String, _ fallback: [Int64]) -> [Int64] {
    if case .ints(let values)? = node.attributes[name] { return values }
    return fallback
  }
  let (kernel, strides, pads) = (numbers("kernel_shape", []), numbers("strides", [1, 1, 1]), numbers("pads", [0, 0, 0, 0, 0, 0]))
  guard kernel.count == 3, strides.count == 3, pads.count == 6 else { return nil }
  let reached = (0..<3).filter { kernel[$0] != 1 || strides[$0] != 1 || pads[$0] != 0 || pads[$0 + 3] != 0 }
  return !reached.contains(0) ? 1..<3 : reached == [0] ? 0..<1 : nil
}

/// A pooling over three axes whose window reaches over one or two of them, as torch exports LocalResponseNorm: pooling of an image.
/// Nil where it is another one.
private func importFlatPool(_ call: ONNXCall, _ pool: ONNXBuild) throws(ONNXProblem) -> ONNXValue? {
  let shape = try call.shape(0)
  guard shape.count == 5, let axes = flatWindowAxes(call.node) else { return nil }
  let overFirst = axes == 0..<1
  let image =
    overFirst ? [1, shape[0] * shape[1], shape[2], shape[3] * shape[4]] : [1, shape[0] * shape[1] * shape[2], shape[3], shape[4]]
  var node = call.node
  for name in ["kernel_shape", "strides", "dilations", "pads"] {
    guard case .ints(let values)? = node.attributes[name], values.count == (name == "pads" ? 6 : 3) else { continue }
    let still: Int64 = name == "pads" ? 0 : 1
    let sides = name == "pads" ? [0, 3] : [0]
    node.attributes[name] = .ints(sides.flatMap { overFirst ? [values[$0], still] : [values[$0 + 1], values[$0 + 2]] })
  }
  node.name += ".image"
  node.outputs = [(node.outputs.first ?? node.name) + ".image"]
  let flat = try call.step("flat", Reshape(shape: image), [call.value(0)])
  let inner = ONNXCall(node: node, lowering: call.lowering, operands: [flat], isConstant: call.isConstant)
  guard case .value(let pooled) = try pool(inner) else { preconditionFailure("pooling numbers gives numbers") }
  let size = call.lowering.graph.shape(pooled)
  return try call.emit(Reshape(shape: shape[..<2] + (overFirst ? [size[2], shape[3], shape[4]] : [shape[2], size[2], size[3]])), [pooled])
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
