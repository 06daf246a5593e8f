import FacetDiagnostics
import FacetIR

// Operators on quantized tensors are imported as the float32 operators that they stand for, between quantizations: the graph then says
// what the model means, in one form, and int8 programs take their quantizations from it.

/// An operator whose inputs are tensor, scale and zero point for each operand, then scale and zero point of the result.
func qlinear(_ type: String, operands: Int) -> ONNXBuild {
  { (call) throws(ONNXProblem) in
    try refuseChannelsLast(call)
    var values: [(index: Int, value: ValueID)] = []
    for operand in 0..<operands { values.append((3 * operand, try operandOf(call, 3 * operand))) }
    return try requantized(call, call.imported(as: type, values), scale: 3 * operands)
  }
}

/// QLinearConv (opset 10): weights per tensor or per output channel, and a bias of int32 in units of both scales' product.
@Sendable func importQLinearConv(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let weightShape = try call.anyDimensions(3)
  let input = try call.quantization(scale: 1, zeroPoint: 2, axis: 1, shape: call.anyDimensions(0))
  let weights = try call.quantization(scale: 4, zeroPoint: 5, axis: 0, shape: weightShape)
  var values = [(0, try call.real(0, input)), (3, try call.real(3, weights))]
  if call.has(8) { values.append((8, try bias(call, 8, input, weights))) }
  return try requantized(call, call.imported(as: "Conv", values), scale: 6)
}

/// QGemm (onnxruntime): the weights' scales are for columns of the product; without a scale of its own the result is float32.
@Sendable func importQGemm(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let input = try call.quantization(scale: 1, zeroPoint: 2, axis: 0, shape: call.anyDimensions(0))
  let columns = try call.flag("transB") ? 0 : 1
  let weights = try call.quantization(scale: 4, zeroPoint: 5, axis: columns, shape: call.anyDimensions(3))
  var values = [(0, try call.real(0, input)), (3, try call.real(3, weights))]
  if call.has(6) {
    // Its bias is in units of alpha and both scales.
    var units = input
    units.scales = try units.scales.map { [alpha = call.float("alpha", default: 1)] in $0 * alpha }
    values.append((6, try bias(call, 6, units, weights)))
  }
  let result = try call.imported(as: "Gemm", values)
  return call.has(7) ? try requantized(call, result, scale: 7) : .value(result)
}

/// QLinearConcat (onnxruntime): scale and zero point of the result, then tensor, scale and zero point of each operand.
@Sendable func importQLinearConcat(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  var values: [(index: Int, value: ValueID)] = []
  for index in stride(from: 2, to: call.inputCount, by: 3) { values.append((index, try operandOf(call, index))) }
  guard !values.isEmpty else { throw ONNXProblem(.inputs, "It has no operands.", ONNXProblem.damaged) }
  return try requantized(call, call.imported(as: "Concat", values), scale: 0)
}

/// QLinearSoftmax (onnxruntime): what its axis means depends on an opset of its own.
@Sendable func importQLinearSoftmax(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  guard try call.int("opset", default: call.opset) >= 13, call.opset >= 13 else {
    throw ONNXProblem(.opset, "It means a Softmax before opset 13.", "Export the model for opset 13 or later.")
  }
  return try qlinear("Softmax", operands: 1)(call)
}

/// The real numbers of a tensor whose scale and zero point follow it.
private func operandOf(_ call: ONNXCall, _ index: Int) throws(ONNXProblem) -> ValueID {
  let shape = try call.anyDimensions(index)
  // Several scales of a matrix are for its rows where it stands first, else for its columns.
  let q = try call.quantization(
    scale: index + 1, zeroPoint: index + 2, axis: max(shape.count - (index == 0 ? 2 : 1), 0), shape: shape)
  return try call.real(index, q)
}

private func requantized(_ call: ONNXCall, _ value: ValueID, scale: Int) throws(ONNXProblem) -> ONNXValue {
  let shape = call.lowering.graph.shape(value)
  let q = try call.quantization(scale: scale, zeroPoint: scale + 1, axis: max(shape.count - 2, 0), shape: shape)
  guard q.type.isByte else {
    throw ONNXProblem(.tensorType, "It makes \(q.type), expected uint8 or int8.", "Quantize the model to 8 bits.")
  }
  return try call.quantized(value, q)
}

/// A bias of int32 as real numbers.
private func bias(
  _ call: ONNXCall, _ index: Int, _ input: ONNXQuantization, _ weights: ONNXQuantization
) throws(ONNXProblem) -> ValueID {
  let count = try call.integers(index, "bias").elements.count
  guard input.isPerTensor, weights.isPerTensor || weights.scales.count == count else {
    throw ONNXProblem(.shape, "Its bias has \(plural(count, "number")) for \(plural(weights.scales.count, "scale")).", ONNXProblem.damaged)
  }
  let scales = weights.scales.map { input.scales[0] * $0 }
  let units = ONNXQuantization(
    scales: scales, zeroPoints: scales.map { _ in 0 }, axis: try call.dimensions(index).count - 1, type: .int32)
  return try call.real(index, units)
}

private func refuseChannelsLast(_ call: ONNXCall) throws(ONNXProblem) {
  guard try !call.flag("channels_last") else {
    throw ONNXProblem(
      .attribute, "The attribute 'channels_last' is 1.", "Give the model as the quantizer wrote it, not as a runtime has optimized it.")
  }
}

extension ONNXCall {
  /// The shape of an input of any type.
  func anyDimensions(_ index: Int) throws(ONNXProblem) -> [Int] {
    switch try resolve(index) {
    case .codes(let codes): return codes.shape
    case .integers(let integers): return integers.shape
    default: return try shape(index)
    }
  }
}
