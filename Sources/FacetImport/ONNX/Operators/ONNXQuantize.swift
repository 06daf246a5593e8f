import FacetDiagnostics
import FacetIR

/// QuantizeLinear (opsets 10, 13, 19, 21) to uint8 or int8, of whole tensors or along an axis.
@Sendable func importQuantizeLinear(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  guard call.lowering.integerValues[call.node.inputs[0]] == nil, call.lowering.quantized[call.node.inputs[0]] == nil else {
    throw ONNXProblem(.unsupportedForm, "It quantizes integers.", "Export the model with QuantizeLinear of float32 only.")
  }
  let value = try call.value(0)
  let shape = call.lowering.graph.shape(value)
  let q = try linearQuantization(call, shape)
  guard q.type.isByte else {
    throw ONNXProblem(.tensorType, "It makes \(q.type), expected uint8 or int8.", "Quantize the model to 8 bits.")
  }
  guard let tensor = call.lowering.graph.constant(value) else { return try call.quantized(value, q) }
  try call.charge(elements: tensor.elements.count, size: 1)
  let place = q.index(in: shape)
  let bytes = tensor.elements.enumerated().map { index, element in
    let channel = place(index)
    let zero = Float(q.zeroPoints[channel])
    let bounded = min(max(element / q.scales[channel], Float(q.range.lowerBound) - zero), Float(q.range.upperBound) - zero)
    return UInt8(truncatingIfNeeded: Int(bounded.rounded(.toNearestOrEven) + zero))
  }
  return .codes(ONNXCodes(shape: shape, bytes: bytes, type: q.type))
}

/// DequantizeLinear (opsets 10, 13, 19, 21) of uint8, int8, and of constant int32: the bias of a convolution.
@Sendable func importDequantizeLinear(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  if let dynamic = try dequantizedDynamic(call) { return dynamic }
  return .value(try call.real(0, linearQuantization(call, call.dimensions(0))))
}

private func linearQuantization(_ call: ONNXCall, _ shape: [Int]) throws(ONNXProblem) -> ONNXQuantization {
  guard try call.int("block_size", default: 0) == 0 else {
    throw ONNXProblem(
      .attribute, "It quantizes in blocks of \(try call.int("block_size", default: 0)).", "Quantize whole tensors, or along one axis.")
  }
  _ = try call.flag("saturate", default: true)
  var type = ONNXElementType.uint8
  // Of DequantizeLinear it is the type of the real numbers, which are float32 here.
  let isQuantize = call.node.operatorType == "QuantizeLinear"
  if isQuantize, let code = try call.int("output_dtype"), code != 0 { type = ONNXElementType(Int32(clamping: code)) }
  // Before opset 13 whole tensors only; a scale of several numbers is refused by its count.
  let given = try call.int("axis", default: 1)
  let axis = (-shape.count..<shape.count).contains(given) ? try normalizedAxis(given, rank: shape.count) : given
  let result = try call.quantization(scale: 1, zeroPoint: 2, axis: axis, shape: shape, default: type)
  guard call.opset >= 13 || result.isPerTensor || !call.node.domain.isEmpty else {
    throw ONNXProblem(.inputs, "Its scale has \(plural(result.scales.count, "number")), which opset 13 brought.", ONNXProblem.damaged)
  }
  guard !call.has(2) || !isQuantize || call.node.attributes["output_dtype"] == nil || result.type == type else {
    throw ONNXProblem(.attribute, "Its zero point is of \(result.type), its output of \(type).", ONNXProblem.damaged)
  }
  return result
}
