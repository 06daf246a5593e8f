import FacetIR

/// Identity, also of constants: exporters share equal tensors behind it.
@Sendable func importIdentity(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let value = try call.resolve(0)
  guard case .value(let id) = value, call.lowering.graph.constant(id) == nil else { return value }
  return try call.emit(Identity(), [id])
}

/// Constant (opsets 9, 11 to 13): a tensor, or numbers as an attribute.
@Sendable func importConstant(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  guard call.node.attributes.count == 1, let (_, attribute) = call.node.attributes.first else {
    throw ONNXProblem(.attribute, "It has \(call.node.attributes.count) values, expected one.", ONNXProblem.damaged)
  }
  let name = call.node.outputs.first ?? call.node.name
  switch attribute {
  case .tensor(var source):
    source.name = name
    return .pending(source)
  case .int(let value): return .integers(ONNXIntegers(shape: [], elements: [Int(value)]))
  case .ints(let values): return .integers(ONNXIntegers(shape: [values.count], elements: values.map { Int($0) }))
  case .float(let value): return number(call, name, Tensor(shape: [], elements: [value]))
  case .floats(let values):
    guard !values.isEmpty else { throw ONNXProblem(.tensorData, "It has no elements.", ONNXProblem.damaged) }
    return number(call, name, Tensor(values))
  case .string, .other:
    throw ONNXProblem(
      .tensorType, "Its value is \(attribute.kind), which no supported operator reads.", "Export the model without it.")
  }
}

private func number(_ call: ONNXCall, _ name: String, _ tensor: Tensor) -> ONNXValue {
  .value(call.lowering.values.addConstant(tensor, name: name, to: &call.lowering.graph))
}

/// Flatten (opsets 9 to 21): two axes, the second from `axis` on.
@Sendable func importFlatten(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let shape = try call.shape(0)
  let given = try call.int("axis", default: 1)
  // Unlike elsewhere, the rank itself is an axis, too.
  let axis = given == shape.count ? given : try normalizedAxis(given, rank: shape.count)
  return try reshape(call, from: shape, to: [shape[..<axis].elementCount, shape[axis...].elementCount])
}

/// Reshape (opsets 5 to 21) to a constant shape: 0 copies a size (unless `allowzero`), one -1 takes what is left.
@Sendable func importReshape(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let shape = try call.shape(0)
  var target = try call.integers(1, "shape").elements
  let zeroIsSize = try call.flag("allowzero")
  guard target.count <= 16 else { throw mismatch(shape, target) }
  for (axis, size) in target.enumerated() where size == 0 && !zeroIsSize {
    guard axis < shape.count else { throw mismatch(shape, target) }
    target[axis] = shape[axis]
  }
  let open = target.indices.filter { target[$0] == -1 }
  guard open.count <= 1 else { throw mismatch(shape, target) }
  if let axis = open.first {
    target[axis] = 1
    guard let known = target.checkedElementCount, shape.elementCount % known == 0 else { throw mismatch(shape, target) }
    target[axis] = shape.elementCount / known
  }
  guard target.checkedElementCount == shape.elementCount else { throw mismatch(shape, target) }
  return try reshape(call, from: shape, to: target)
}

private func mismatch(_ shape: [Int], _ target: [Int]) -> ONNXProblem {
  ONNXProblem(
    .shape, "An input of shape \(shape) cannot become \(target.prefix(16)).",
    "Where the batch size was exported into the shape, export the model with batch size 1.")
}

/// Gives the input a new shape; at once where it is a constant.
private func reshape(_ call: ONNXCall, from shape: [Int], to target: [Int]) throws(ONNXProblem) -> ONNXValue {
  let input = try call.value(0)
  guard let tensor = call.lowering.graph.constant(input) else { return try call.emit(Reshape(shape: target), [input]) }
  // The elements are shared, but looked at: what the budget bounds is also the time.
  try call.charge(elements: tensor.elements.count)
  return .value(
    try call.derivedConstant(call.node.outputs.first ?? call.node.name, Tensor(shape: target, elements: tensor.elements)))
}

/// Concat (opsets 4, 11, 13) along any axis but the batch.
@Sendable func importConcat(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  var inputs: [ValueID] = []
  for index in 0..<call.inputCount { inputs.append(try call.value(index)) }
  guard let given = try call.int("axis") else {
    throw ONNXProblem(.attribute, "The attribute 'axis' is missing.", ONNXProblem.damaged)
  }
  let axis = try normalizedAxis(given, rank: call.lowering.graph.shape(inputs[0]).count)
  guard axis > 0 else {
    throw ONNXProblem(.batch, "It joins along the batch.", "Export the model with batch size 1.")
  }
  return try call.emit(Concat(axis: axis), inputs)
}

extension ArraySlice<Int> {
  /// The product; 1 where empty.
  fileprivate var elementCount: Int { reduce(1, *) }
}
