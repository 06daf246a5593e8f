import FacetIR

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
  case .float(let value): return constant(call, name, Tensor(shape: [], elements: [value]))
  case .floats(let values):
    guard !values.isEmpty else { throw ONNXProblem(.tensorData, "It has no elements.", ONNXProblem.damaged) }
    return constant(call, name, Tensor(values))
  case .string, .graph, .reference, .other:
    throw ONNXProblem(
      .tensorType, "Its value is \(attribute.kind), which no supported operator reads.", "Export the model without it.")
  }
}

private func constant(_ call: ONNXCall, _ name: String, _ tensor: Tensor) -> ONNXValue {
  .value(call.lowering.values.addConstant(tensor, name: name, to: &call.lowering.graph))
}

/// ConstantOfShape (opsets 9, 20, 21): one number or integer everywhere.
@Sendable func importConstantOfShape(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let shape = try call.integers(0, "shape").elements
  guard shape.allSatisfy({ $0 >= 0 }) else {
    throw ONNXProblem(.shape, "Its result would have shape \(shape.prefix(16)).", ONNXProblem.damaged)
  }
  guard shape.count <= maximumRank, shape.isPossibleShape else {
    throw .limit("Its result would have shape \(shape.prefix(16)): more than 2^31 elements or \(maximumRank) axes.")
  }
  let count = shape.contains(0) ? 0 : shape.elementCount
  try call.charge(elements: count, size: 8)
  var number: Float = 0
  if let attribute = call.node.attributes["value"] {
    guard case .tensor(let source) = attribute else {
      throw ONNXProblem(.attribute, "The attribute 'value' is \(attribute.kind), expected a tensor.", ONNXProblem.damaged)
    }
    if source.type.isInteger {
      let value = try call.lowering.reader.integers(source).elements
      guard value.count == 1 else { throw notOne(value.count) }
      return .integers(ONNXIntegers(shape: shape, elements: [Int](repeating: value[0], count: count), type: source.type))
    }
    if source.type.isByte {
      let codes = try call.lowering.reader.codes(source)
      guard codes.bytes.count == 1 else { throw notOne(codes.bytes.count) }
      let elements = [Int](repeating: codes.number(codes.bytes[0]), count: count)
      return .integers(ONNXIntegers(shape: shape, elements: elements, type: source.type))
    }
    let value = try call.lowering.reader.floats(source).elements
    guard value.count == 1 else { throw notOne(value.count) }
    number = value[0]
  }
  guard count > 0 else { return .integers(ONNXIntegers(shape: shape, elements: [])) }
  return constant(call, call.node.outputs.first ?? call.node.name, Tensor(shape: shape, repeating: number))
}

private func notOne(_ count: Int) -> ONNXProblem {
  ONNXProblem(.attribute, "The attribute 'value' has \(count) elements, expected one.", ONNXProblem.damaged)
}

/// Cast (opsets 6 to 25): numbers stay numbers, whatever their precision in the file. Truth values and integers that are computed are
/// float32 numbers, too.
@Sendable func importCast(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  guard let code = try call.int("to"), let target = Int32(exactly: code).map(ONNXElementType.init) else {
    throw ONNXProblem(.attribute, "The attribute 'to' is missing.", ONNXProblem.damaged)
  }
  return try cast(call, to: target)
}

/// CastLike (opsets 15 to 25): to the type of the second input.
@Sendable func importCastLike(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  switch try call.resolve(1) {
  case .integers(let integers): return try cast(call, to: integers.type)
  case .codes(let codes): return try cast(call, to: codes.type)
  default: return try cast(call, to: call.lowering.integerValues[call.node.inputs[1]] ?? .float32)
  }
}

