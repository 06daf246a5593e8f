import FacetIR

/// Identity, also of constants: exporters share equal tensors behind it.
@Sendable func importIdentity(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let value = try call.resolve(0)
  guard case .value(let id) = value, call.lowering.graph.constant(id) == nil else { return value }
  return try call.emit(Identity(), [id])
}

/// Flatten (opsets 1 to 21): two axes, the second from `axis` on.
@Sendable func importFlatten(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let shape = try call.dimensions(0)
  let given = try call.int("axis", default: 1)
  // Unlike elsewhere, the rank itself is an axis, too.
  let axis = given == shape.count ? given : try normalizedAxis(given, rank: shape.count)
  return try reshape(call, from: shape, to: [shape[..<axis].elementCount, shape[axis...].elementCount])
}

/// Reshape (opsets 5 to 21) to a constant shape: 0 copies a size (unless `allowzero`), one -1 takes what is left.
@Sendable func importReshape(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let shape = try call.dimensions(0)
  var target = try call.integers(1, "shape").elements
  var first: SampleAxes.FirstSize?
  if case .value(let id) = try call.resolve(0), call.lowering.graph.constant(id) == nil {
    (target, first) = call.lowering.reshapedWithoutBatch(target, named: call.node.inputs[1], of: shape)
  }
  let zeroIsSize = try call.flag("allowzero")
  guard target.count <= 16 else { throw mismatch(shape, target) }
  for (axis, size) in target.enumerated() where size == 0 && !zeroIsSize {
    guard axis < shape.count else { throw mismatch(shape, target) }
    target[axis] = shape[axis]
  }
  // Nothing stays nothing: an empty list of sizes.
  if shape.contains(0), target.allSatisfy({ $0 == -1 || $0 == 0 }) {
    return try reshape(call, from: shape, to: target.map { _ in 0 })
  }
  let open = target.indices.filter { target[$0] == -1 }
  guard open.count <= 1 else { throw mismatch(shape, target) }
  if let axis = open.first {
    target[axis] = 1
    guard let known = target.checkedElementCount, shape.elementCount % known == 0 else { throw mismatch(shape, target) }
    target[axis] = shape.elementCount / known
  }
  guard target.checkedElementCount == shape.elementCount else { throw mismatch(shape, target) }
  let result = try reshape(call, from: shape, to: target)
  if case .value(let id) = result { call.lowering.firstSizes[id] = first }
  return result
}

private func mismatch(_ shape: [Int], _ target: [Int]) -> ONNXProblem {
  ONNXProblem(
    .shape, "An input of shape \(shape) cannot become \(target.prefix(16)).",
    "Where the batch size was exported into the shape, export the model with an open batch (dynamic axes), and check it with onnx.checker.")
}

/// Squeeze (opsets 1: attribute; 13: input): drops axes of size 1, all of them by default.
@Sendable func importSqueeze(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let shape = try call.dimensions(0)
  let axes = try call.axes(inputSince: 13, rank: shape.count) ?? shape.indices.filter { shape[$0] == 1 }
  guard axes.allSatisfy({ shape[$0] == 1 }) else {
    throw ONNXProblem(.shape, "The axes \(axes) of shape \(shape) are not all of size 1.", ONNXProblem.damaged)
  }
  return try reshape(call, from: shape, to: shape.indices.filter { !axes.contains($0) }.map { shape[$0] })
}

/// Unsqueeze (opsets 1: attribute; 13: input): adds axes of size 1, counted in the result.
@Sendable func importUnsqueeze(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let shape = try call.dimensions(0)
  let count = try call.opset < 13 ? call.ints("axes")?.count ?? 0 : call.integers(1, "axes").elements.count
  guard count <= maximumRank else {
    throw ONNXProblem(.shape, "It adds \(count) axes, more than \(maximumRank).", ONNXProblem.damaged)
  }
  var result = shape
  let axes = try call.axes(inputSince: 13, rank: shape.count + count) ?? []
  for axis in axes { result.insert(1, at: axis) }
  let value = try reshape(call, from: shape, to: result)
  if axes.contains(0), case .value(let id) = value { call.lowering.firstSizes[id] = .one }
  return value
}

/// Gives the input a new shape; at once where it is a constant.
private func reshape(_ call: ONNXCall, from shape: [Int], to target: [Int]) throws(ONNXProblem) -> ONNXValue {
  guard target.count <= maximumRank else {
    throw ONNXProblem(
      .shape, "Its result has \(target.count) dimensions, more than \(maximumRank).", "Export the model with fewer dimensions.")
  }
  if case .integers(let integers) = try call.resolve(0) {
    return .integers(ONNXIntegers(shape: target, elements: integers.elements, type: integers.type))
  }
  let input = try call.value(0)
  guard let tensor = call.lowering.graph.constant(input) else { return try call.emit(Reshape(shape: target), [input]) }
  // The elements are shared, but looked at: what the budget bounds is also the time.
  try call.charge(elements: tensor.elements.count)
  return .value(
    try call.derivedConstant(call.node.outputs.first ?? call.node.name, Tensor(shape: target, elements: tensor.elements)))
}

/// Concat (opsets 4, 11, 13) along any axis.
@Sendable func importConcat(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  guard let given = try call.int("axis") else {
    throw ONNXProblem(.attribute, "The attribute 'axis' is missing.", ONNXProblem.damaged)
  }
  var inputs: [ValueID] = []
  for index in 0..<call.inputCount { inputs.append(try call.value(index)) }
  let axis = try normalizedAxis(given, rank: call.lowering.graph.shape(inputs[0]).count)
  if axis != 0 { inputs = inputs.map(call.lowering.withoutBatch) }
  return try call.emit(Concat(axis: axis), inputs)
}

extension ArraySlice<Int> {
  /// The product; 1 where empty.
  fileprivate var elementCount: Int { reduce(1, *) }
}
