import FacetDiagnostics
import FacetIR

/// Transpose (opsets 1 to 21); without `perm` the axes are reversed.
@Sendable func importTranspose(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let rank = try call.dimensions(0).count
  return try call.rearrange(Transpose(permutation: call.ints("perm") ?? (0..<rank).reversed()))
}

/// Expand (opsets 8, 13): broadcasts the input and a constant shape, either way.
@Sendable func importExpand(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let shape = try call.dimensions(0)
  let sizes = try call.integers(1, "shape").elements
  let given = sizes.count >= shape.count ? call.lowering.withoutBatch(sizes, of: [1]) : sizes
  guard given.allSatisfy({ $0 >= 1 }), let result = try? broadcast(shape, given) else {
    throw ONNXProblem(
      .shape, "An input of shape \(shape) does not broadcast to \(given.prefix(16)).", ONNXProblem.damaged)
  }
  guard result.count <= maximumRank, result.checkedElementCount != nil else {
    throw .limit("Its result would have shape \(result.prefix(16)): more than 2^31 elements or \(maximumRank) axes.")
  }
  return try call.rearrange(Expand(shape: result))
}

/// Tile (opsets 6, 13) with constant repeats.
@Sendable func importTile(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  try call.rearrange(Tile(repeats: call.integers(1, "repeats").elements))
}

/// Gather (opsets 1, 11, 13) with constant indices, which count from the end where negative.
@Sendable func importGather(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let shape = try call.dimensions(0)
  let axis = try normalizedAxis(call.int("axis", default: 0), rank: shape.count)
  let given = try call.integers(1, "indices")
  let size = shape[axis]
  guard !given.elements.isEmpty, given.elements.allSatisfy({ $0 >= -size && $0 < size }) else {
    throw ONNXProblem(.shape, "Its indices are not in axis \(axis) of shape \(shape).", ONNXProblem.damaged)
  }
  try call.charge(elements: 2 * given.elements.count)
  let indices = given.elements.map { $0 < 0 ? $0 + size : $0 }
  return try call.rearrange(Gather(axis: axis, indices: indices, indexShape: given.shape))
}

/// GatherND (opsets 11 to 13) with constant indices: list indexing, as exporters spell it. The indexed axes are laid together into one.
@Sendable func importGatherND(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let shape = try call.shape(0)
  let slices = try ONNXSlices(call, shape: shape, indices: call.integers(1, "indices"), batch: call.int("batch_dims", default: 0))
  guard !slices.numbers.isEmpty else {
    throw ONNXProblem(.shape, "It has no indices.", "Check the input size that the model was exported for.")
  }
  let rows = Reshape(shape: [shape.elementCount / slices.size] + slices.inner)
  let flat = try call.step("rows", rows, [call.value(0)])
  return try call.emit(Gather(axis: 0, indices: slices.numbers, indexShape: slices.outer), [flat])
}

/// DepthToSpace (opsets 1, 11, 13).
@Sendable func importDepthToSpace(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let mode = try call.string("mode") ?? "DCR"
  guard mode == "DCR" || mode == "CRD" else {
    throw ONNXProblem(.attribute, "The attribute 'mode' is '\(mode)'.", ONNXProblem.damaged)
  }
  return try call.rearrange(DepthToSpace(block: blockSize(call), columnsFirst: mode == "CRD"))
}

@Sendable func importSpaceToDepth(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  try call.rearrange(SpaceToDepth(block: blockSize(call)))
}

private func blockSize(_ call: ONNXCall) throws(ONNXProblem) -> Int {
  guard let block = try call.int("blocksize") else {
    throw ONNXProblem(.attribute, "The attribute 'blocksize' is missing.", ONNXProblem.damaged)
  }
  return block
}

/// Pad (opsets 2: attributes; 11, 13: inputs; 18: axes; 19: wrap). Negative pads crop.
@Sendable func importPad(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  try call.refuse(attributes: "pads", "value", since: 11)
  let shape = try call.dimensions(0)
  let word = try call.string("mode") ?? "constant"
  guard let mode = PadMode(rawValue: word) else {
    throw ONNXProblem(
      .unsupportedForm, "The attribute 'mode' is '\(word)'.",
      "The modes are constant, reflect, edge and wrap: export the model with one of them.")
  }
  guard call.opset >= 11 || call.inputCount == 1 else {
    throw ONNXProblem(.inputs, "Its pads are an input only since opset 11.", ONNXProblem.damaged)
  }
  let given = try call.opset < 11 ? call.ints("pads") ?? [] : call.integers(1, "pads").elements
  var value = try call.float("value", default: 0)
  if try call.isGiven(2) {
    if case .integers(let integers) = try call.resolve(2) {
      value = Float(integers.elements[0])
    } else {
      value = try call.scalar(2, "padding")
    }
  }
  var axes = Array(shape.indices)
  if call.opset >= 18, try call.isGiven(3) {
    axes = []
    for axis in try call.integers(3, "axes").elements { axes.append(try normalizedAxis(axis, rank: shape.count)) }
  }
  guard given.count == 2 * axes.count, Set(axes).count == axes.count else {
    throw ONNXProblem(
      .shape, "It has \(plural(given.count, "pad")) for \(axes.count == 1 ? "1 axis" : "\(axes.count) axes").", ONNXProblem.damaged)
  }
  var (before, after) = (shape.map { _ in 0 }, shape.map { _ in 0 })
  for (index, axis) in axes.enumerated() { (before[axis], after[axis]) = (given[index], given[axes.count + index]) }
  return try pad(call, shape, before, after, mode, value)
}

/// Crops where pads are negative, then pads.
private func pad(
  _ call: ONNXCall, _ shape: [Int], _ before: [Int], _ after: [Int], _ mode: PadMode, _ value: Float
) throws(ONNXProblem) -> ONNXValue {
  let pad = Pad(before: before.map { max($0, 0) }, after: after.map { max($0, 0) }, mode: mode, value: value)
  guard (before + after).contains(where: { $0 < 0 }) else { return try call.rearrange(pad) }
  for (axis, size) in shape.enumerated() {
    let (first, last) = (min(before[axis], 0), min(after[axis], 0))
    guard first > -size, last > -size, first + last > -size else {
      throw ONNXProblem(.shape, "Its negative pads leave nothing of shape \(shape).", ONNXProblem.damaged)
    }
  }
  let starts = before.map { -min($0, 0) }
  let sizes = shape.indices.map { shape[$0] - starts[$0] + min(after[$0], 0) }
  let crop = Slice(starts: starts, sizes: sizes, steps: shape.map { _ in 1 })
  if !(pad.before + pad.after).contains(where: { $0 > 0 }) { return try call.rearrange(crop) }
  if case .integers(let integers) = try call.resolve(0) {
    let cropped = try call.rearranged(crop, integers)
    return .integers(try call.rearranged(pad, cropped))
  }
  let cropped = try call.step("crop", crop, [call.value(0)])
  return try call.emit(pad, [cropped])
}
