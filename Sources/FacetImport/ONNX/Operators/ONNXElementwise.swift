import FacetIR

@Sendable func importAdd(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  try call.emit(Binary(function: .add), [call.value(0), call.value(1)])
}

@Sendable func importMul(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  try call.emit(Binary(function: .multiply), [call.value(0), call.value(1)])
}

@Sendable func importRelu(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  try call.emit(Unary(function: .relu), [call.value(0)])
}

@Sendable func importSigmoid(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  try call.emit(Unary(function: .sigmoid), [call.value(0)])
}

@Sendable func importHardSigmoid(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let function = UnaryFunction.hardSigmoid(
    alpha: try call.float("alpha", default: 0.2), beta: try call.float("beta", default: 0.5))
  return try call.emit(Unary(function: function), [call.value(0)])
}

@Sendable func importHardSwish(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  try call.emit(Unary(function: .hardSwish), [call.value(0)])
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
