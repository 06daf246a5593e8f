import FacetIR

/// A reduction along any axes; all where none are given.
///
/// - Parameter axesInputSince: the opset from which on the axes are an input; an attribute before.
func reduce(_ function: ReduceFunction, axesInputSince version: Int = 18) -> ONNXBuild {
  { (call) throws(ONNXProblem) in
    let shape = try call.shape(0)
    let given = try reducedAxes(call, since: version)
    if given.isEmpty, try call.flag("noop_with_empty_axes") { return try importIdentity(call) }
    var axes: Set<Int> = []
    for axis in given { axes.insert(try normalizedAxis(axis, rank: shape.count)) }
    if given.isEmpty { axes = Set(shape.indices) }
    let keep = try call.flag("keepdims", default: true)
    if function == .mean, isImage(shape), axes == [2, 3] {
      return try call.emit(GlobalAveragePool(keepDimensions: keep), [call.value(0)])
    }
    return try call.emit(
      Reduce(function: function, axes: axes.sorted(), keepDimensions: keep), [call.value(0)])
  }
}

private func reducedAxes(_ call: ONNXCall, since version: Int) throws(ONNXProblem) -> [Int] {
  try call.refuse(attributes: "axes", since: version)
  if call.opset >= version { return call.has(1) ? try call.integers(1, "axes").elements : [] }
  guard call.inputCount == 1 else {
    throw ONNXProblem(.inputs, "Its axes are an input only since opset \(version).", ONNXProblem.damaged)
  }
  return try call.ints("axes") ?? []
}

/// ArgMax or ArgMin (opsets 1, 11 to 13); the index comes as a number.
func index(_ function: ReduceFunction) -> ONNXBuild {
  { (call) throws(ONNXProblem) in
    guard try !call.flag("select_last_index") else {
      throw ONNXProblem(
        .unsupportedForm, "It asks for the last of equal elements.", "Export the model with select_last_index = 0.")
    }
    let axis = try normalizedAxis(call.int("axis", default: 0), rank: call.shape(0).count)
    let reduce = Reduce(function: function, axes: [axis], keepDimensions: try call.flag("keepdims", default: true))
    return try call.emit(reduce, [call.value(0)])
  }
}
