import FacetDiagnostics
import FacetIR

/// TopK (opsets 1, 10, 11): values, and indices as numbers. Sorted also where `sorted` is 0, which leaves the order open.
@Sendable func importTopK(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  try call.refuse(attributes: "k", since: 10)
  guard call.inputCount == (call.opset >= 10 ? 2 : 1), call.node.outputs.count <= 2 else {
    throw ONNXProblem(
      .inputs, "It has \(plural(call.inputCount, "input")) and \(plural(call.node.outputs.count, "output")).", ONNXProblem.damaged)
  }
  let shape = try call.shape(0)
  let axis = try normalizedAxis(call.int("axis", default: -1), rank: shape.count)
  let given = try call.opset >= 10 ? call.integers(1, "k").elements : [call.int("k", default: 0)]
  guard given.count == 1, (1...shape[axis]).contains(given[0]) else {
    throw ONNXProblem(
      .attribute, "Its k is \(given.prefix(4)) for an axis of \(shape[axis]).", "Export the model with a k that the axis has.")
  }
  let largest = try call.flag("largest", default: true)
  _ = try call.flag("sorted", default: true)
  func part(_ result: TopK.Result, output: Int) throws(ONNXProblem) -> ONNXValue {
    try call.emit(TopK(axis: axis, count: given[0], largest: largest, result: result), [call.value(0)], output: output)
  }
  if call.node.outputs.count == 2, !call.node.outputs[1].isEmpty {
    call.lowering.values[call.node.outputs[1]] = try part(.indices, output: 1)
  }
  return try part(.values, output: 0)
}
