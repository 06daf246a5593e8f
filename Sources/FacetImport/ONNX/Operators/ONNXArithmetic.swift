import FacetIR

/// An operator that is a function of two operands.
func binary(_ function: BinaryFunction) -> ONNXBuild {
  { (call) throws(ONNXProblem) in
    var operands: [ValueID] = []
    for index in 0..<2 {
      // Stored integers beside computed ones, which are numbers here.
      let isInteger = call.lowering.integerValues[call.node.inputs[1 - index]] != nil
      operands.append(
        call.lowering.withoutBatch(try isInteger ? call.number(index) : function == .add ? call.addend(index) : call.value(index)))
    }
    return try call.emit(Binary(function: function), operands)
  }
}

/// Mul, also by the scales of a dynamically quantized product.
@Sendable func importMul(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  if let product = try scaledProduct(call) { return product }
  return try binary(.multiply)(call)
}

/// A function of two operands over any number of them, from left to right.
func chained(_ function: BinaryFunction) -> ONNXBuild {
  { (call) throws(ONNXProblem) in
    guard call.inputCount > 1 else { return try importIdentity(call) }
    let before = try chain(call, function, count: call.inputCount - 1)
    return try call.emit(Binary(function: function), [before, call.value(call.inputCount - 1)])
  }
}

/// Mean of any number of operands.
@Sendable func importMean(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  guard call.inputCount > 1 else { return try importIdentity(call) }
  let sum = try chain(call, .add, count: call.inputCount)
  return try call.emit(Unary(function: .affine(alpha: 1 / Float(call.inputCount), beta: 0)), [sum])
}

/// The function over the first `count` inputs.
private func chain(_ call: ONNXCall, _ function: BinaryFunction, count: Int) throws(ONNXProblem) -> ValueID {
  var result = try call.value(0)
  for index in 1..<count {
    result = try call.step("\(index)", Binary(function: function), [result, call.value(index)])
  }
  return result
}

/// PRelu: the slope broadcasts to the input, never the other way round. MXNet writes one of shape [C] for the channels.
@Sendable func importPRelu(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let input = try call.value(0)
  var slope = try call.value(1)
  let shape = call.lowering.graph.shape(input)
  var slopes = call.lowering.graph.shape(slope)
  if shape.count > 2, slopes == [shape[1]], (try? broadcast(shape, slopes)) != shape {
    slope = try call.step("slope", Reshape(shape: slopes + [Int](repeating: 1, count: shape.count - 2)), [slope])
    slopes = call.lowering.graph.shape(slope)
  }
  guard (try? broadcast(shape, slopes)) == shape else {
    throw ONNXProblem(.shape, "Its slope of shape \(slopes) does not broadcast to \(shape).", ONNXProblem.damaged)
  }
  if let one = call.lowering.graph.constant(slope)?.elements, one.count == 1, one[0].isFinite {
    return try call.emit(Unary(function: .leakyRelu(alpha: one[0])), [input])
  }
  return try call.emit(Binary(function: .prelu), [input, slope])
}

/// Pow (opsets 7, 12 to 15); the exponent may be of integers. Squares, roots and reciprocals, which need no power, are told apart.
@Sendable func importPow(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let base = try call.value(0)
  let exponent: ValueID
  if case .integers(let integers) = try call.resolve(1) {
    try call.charge(elements: integers.elements.count)
    exponent = try call.derivedConstant(
      call.node.name + ".exponent", Tensor(shape: integers.shape, elements: integers.elements.map { Float($0) }))
  } else {
    exponent = try call.value(1)
  }
  if let tensor = call.lowering.graph.constant(exponent), tensor.elements.count == 1,
    tensor.shape.count <= call.lowering.graph.shape(base).count
  {
    switch tensor.elements[0] {
    case 2: return try call.emit(Binary(function: .multiply), [base, base])
    case 1: return try importIdentity(call)
    case 0.5: return try call.emit(Unary(function: .squareRoot), [base])
    case -1: return try call.emit(Unary(function: .reciprocal), [base])
    default: break
    }
  }
  return try call.emit(Binary(function: .power), [base, exponent])
}
