import FacetIR

/// The most elements of a list of integers that is computed at import; sizes, axes and indices are far shorter.
let maximumIntegers = 1 << 20

/// The result of arithmetic on constant integers (sizes, mostly), or nil where the node is none.
///
/// int64, int32 and bool (0 and 1) alike. What only moves elements is imported as for numbers, see `ONNXCall.rearrange`.
func foldIntegers(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue? {
  var inputs: [ONNXIntegers] = []
  for index in 0..<call.inputCount {
    guard call.has(index), case .integers(let integers) = try call.resolve(index) else { return nil }
    inputs.append(integers)
  }
  switch (call.node.operatorType, inputs.count) {
  case ("Add", 2): return try combine(call, inputs) { $0.addingReportingOverflow($1) }
  case ("Sub", 2): return try combine(call, inputs) { $0.subtractingReportingOverflow($1) }
  case ("Mul", 2): return try combine(call, inputs) { $0.multipliedReportingOverflow(by: $1) }
  case ("Div", 2): return try combine(call, inputs) { $0.dividedReportingOverflow(by: $1) }
  case ("Mod", 2):
    return try combine(call, inputs) {
      let (rest, overflow) = $0.remainderReportingOverflow(dividingBy: $1)
      // ONNX: the sign of the divisor.
      return overflow || rest == 0 || (rest < 0) == ($1 < 0) ? (rest, overflow) : (rest + $1, false)
    }
  case ("Min", 2): return try combine(call, inputs) { (min($0, $1), false) }
  case ("Max", 2): return try combine(call, inputs) { (max($0, $1), false) }
  case ("Equal", 2): return try combine(call, inputs) { ($0 == $1 ? 1 : 0, false) }
  case ("Less", 2): return try combine(call, inputs) { ($0 < $1 ? 1 : 0, false) }
  case ("LessOrEqual", 2): return try combine(call, inputs) { ($0 <= $1 ? 1 : 0, false) }
  case ("Greater", 2): return try combine(call, inputs) { ($0 > $1 ? 1 : 0, false) }
  case ("GreaterOrEqual", 2): return try combine(call, inputs) { ($0 >= $1 ? 1 : 0, false) }
  case ("And", 2): return try combine(call, inputs) { ($0 != 0 && $1 != 0 ? 1 : 0, false) }
  case ("Or", 2): return try combine(call, inputs) { ($0 != 0 || $1 != 0 ? 1 : 0, false) }
  case ("Not", 1): return try combine(call, inputs + inputs) { a, _ in (a == 0 ? 1 : 0, false) }
  case ("Neg", 1): return try combine(call, inputs + inputs) { a, _ in (0).subtractingReportingOverflow(a) }
  case ("Where", 3): return try choose(call, inputs)
  case ("ReduceProd", 1...2): return try reduce(call, inputs) { $0.multipliedReportingOverflow(by: $1) }
  case ("ReduceSum", 1...2): return try reduce(call, inputs) { $0.addingReportingOverflow($1) }
  case ("ReduceMax", 1...2): return try reduce(call, inputs) { (max($0, $1), false) }
  case ("ReduceMin", 1...2): return try reduce(call, inputs) { (min($0, $1), false) }
  default: return nil
  }
}

/// The rows of operators that exist for constant integers only.
@Sendable func refuseIntegers(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  throw ONNXProblem.outOfScope(
    call.node.operatorName, "Only arithmetic on constant integers, such as sizes, is supported for this operator.",
    "Export the model without this part, or replace it by arithmetic on float32.")
}

private func combine(
  _ call: ONNXCall, _ inputs: [ONNXIntegers], _ function: (Int, Int) -> (partialValue: Int, overflow: Bool)
) throws(ONNXProblem) -> ONNXValue {
  let shape = try broadcastShape(call, inputs)
  let (a, b) = (try spread(call, inputs[0], to: shape), try spread(call, inputs[1], to: shape))
  var result: [Int] = []
  result.reserveCapacity(a.count)
  for (x, y) in zip(a, b) {
    let (value, overflow) = function(x, y)
    guard !overflow else { throw overflowed(call, [x, y]) }
    result.append(value)
  }
  return .integers(ONNXIntegers(shape: shape, elements: result))
}

private func choose(_ call: ONNXCall, _ inputs: [ONNXIntegers]) throws(ONNXProblem) -> ONNXValue {
  let shape = try broadcastShape(call, inputs)
  let condition = try spread(call, inputs[0], to: shape)
  let (a, b) = (try spread(call, inputs[1], to: shape), try spread(call, inputs[2], to: shape))
  return .integers(ONNXIntegers(shape: shape, elements: condition.indices.map { condition[$0] != 0 ? a[$0] : b[$0] }))
}

private func reduce(
  _ call: ONNXCall, _ inputs: [ONNXIntegers], _ function: (Int, Int) -> (partialValue: Int, overflow: Bool)
) throws(ONNXProblem) -> ONNXValue {
  let shape = inputs[0].shape
  var axes: Set<Int> = []
  for axis in try inputs.count == 2 ? inputs[1].elements : call.ints("axes") ?? [] {
    axes.insert(try normalizedAxis(axis, rank: shape.count))
  }
  guard axes.isEmpty || axes.count == shape.count, var result = inputs[0].elements.first else {
    throw ONNXProblem(
      .unsupportedForm, "It reduces integers of shape \(shape) over the axes \(axes.sorted()).",
      "Integers are only reduced over all axes: export the model with constant folding.")
  }
  for element in inputs[0].elements.dropFirst() {
    let (value, overflow) = function(result, element)
    guard !overflow else { throw overflowed(call, [result, element]) }
    result = value
  }
  let keeps = try call.flag("keepdims", default: true)
  return .integers(ONNXIntegers(shape: keeps ? shape.map { _ in 1 } : [], elements: [result]))
}

private func overflowed(_ call: ONNXCall, _ operands: [Int]) -> ONNXProblem {
  ONNXProblem(
    .shape, "\(call.node.operatorType) of \(operands[0]) and \(operands[1]) is no 64-bit integer.", ONNXProblem.damaged)
}

private func broadcastShape(_ call: ONNXCall, _ inputs: [ONNXIntegers]) throws(ONNXProblem) -> [Int] {
  do throws(ShapeError) {
    var shape = inputs[0].shape
    for input in inputs.dropFirst() {
      // An empty list meets only empty lists or single elements.
      if shape.contains(0) || input.shape.contains(0) {
        guard shape == input.shape || input.elements.count == 1 || shape.elementCount == 1 else {
          throw ShapeError("shapes \(shape) and \(input.shape) do not broadcast")
        }
        if input.shape.contains(0) { shape = input.shape }
      } else {
        shape = try broadcast(shape, input.shape)
      }
    }
    guard shape.contains(0) || shape.checkedElementCount.map({ $0 <= maximumIntegers }) ?? false else {
      throw ShapeError.limit("\(shape) are more than \(maximumIntegers) integers")
    }
    return shape
  } catch {
    throw ONNXProblem(error)
  }
}

private func spread(_ call: ONNXCall, _ integers: ONNXIntegers, to shape: [Int]) throws(ONNXProblem) -> [Int] {
  if integers.shape == shape { return integers.elements }
  if shape.contains(0) { return [] }
  return try call.rearranged(Expand(shape: shape), integers).elements
}
