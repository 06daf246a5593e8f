import FacetIR

/// How a row imports an operator.
typealias ONNXBuild = @Sendable (ONNXCall) throws(ONNXProblem) -> ONNXValue

/// An operator that is a function of one number, without attributes.
func unary(_ function: UnaryFunction) -> ONNXBuild {
  { (call) throws(ONNXProblem) in try call.emit(Unary(function: function), [call.value(0)]) }
}

/// One whose constant is the attribute `alpha`.
func unary(alpha fallback: Float, _ function: @escaping @Sendable (_ alpha: Float) -> UnaryFunction) -> ONNXBuild {
  { (call) throws(ONNXProblem) in try unary(function(call.float("alpha", default: fallback)))(call) }
}

/// Celu (opset 12): max(x, 0) + min(0, alpha · (e^(x / alpha) − 1)); J. Barron, arXiv 1704.07483.
@Sendable func importCelu(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let alpha = try call.float("alpha", default: 1)
  guard alpha > 0, (1 / alpha).isFinite else {
    throw ONNXProblem(.attribute, "The attribute 'alpha' is \(alpha), expected a positive number.", ONNXProblem.damaged)
  }
  let scaled = try call.step("scaled", Unary(function: .affine(alpha: 1 / alpha, beta: 0)), [call.value(0)])
  let elu = try call.step("elu", Unary(function: .elu(alpha: 1)), [scaled])
  return try call.emit(Unary(function: .affine(alpha: alpha, beta: 0)), [elu])
}

/// The constants of G. Klambauer et al., "Self-Normalizing Neural Networks", arXiv 1706.02515.
@Sendable func importSelu(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let alpha = try call.float("alpha", default: 1.6732632)
  return try unary(.selu(alpha: alpha, gamma: call.float("gamma", default: 1.0507010)))(call)
}

@Sendable func importGelu(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  switch try call.string("approximate") ?? "none" {
  case "none": return try unary(.gelu)(call)
  case "tanh": return try unary(.geluTanh)(call)
  case let other:
    throw ONNXProblem(.attribute, "The attribute 'approximate' is '\(other)'.", ONNXProblem.damaged)
  }
}

@Sendable func importHardSigmoid(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let function = UnaryFunction.hardSigmoid(
    alpha: try call.float("alpha", default: 0.2), beta: try call.float("beta", default: 0.5))
  return try call.emit(Unary(function: function), [call.value(0)])
}

/// Clip: the bounds are attributes up to opset 10 and inputs from 11 on; one left out does not bound.
@Sendable func importClip(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  try call.refuse(attributes: "min", "max", since: 11)
  var low = -Float.infinity
  var high = Float.infinity
  if call.opset < 11 {
    guard call.inputCount == 1 else {
      throw ONNXProblem(.inputs, "Its bounds are inputs only since opset 11.", ONNXProblem.damaged)
    }
    if call.node.attributes["min"] != nil { low = try call.float("min", default: low) }
    if call.node.attributes["max"] != nil { high = try call.float("max", default: high) }
  } else {
    if call.has(1) { low = try call.scalar(1, "lower bound") }
    if call.has(2) { high = try call.scalar(2, "upper bound") }
  }
  // The largest numbers are how exporters write that there is no bound.
  if low <= -Float.greatestFiniteMagnitude { low = -.infinity }
  if high >= Float.greatestFiniteMagnitude { high = .infinity }
  guard low <= high, low < .infinity, high > -.infinity else {
    throw ONNXProblem(.attribute, "Its bounds are \(low) and \(high).", "Export the model with the lower bound below the upper.")
  }
  guard low > -.infinity || high < .infinity else { return try importIdentity(call) }
  return try call.emit(Unary(function: .clip(low, high)), [call.value(0)])
}
