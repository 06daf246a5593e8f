import FacetDiagnostics
import FacetIR

/// Slice: attributes in opset 1, inputs since 10, steps of either sign. Bounds beyond the input are clamped.
@Sendable func importSlice(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  try call.refuse(attributes: "axes", "ends", "starts", since: 10)
  let shape = try call.dimensions(0)
  guard call.opset >= 10 ? call.inputCount >= 3 : call.inputCount == 1 else {
    throw ONNXProblem(.inputs, "It has \(plural(call.inputCount, "input")), unlike opset \(call.opset).", ONNXProblem.damaged)
  }
  let isOld = call.opset < 10
  let first = try isOld ? call.ints("starts") ?? [] : call.integers(1, "starts").elements
  let last = try isOld ? call.ints("ends") ?? [] : call.integers(2, "ends").elements
  guard first.count <= shape.count else {
    throw ONNXProblem(.shape, "It has \(plural(first.count, "start")) for shape \(shape).", ONNXProblem.damaged)
  }
  let axes = try (isOld ? call.ints("axes") : call.has(3) ? call.integers(3, "axes").elements : nil) ?? Array(first.indices)
  let by = try !isOld && call.has(4) ? call.integers(4, "steps").elements : first.map { _ in 1 }
  guard last.count == first.count, axes.count == first.count, by.count == first.count else {
    throw ONNXProblem(
      .shape, "Its starts, ends, axes and steps are \(first.count), \(last.count), \(axes.count) and \(by.count) numbers.",
      ONNXProblem.damaged)
  }
  var slice = Slice(starts: shape.map { _ in 0 }, sizes: shape, steps: shape.map { _ in 1 })
  var seen: Set<Int> = []
  for (index, given) in axes.enumerated() {
    let axis = try normalizedAxis(given, rank: shape.count)
    guard seen.insert(axis).inserted, by[index] != 0 else {
      throw ONNXProblem(.attribute, "It names an axis twice, or has a step of 0.", ONNXProblem.damaged)
    }
    call.lowering.noteSlice(call.node, start: first[index], end: last[index], size: shape[axis])
    let range = resolved(first[index], last[index], by[index], shape[axis])
    (slice.starts[axis], slice.sizes[axis], slice.steps[axis]) = (range.start, range.size, range.step)
  }
  if slice.sizes.contains(0) {
    guard case .integers(let integers) = try call.resolve(0) else {
      throw ONNXProblem(
        .shape, "Nothing of its input of shape \(shape) is left.", "Check the input size that the model was exported for.")
    }
    return .integers(ONNXIntegers(shape: slice.sizes, elements: [], type: integers.type))
  }
  return try call.rearrange(slice)
}

/// The elements of one axis (ONNX "Slice"): `size` of them may be 0.
private func resolved(_ first: Int, _ last: Int, _ by: Int, _ length: Int) -> (start: Int, size: Int, step: Int) {
  // Longer steps than any axis make no difference, and cannot overflow.
  let step = max(min(by, 1 << 32), -1 << 32)
  let (low, high) = step > 0 ? (0, length) : (-1, length - 1)
  let start = max(min(first < 0 ? first + length : first, high), 0)
  let end = max(min(last < 0 ? last + length : last, high), low)
  let distance = step > 0 ? end - start : start - end
  guard distance > 0 else { return (0, 0, 1) }
  let size = (distance - 1) / abs(step) + 1
  return (start, size, size == 1 ? 1 : step)
}

/// Split: sizes as an attribute (opset 2) or input (13), or `num_outputs` (18); else parts of one size. Each part is a Slice.
@Sendable func importSplit(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  try call.refuse(attributes: "split", since: 13)
  let shape = try call.dimensions(0)
  let axis = try normalizedAxis(call.int("axis", default: 0), rank: shape.count)
  let count = call.node.outputs.count
  let sizes: [Int]
  if try call.opset >= 13 ? call.isGiven(1) : call.node.attributes["split"] != nil {
    sizes = try call.opset >= 13 ? call.integers(1, "split").elements : call.ints("split") ?? []
  } else {
    guard count > 0, try call.int("num_outputs", default: count) == count, call.opset >= 18 || shape[axis] % count == 0 else {
      throw ONNXProblem(.shape, "Axis \(axis) of shape \(shape) does not split into \(count) parts.", ONNXProblem.damaged)
    }
    let part = (shape[axis] + count - 1) / count
    sizes = (0..<count).map { min(part, shape[axis] - $0 * part) }
  }
  var sum = 0
  for size in sizes where sum <= shape[axis] { sum += min(max(size, 0), shape[axis] + 1) }
  guard sizes.count == count, sizes.allSatisfy({ $0 > 0 }), sum == shape[axis] else {
    throw ONNXProblem(
      .shape, "Axis \(axis) of shape \(shape) does not split into \(count) parts of sizes \(sizes.prefix(16)).",
      ONNXProblem.damaged)
  }
  var result = ONNXValue.failed
  var slice = Slice(starts: shape.map { _ in 0 }, sizes: shape, steps: shape.map { _ in 1 })
  for (index, size) in sizes.enumerated() {
    slice.sizes[axis] = size
    let part = try call.rearrange(slice, output: index)
    if index == 0 { result = part } else { call.lowering.values[call.node.outputs[index]] = part }
    slice.starts[axis] += size
  }
  return result
}
