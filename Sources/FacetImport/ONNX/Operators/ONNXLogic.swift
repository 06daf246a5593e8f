import FacetIR

// Comparisons, truth values and choices by them. Truth values are float32 numbers 0 and 1, as they are elsewhere in a graph.

/// Equal, Less and LessOrEqual; Greater and GreaterOrEqual with the operands changed.
func comparison(_ function: BinaryFunction, swapped: Bool = false) -> ONNXBuild {
  { (call) throws(ONNXProblem) in
    let operands = try call.uniform([call.number(0), call.number(1)])
    return try call.emit(Binary(function: function), swapped ? operands.reversed() : operands)
  }
}

/// And, Or: exact on 0 and 1, also where int8 rounds its products.
func truth(_ function: BinaryFunction) -> ONNXBuild {
  { (call) throws(ONNXProblem) in try call.emit(Binary(function: function), [call.number(0), call.number(1)]) }
}

@Sendable func importXor(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let equal = try call.step("equal", Binary(function: .equal), [call.number(0), call.number(1)])
  return try call.emit(Unary(function: .opposite), [equal])
}

@Sendable func importNot(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  try call.emit(Unary(function: .opposite), [call.number(0)])
}

/// IsNaN (opsets 9 to 20): what does not equal itself.
@Sendable func importIsNaN(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let value = try call.number(0)
  let equal = try call.step("equal", Binary(function: .equal), [value, value])
  return try call.emit(Unary(function: .opposite), [equal])
}

/// IsInf (opsets 10, 20): what equals infinity.
@Sendable func importIsInf(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let value = try call.number(0)
  func infinity(_ name: String, _ number: Float) -> ValueID {
    call.lowering.values.addConstant(Tensor(shape: [], elements: [number]), name: "\(call.node.name).\(name)", to: &call.lowering.graph)
  }
  switch (try call.flag("detect_negative", default: true), try call.flag("detect_positive", default: true)) {
  case (true, true):
    let size = try call.step("size", Unary(function: .absolute), [value])
    return try call.emit(Binary(function: .equal), [size, infinity("infinity", .infinity)])
  case (true, false): return try call.emit(Binary(function: .equal), [value, infinity("infinity", -.infinity)])
  case (false, true): return try call.emit(Binary(function: .equal), [value, infinity("infinity", .infinity)])
  case (false, false): return try call.emit(Binary(function: .less), [value, infinity("infinity", -.infinity)])
  }
}

/// Where (opsets 9, 16): one of two numbers, by a condition; all three broadcast.
@Sendable func importWhere(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let operands = try call.uniform([call.number(0), call.number(1), call.number(2)])
  let (condition, chosen, other) = (operands[0], operands[1], operands[2])
  let graph = call.lowering.graph
  if let choice = graph.constant(condition)?.elements, let first = choice.first, choice.allSatisfy({ ($0 != 0) == (first != 0) }) {
    // Always the same one, which may have to be stretched.
    let value = first != 0 ? chosen : other
    if try call.broadcastShape([condition, chosen, other]) == graph.shape(value) { return try call.emit(Identity(), [value]) }
  }
  let one = try call.step("chosen", Binary(function: .whereTrue), [chosen, condition])
  let two = try call.step("other", Binary(function: .whereFalse), [other, condition])
  return try call.emit(Binary(function: .join), [one, two])
}

/// Shrink (opset 9): x − bias above lambd, x + bias below −lambd, else 0.
@Sendable func importShrink(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let (bias, limit) = (try call.float("bias", default: 0), try call.float("lambd", default: 0.5))
  let value = try call.value(0)
  func part(_ name: String, shift: Float, _ isPart: [ValueID]) throws(ONNXProblem) -> ValueID {
    let condition = try call.step(name, Binary(function: .less), isPart)
    let shifted = try call.step(name + ".shifted", Unary(function: .affine(alpha: 1, beta: shift)), [value])
    return try call.step(name + ".chosen", Binary(function: .whereTrue), [shifted, condition])
  }
  let high = try call.derivedConstant(call.node.name + ".lambd", Tensor(shape: [], elements: [limit]))
  let low = try call.derivedConstant(call.node.name + ".negative", Tensor(shape: [], elements: [-limit]))
  return try call.emit(Binary(function: .join), [part("above", shift: -bias, [high, value]), part("below", shift: bias, [value, low])])
}

extension ONNXLowering {
  /// The type of the result of a comparison or a choice, where it is not float32.
  func typeOfLogic(_ node: ONNXNode) -> ONNXElementType? {
    guard node.domain.isEmpty else { return nil }
    if ONNXOperatorTable.comparisons.contains(node.operatorType) { return .bool }
    return node.operatorType == "Where" ? node.inputs.dropFirst().lazy.compactMap { self.integerValues[$0] }.first : nil
  }
}

extension UnaryFunction {
  /// Of a truth value.
  fileprivate static let opposite = UnaryFunction.affine(alpha: -1, beta: 1)
}

extension ONNXCall {
  /// An input as numbers, be it of numbers, integers or truth values; a constant may be infinite.
  func number(_ index: Int) throws(ONNXProblem) -> ValueID {
    switch try resolve(index) {
    case .value(let id): return id
    case .integers(let integers) where !integers.elements.isEmpty:
      try charge(elements: integers.elements.count)
      return try derivedConstant(node.inputs[index], Tensor(shape: integers.shape, elements: integers.elements.map { Float($0) }))
    default: return try value(index)
    }
  }

  /// Makes truth values of computed numbers: whether they are not 0.
  func isNotZero(_ id: ValueID) throws(ONNXProblem) -> ONNXValue {
    let zero = try derivedConstant(node.name + ".zero", Tensor(shape: [], elements: [0]))
    let isZero = try step("zero", Binary(function: .equal), [id, zero])
    return try emit(Unary(function: .opposite), [isZero])
  }

  /// Makes integers of computed numbers: toward zero.
  func truncated(_ id: ValueID) throws(ONNXProblem) -> ONNXValue {
    let below = try step("floor", Unary(function: .floor), [id])
    let above = try step("ceil", Unary(function: .ceiling), [id])
    let positive = try step("positive", Unary(function: .relu), [below])
    let negative = try step("negative", Unary(function: .clip(-.infinity, 0)), [above])
    return try emit(Binary(function: .join), [positive, negative])
  }

  /// Operands of which constants that hold one number everywhere are scalars, where the others alone have the result's shape: a function of one
  /// number is then seen as one.
  fileprivate func uniform(_ values: [ValueID]) throws(ONNXProblem) -> [ValueID] {
    let shape = try broadcastShape(values)
    let graph = lowering.graph
    let isUniform = values.map { value in
      guard let elements = graph.constant(value)?.elements, elements.count > 1, elements.count <= maximumIntegers else { return false }
      return elements.allSatisfy { $0 == elements[0] }
    }
    guard isUniform.contains(true), try broadcastShape(zip(values, isUniform).filter { !$1 }.map(\.0)) == shape else { return values }
    return zip(values, isUniform).map { value, isUniform in
      guard isUniform, let number = graph.constant(value)?.elements[0] else { return value }
      return lowering.values.addConstant(Tensor(shape: [], elements: [number]), name: graph[value].name, to: &lowering.graph)
    }
  }

  fileprivate func broadcastShape(_ values: [ValueID]) throws(ONNXProblem) -> [Int] {
    do throws(ShapeError) {
      var shape: [Int] = []
      for value in values { shape = try broadcast(shape, lowering.graph.shape(value)) }
      return shape
    } catch {
      throw ONNXProblem(error)
    }
  }
}