private func cast(_ call: ONNXCall, to target: ONNXElementType) throws(ONNXProblem) -> ONNXValue {
  let source = try call.resolve(0)
  switch source {
  case .integers(let integers) where target.range != nil:
    try call.charge(elements: integers.elements.count, size: 8)
    return .integers(
      ONNXIntegers(
        shape: integers.shape, elements: integers.elements.map { target == .bool ? ($0 == 0 ? 0 : 1) : wrapped($0, target) }, type: target))
  case .integers(let integers) where target.isFloat && !integers.elements.isEmpty:
    try call.charge(elements: integers.elements.count)
    return constant(
      call, call.node.outputs.first ?? call.node.name, Tensor(shape: integers.shape, elements: integers.elements.map { Float($0) }))
  case .value where target.isFloat:
    keepProduct(call)
    return try importIdentity(call)
  case .codes where target.isFloat: return .value(try call.value(0))
  case .codes(let codes) where target.range != nil:
    try call.charge(elements: codes.bytes.count, size: 8)
    let elements = codes.bytes.map { target == .bool ? ($0 == 0 ? 0 : 1) : wrapped(codes.number($0), target) }
    return .integers(ONNXIntegers(shape: codes.shape, elements: elements, type: target))
  case .value(let id) where target.range != nil:
    guard let tensor = call.lowering.graph.constant(id) else { break }
    try call.charge(elements: tensor.elements.count, size: 8)
    let elements = tensor.elements.compactMap { target == .bool ? ($0 == 0 ? 0 : 1) : Int(exactly: $0.rounded(.towardZero)) }
    guard elements.count == tensor.elements.count else {
      throw ONNXProblem(.notFinite, "It makes integers of numbers beyond 64 bits.", ONNXProblem.damaged)
    }
    return .integers(ONNXIntegers(shape: tensor.shape, elements: elements.map { wrapped($0, target) }, type: target))
  default: break
  }
  if case .value(let id) = source, call.lowering.graph.constant(id) == nil, let value = try castToIntegers(call, id, target) {
    return value
  }
  throw ONNXProblem.outOfScope(
    "Cast to \(target)", "It makes \(target) of a tensor that is computed while the network runs.",
    "The network computes in float32: export the model without this cast.")
}

/// Integers that are computed; nil where float32 does not give them.
private func castToIntegers(_ call: ONNXCall, _ id: ValueID, _ target: ONNXElementType) throws(ONNXProblem) -> ONNXValue? {
  let type = call.lowering.integerValues[call.node.inputs[0]]
  let isWide = target == .int32 || target == .int64
  let value: ONNXValue
  if type == .bool, target.isInteger || target.isSmallInteger {
    value = try importIdentity(call)
  } else if target == .bool {
    value = try call.isNotZero(id)
  } else if let type, isWide, type == .int32 || type.isSmallInteger || type == target {
    value = try importIdentity(call)
  } else if type == nil, isWide {
    value = try call.truncated(id)
  } else {
    return nil
  }
  if let output = call.node.outputs.first { call.lowering.integerValues[output] = target }
  return value
}

/// Shape (opsets 1, 13; 15: of some axes).
@Sendable func importShape(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let shape = try call.dimensions(0)
  func clamped(_ axis: Int) -> Int { max(0, min(axis < 0 ? axis + shape.count : axis, shape.count)) }
  let start = clamped(try call.int("start", default: 0))
  let end = max(start, clamped(try call.int("end", default: shape.count)))
  return .integers(ONNXIntegers(shape: [end - start], elements: Array(shape[start..<end])))
}

@Sendable func importSize(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  .integers(ONNXIntegers(shape: [], elements: [try call.dimensions(0).elementCount]))
}

/// Range (opset 11) of constants.
@Sendable func importRange(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  if case .integers = try call.resolve(0) {
    var bounds: [Int] = []
    for index in 0..<3 {
      guard let bound = try call.integers(index, "bound").elements.first else { throw unbounded() }
      bounds.append(bound)
    }
    let (start, end, step) = (bounds[0], bounds[1], bounds[2])
    let (distance, overflow) = end.subtractingReportingOverflow(start)
    guard step != 0, !overflow, distance.magnitude / step.magnitude < maximumIntegers else { throw unbounded() }
    // Rounded up; none where the step leads away from the end.
    let leadsThere = distance != 0 && (distance > 0) == (step > 0)
    let count = leadsThere ? Int((distance.magnitude - 1) / step.magnitude) + 1 : 0
    let elements = (0..<count).map { start + $0 * step }
    try call.charge(elements: elements.count, size: 8)
    return .integers(ONNXIntegers(shape: [elements.count], elements: elements))
  }
  let (start, end, step) = (try call.scalar(0, "start"), try call.scalar(1, "end"), try call.scalar(2, "step"))
  let count = (Double(end) - Double(start)) / Double(step)
  guard count > 0, count < Double(maximumIntegers) else { throw unbounded() }
  let elements = (0..<Int(count.rounded(.up))).map { start + Float($0) * step }
  try call.charge(elements: elements.count)
  return constant(call, call.node.outputs.first ?? call.node.name, Tensor(elements))
}

private func unbounded() -> ONNXProblem { .limit("Its bounds give no range of up to \(maximumIntegers) numbers.") }
