import FacetDiagnostics
import FacetIR

/// Upsample (opsets 7: attribute; 9: input), withdrawn in 10: pixel `i` of the output lies at `i / scale`.
@Sendable func importUpsample(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  guard call.opset < 10 else {
    throw ONNXProblem(.unsupportedOperator, "This operator ended with opset 9.", ONNXProblem.damaged)
  }
  let shape = try call.shape(0)
  let scales: [Float]
  if call.opset < 9 {
    guard case .floats(let values)? = call.node.attributes["scales"] else {
      throw ONNXProblem(.attribute, "The attribute 'scales' is missing.", ONNXProblem.damaged)
    }
    scales = values
  } else {
    scales = try call.floats(1, "scales")
  }
  let mode = try call.string("mode") ?? "nearest"
  let rule = ONNXResizeRule(
    mode: mode == "bilinear" ? "linear" : mode, coordinates: "asymmetric", nearest: "simple", cubic: -0.75,
    excludesOutside: false)
  return try resize(call, scaled(call, shape, Array(shape.indices), scales), rule)
}

/// Resize (opsets 10, 11, 13, 18, 19) to constant sizes or by constant scales.
@Sendable func importResize(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let shape = try call.shape(0)
  let isFirst = call.opset < 11
  let rule = ONNXResizeRule(
    mode: try call.string("mode") ?? "nearest",
    coordinates: try isFirst ? "asymmetric" : call.string("coordinate_transformation_mode") ?? "half_pixel",
    nearest: try isFirst ? "simple" : call.string("nearest_mode") ?? "round_prefer_floor",
    cubic: try call.float("cubic_coeff_a", default: -0.75), excludesOutside: try call.flag("exclude_outside"))
  let policy = try call.string("keep_aspect_ratio_policy") ?? "stretch"
  guard policy == "stretch" else {
    throw ONNXProblem(
      .unsupportedForm, "Its keep_aspect_ratio_policy is '\(policy)'; only stretching is supported.",
      "Export the model with the sizes that the policy gives.")
  }
  guard try !call.flag("antialias") else {
    throw ONNXProblem(
      .unsupportedForm, "It smooths before it shrinks (antialias = 1), which is not supported.",
      "Export the model with antialias = 0, or shrink the image before the network: set the input's size in the recipe.")
  }
  var axes = Array(shape.indices)
  if let given = try call.ints("axes") {
    axes = []
    for axis in given { axes.append(try normalizedAxis(axis, rank: shape.count)) }
    guard Set(axes).count == axes.count else { throw ONNXProblem(.attribute, "It names an axis twice.", ONNXProblem.damaged) }
  }
  let scaleIndex = isFirst ? 1 : 2
  var plan: [ONNXResizeAxis]
  if try call.isGiven(scaleIndex) {
    plan = try scaled(call, shape, axes, call.floats(scaleIndex, "scales"))
  } else {
    let said = try call.isGiven(3) ? call.integers(3, "sizes").elements : []
    let sizes = said.count == shape.count ? call.lowering.withoutBatch(said, of: shape) : said
    guard sizes.count == axes.count, sizes.allSatisfy({ $0 >= 1 }) else { throw badSizes(shape, "\(sizes.prefix(16))") }
    guard sizes.allSatisfy({ $0 <= maximumTableEntries }) else { throw tooLarge(sizes.map(Float.init)) }
    plan = zip(axes, sizes).map { ONNXResizeAxis(axis: $0, size: $1, input: shape[$0], scale: Float($1) / Float(shape[$0])) }
  }
  if rule.coordinates == "tf_crop_and_resize" {
    let roi = try call.floats(1, "region")
    guard roi.count == 2 * axes.count else {
      throw ONNXProblem(.shape, "Its region has \(plural(roi.count, "number")) for \(axes.count) axes.", ONNXProblem.damaged)
    }
    for index in plan.indices { plan[index].region = (roi[index], roi[axes.count + index]) }
  }
  return try resize(call, plan, rule)
}

private func scaled(
  _ call: ONNXCall, _ shape: [Int], _ axes: [Int], _ scales: [Float]
) throws(ONNXProblem) -> [ONNXResizeAxis] {
  guard scales.count == axes.count else { throw badSizes(shape, "\(scales.prefix(16))") }
  var plan: [ONNXResizeAxis] = []
  for (axis, scale) in zip(axes, scales) {
    let size = (Float(shape[axis]) * scale).rounded(.down)
    guard scale > 0, size >= 1 else { throw badSizes(shape, "\(scales.prefix(16))") }
    guard size <= Float(maximumTableEntries) else { throw tooLarge(zip(axes, scales).map { Float(shape[$0]) * $1 }) }
    plan.append(ONNXResizeAxis(axis: axis, size: Int(size), input: shape[axis], scale: scale))
  }
  return plan
}

private func tooLarge(_ sizes: [Float]) -> ONNXProblem {
  .limit("Its result would have the sizes \(sizes.prefix(16)); at most \(maximumTableEntries) are supported.")
}

private func badSizes(_ shape: [Int], _ given: String) -> ONNXProblem {
  ONNXProblem(
    .shape, "An input of shape \(shape) cannot be resized to, or by, \(given).",
    "Check the input size that the model was exported for.")
}

/// One axis after the other: interpolation is separable.
private func resize(_ call: ONNXCall, _ plan: [ONNXResizeAxis], _ rule: ONNXResizeRule) throws(ONNXProblem) -> ONNXValue {
  let steps = plan.filter { $0.region != nil || $0.size != $0.input || $0.scale != 1 }
  guard !steps.isEmpty else { return try importIdentity(call) }
  var value = try call.value(0)
  for axis in steps { try call.charge(elements: axis.size * 12) }
  var reachesOutside = false
  for axis in steps where try rule.reachesOutside(axis) { reachesOutside = true }
  // What lies outside becomes zero: around zero it is the value that the model wants there.
  let beyond = reachesOutside ? try call.float("extrapolation_value", default: 0) : 0
  if beyond != 0 { value = try call.step("shift", Unary(function: .affine(alpha: 1, beta: -beyond)), [value]) }
  for (index, axis) in steps.enumerated() {
    let op = try rule.operation(axis)
    if index == steps.count - 1, beyond == 0 { return try call.emit(op, [value]) }
    value = try call.step("axis\(axis.axis)", op, [value])
  }
  return try call.emit(Unary(function: .affine(alpha: 1, beta: beyond)), [value])
}
