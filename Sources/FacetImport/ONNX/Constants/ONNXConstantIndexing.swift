import FacetIR

/// Concat of integers of any rank, also of empty ones.
@Sendable func concatenate(_ call: ONNXCall, _ operands: [ONNXConstant?]) throws(ONNXProblem) -> ONNXConstant? {
  // Codes alone move as the real numbers that they stand for.
  guard case .integers = try call.resolve(0), let given = try call.int("axis") else { return nil }
  var parts: [ONNXIntegers] = []
  for operand in operands {
    guard let integers = operand?.integers else { return nil }
    parts.append(integers)
  }
  let axis = try normalizedAxis(given, rank: parts[0].shape.count)
  var shape = parts[0].shape
  shape[axis] = 0
  for part in parts {
    var expected = shape
    if part.shape.indices.contains(axis) { expected[axis] = part.shape[axis] }
    guard part.shape == expected else {
      throw ONNXProblem(
        .shape, "Its inputs of shapes \(parts[0].shape) and \(part.shape) differ in more than axis \(axis).", ONNXProblem.damaged)
    }
  }
  shape[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
  try call.reserve(shape)
  var result = ONNXIntegers(shape: shape, elements: [], type: parts[0].type)
  guard !shape.contains(0) else { return .integers(result) }
  for outer in 0..<shape[..<axis].reduce(1, *) {
    for part in parts {
      let run = part.shape[axis...].reduce(1, *)
      result.elements += part.elements[outer * run..<(outer + 1) * run]
    }
  }
  return .integers(result)
}

/// An index that counts from the end where negative.
private func place(_ index: Int, in size: Int) throws(ONNXProblem) -> Int {
  guard index >= -size, index < size else {
    throw ONNXProblem(.shape, "The index \(index) is not in an axis of \(size).", ONNXProblem.damaged)
  }
  return index < 0 ? index + size : index
}

/// GatherElements: for each index the element of its line.
@Sendable func gatherElements(_ call: ONNXCall, _ operands: [ONNXConstant?]) throws(ONNXProblem) -> ONNXConstant? {
  guard let data = operands[0], let indices = operands[1]?.integers else { return nil }
  let places = try placesOfElements(call, data.shape, indices)
  return data.picking(places, shape: indices.shape)
}

/// The place in `shape` that each of some indices means, each of them in its own line.
private func placesOfElements(_ call: ONNXCall, _ shape: [Int], _ indices: ONNXIntegers) throws(ONNXProblem) -> [Int] {
  let axis = try normalizedAxis(call.int("axis", default: 0), rank: shape.count)
  guard indices.shape.count == shape.count, shape.indices.allSatisfy({ $0 == axis || indices.shape[$0] <= shape[$0] }) else {
    throw ONNXProblem(.shape, "Its indices of shape \(indices.shape) do not fit shape \(shape).", ONNXProblem.damaged)
  }
  try call.reserve(indices.shape)
  let (strides, own) = (rowMajorStrides(shape), rowMajorStrides(indices.shape))
  var places: [Int] = []
  for (position, index) in indices.elements.enumerated() {
    var at = 0
    for other in shape.indices {
      at += (other == axis ? try place(index, in: shape[axis]) : position / own[other] % indices.shape[other]) * strides[other]
    }
    places.append(at)
  }
  return places
}

/// What GatherND and ScatterND mean by indices of `[..., k]`: the slices that each row of k numbers begins, over the last axes.
struct ONNXSlices {
  /// For each row the number of its slice, counting over batch and indexed axes.
  var numbers: [Int]
  /// Elements of one slice.
  var size: Int
  /// The shape of a slice.
  var inner: [Int]
  /// The shape of `numbers`.
  var outer: [Int]

  init(_ call: ONNXCall, shape: [Int], indices: ONNXIntegers, batch: Int = 0) throws(ONNXProblem) {
    guard let depth = indices.shape.last, depth >= 1, (0..<indices.shape.count).contains(batch), depth <= shape.count - batch,
      indices.shape[..<batch] == shape[..<batch], !shape.contains(0)
    else {
      throw ONNXProblem(
        .shape, "Its indices of shape \(indices.shape) do not fit shape \(shape)\(batch > 0 ? " with \(batch) axes of batches" : "").",
        ONNXProblem.damaged)
    }
    outer = Array(indices.shape.dropLast())
    inner = Array(shape[(batch + depth)...])
    size = inner.elementCount
    try call.charge(elements: 2 * indices.elements.count, size: 8)
    let perBatch = outer[batch...].reduce(1, *)
    numbers = []
    for row in 0..<outer.elementCount {
      var number = row / max(perBatch, 1)
      for axis in 0..<depth {
        number = number * shape[batch + axis] + (try place(indices.elements[row * depth + axis], in: shape[batch + axis]))
      }
      numbers.append(number)
    }
  }
}

/// GatherND of a constant.
@Sendable func gatherSlices(_ call: ONNXCall, _ operands: [ONNXConstant?]) throws(ONNXProblem) -> ONNXConstant? {
  guard let data = operands[0], let indices = operands[1]?.integers else { return nil }
  let slices = try ONNXSlices(call, shape: data.shape, indices: indices, batch: call.int("batch_dims", default: 0))
  let shape = slices.outer + slices.inner
  try call.reserve(shape)
  return data.picking(slices.numbers.flatMap { number in (0..<slices.size).map { number * slices.size + $0 } }, shape: shape)
}

@Sendable func scatterSlices(_ call: ONNXCall, _ operands: [ONNXConstant?]) throws(ONNXProblem) -> ONNXConstant? {
  guard let data = operands[0], let indices = operands[1]?.integers, let updates = operands[2] else { return nil }
  // No index, no update.
  guard !indices.shape.dropLast().contains(0) else { return data }
  let slices = try ONNXSlices(call, shape: data.shape, indices: indices)
  guard updates.shape == slices.outer + slices.inner else {
    throw ONNXProblem(
      .shape, "Its updates have shape \(updates.shape), expected \(slices.outer + slices.inner).", ONNXProblem.damaged)
  }
  try call.reserve(updates.shape)
  let places = slices.numbers.flatMap { number in (0..<slices.size).map { number * slices.size + $0 } }
  return try scattered(call, data, places, updates)
}

@Sendable func scatterElements(_ call: ONNXCall, _ operands: [ONNXConstant?]) throws(ONNXProblem) -> ONNXConstant? {
  guard let data = operands[0], let indices = operands[1]?.integers, let updates = operands[2] else { return nil }
  guard updates.shape == indices.shape else {
    throw ONNXProblem(.shape, "Its updates have shape \(updates.shape), its indices \(indices.shape).", ONNXProblem.damaged)
  }
  return try scattered(call, data, placesOfElements(call, data.shape, indices), updates)
}

/// The data with updates at some places, in order.
private func scattered(
  _ call: ONNXCall, _ data: ONNXConstant, _ places: [Int], _ updates: ONNXConstant
) throws(ONNXProblem) -> ONNXConstant? {
  try call.reserve(data.shape)
  let word = try call.string("reduction") ?? "none"
  func all<Element: Comparable>(
    _ elements: [Element], _ updates: [Element], add: (Element, Element) -> Element, multiply: (Element, Element) -> Element
  ) throws(ONNXProblem) -> [Element] {
    var result = elements
    for (place, update) in zip(places, updates) {
      switch word {
      case "none": result[place] = update
      case "add": result[place] = add(result[place], update)
      case "mul": result[place] = multiply(result[place], update)
      case "max": result[place] = max(result[place], update)
      case "min": result[place] = min(result[place], update)
      default: throw ONNXProblem(.attribute, "The attribute 'reduction' is '\(word)'.", ONNXProblem.damaged)
      }
    }
    return result
  }
  switch (data, updates) {
  case (.numbers(let a), .numbers(let b)):
    return .made(of: try all(a.elements, b.elements, add: +, multiply: *), a.shape)
  case (.integers(var a), .integers(let b)):
    a.elements = try all(a.elements, b.elements, add: &+, multiply: &*).map { wrapped($0, a.type) }
    return .integers(a)
  default: return nil
  }
}

/// OneHot: `values` are what stands where no index points, and where one does.
@Sendable func oneHot(_ call: ONNXCall, _ operands: [ONNXConstant?]) throws(ONNXProblem) -> ONNXConstant? {
  guard let indices = operands[0], let values = operands[2], values.count == 2 else { return nil }
  let depth: Int
  let given: [Int]
  switch operands[1] {
  case .integers(let integers)? where integers.elements.count == 1: depth = integers.elements[0]
  case .numbers(let tensor)? where tensor.elements.count == 1: depth = Int(exactly: tensor.elements[0].rounded(.towardZero)) ?? 0
  default: return nil
  }
  switch indices {
  case .integers(let integers): given = integers.elements
  case .numbers(let tensor): given = tensor.elements.map { Int(exactly: $0.rounded(.towardZero)) ?? .min }
  }
  guard depth >= 1, depth <= maximumIntegers else { throw ONNXProblem(.shape, "Its depth is \(depth).", ONNXProblem.damaged) }
  let axis = try normalizedAxis(call.int("axis", default: -1), rank: indices.shape.count + 1)
  var shape = indices.shape
  shape.insert(depth, at: axis)
  try call.reserve(shape)
  let inner = indices.shape[axis...].reduce(1, *)
  let places = (0..<(shape.contains(0) ? 0 : shape.elementCount)).map { at in
    let index = given[at / (inner * depth) * inner + at % inner]
    return (index < 0 ? index &+ depth : index) == at / inner % depth ? 1 : 0
  }
  return values.picking(places, shape: shape)
}

/// Trilu: the upper or the lower triangle of each matrix, zeros besides.
@Sendable func triangle(_ call: ONNXCall, _ operands: [ONNXConstant?]) throws(ONNXProblem) -> ONNXConstant? {
  guard let input = operands[0] else { return nil }
  let shape = input.shape
  guard shape.count >= 2 else { throw ONNXProblem(.shape, "Its input of shape \(shape) is not a matrix.", ONNXProblem.damaged) }
  var diagonal = 0
  if operands.count > 1, let given = operands[1] {
    guard let integers = given.integers, integers.elements.count == 1 else { return nil }
    diagonal = max(-maximumElementCount, min(integers.elements[0], maximumElementCount))
  }
  let takesUpper = try call.flag("upper", default: true)
  let count = try call.reserve(shape)
  let (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
  let places = (0..<count).map { at in
    let beyond = at % columns - at / columns % rows - diagonal
    return (takesUpper ? beyond >= 0 : beyond <= 0) ? at : -1
  }
  return input.picking(places, shape: shape)
}

/// NonZero: for each axis the indices of all elements that are not 0.
@Sendable func placesOfNonZero(_ call: ONNXCall, _ operands: [ONNXConstant?]) throws(ONNXProblem) -> ONNXConstant? {
  guard let input = operands[0] else { return nil }
  let found: [Int]
  switch input {
  case .numbers(let tensor): found = tensor.elements.indices.filter { tensor.elements[$0] != 0 }
  case .integers(let integers): found = integers.elements.indices.filter { integers.elements[$0] != 0 }
  }
  let shape = [input.shape.count, found.count]
  try call.reserve(input.shape)
  try call.reserve(shape)
  let strides = rowMajorStrides(input.shape)
  let elements = input.shape.indices.flatMap { axis in found.map { $0 / strides[axis] % input.shape[axis] } }
  return .integers(ONNXIntegers(shape: shape, elements: elements))
}

/// Compress: the slices along an axis, or the elements, whose condition holds.
@Sendable func compress(_ call: ONNXCall, _ operands: [ONNXConstant?]) throws(ONNXProblem) -> ONNXConstant? {
  guard let input = operands[0], let condition = operands[1]?.integers, input.count > 0 else { return nil }
  var shape = [input.count]
  var axis = 0
  if let given = try call.int("axis") {
    axis = try normalizedAxis(given, rank: input.shape.count)
    shape = input.shape
  }
  let kept = condition.elements.prefix(shape[axis]).indices.filter { condition.elements[$0] != 0 }
  let (length, inner) = (shape[axis], shape[(axis + 1)...].reduce(1, *))
  shape[axis] = kept.count
  try call.reserve(shape)
  let outer = shape[..<axis].reduce(1, *)
  let places = (0..<outer).flatMap { row in kept.flatMap { index in (0..<inner).map { (row * length + index) * inner + $0 } } }
  return input.picking(places, shape: shape)
}

/// EyeLike: ones on a diagonal.
@Sendable func diagonal(_ call: ONNXCall, _ operands: [ONNXConstant?]) throws(ONNXProblem) -> ONNXConstant? {
  guard let input = operands[0], input.shape.count == 2 else { return nil }
  let offset = try call.int("k", default: 0)
  let isFloat: Bool
  var type = input.integers?.type ?? .float32
  if let code = try call.int("dtype"), let number = Int32(exactly: code) { type = ONNXElementType(number) }
  isFloat = type.isFloat
  let count = try call.reserve(input.shape)
  let columns = input.shape[1]
  let isOne = (0..<count).map { ($0 % columns).subtractingReportingOverflow($0 / columns) == (offset, false) }
  if isFloat { return .made(of: isOne.map { $0 ? 1 : 0 }, input.shape) }
  guard type.range != nil else { return nil }
  return .integers(ONNXIntegers(shape: input.shape, elements: isOne.map { $0 ? 1 : 0 }, type: type))
}
