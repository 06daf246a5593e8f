import FacetIR

/// LpPool (opsets 2, 11, 18): `(Σ |x|^p)^(1/p)` over each window, whose sum is a depthwise convolution with ones.
@Sendable func importLpPool(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let order = try normOrder(call)
  let image = try call.image(0)
  let shape = call.lowering.graph.shape(image.id)
  let window = try ONNXWindow(call, input: shape, kernel: nil, isLine: image.isLine)
  var pads = window.pads
  if try call.flag("ceil_mode"), !window.isSame { pads = try ceilingPads(window, input: shape) }
  let channels = shape[1]
  try call.charge(elements: channels * (window.kernel.reduce(1, *) + 1))
  let ones = try call.derivedConstant(call.node.name + ".ones", Tensor(shape: [channels, 1] + window.kernel, repeating: 1))
  let zeros = try call.derivedConstant(call.node.name + ".zeros", Tensor(shape: [channels], repeating: 0))
  let sum = Convolution(strides: window.strides, pads: pads, dilations: window.dilations, groups: channels)
  let powers = try magnitudes(call, image.id, raisedTo: order)
  if order == 1 { return try call.emit(sum, image: (powers, image.isLine), [ones, zeros]) }
  let sums = try call.step("sum", sum, [powers, ones, zeros])
  let (root, operands) = try root(call, sums, order: order)
  return try call.emit(root, image: (operands[0], image.isLine), Array(operands.dropFirst()))
}

/// The pads with what the last windows of `ceil_mode` reach beyond them.
private func ceilingPads(_ window: ONNXWindow, input: [Int]) throws(ONNXProblem) -> [Int] {
  var pads = window.pads
  for axis in 0..<2 {
    let found = try? SlidingWindow(
      input: input[axis + 2], kernel: window.kernel[axis], stride: window.strides[axis], padBegin: pads[axis],
      padEnd: pads[axis + 2], dilation: window.dilations[axis], ceilMode: true)
    // Where no window fits, the convolution says so.
    guard let found else { continue }
    pads[axis + 2] = max(pads[axis + 2], found.start(found.output - 1) + found.extent - input[axis + 2])
  }
  return pads
}

/// GlobalLpPool (opset 2).
@Sendable func importGlobalLpPool(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let axes = try spatialAxes(call.shape(0))
  let order = try normOrder(call)
  guard order > 2 else { return try call.emit(Reduce(function: order == 1 ? .l1 : .l2, axes: axes), [call.value(0)]) }
  let powers = try magnitudes(call, call.value(0), raisedTo: order)
  let (root, operands) = try root(call, call.step("sum", Reduce(function: .sum, axes: axes), [powers]), order: order)
  return try call.emit(root, operands)
}

/// The attribute `p`, a whole number of at least 1. Its largest value is the last one that float32 has exactly.
private func normOrder(_ call: ONNXCall) throws(ONNXProblem) -> Int {
  let order = try call.int("p", default: 2)
  guard order >= 1, order <= 1 << 24 else {
    throw ONNXProblem(.attribute, "The attribute 'p' is \(order), expected a number from 1 on.", ONNXProblem.damaged)
  }
  return order
}

/// |x|^p
private func magnitudes(_ call: ONNXCall, _ input: ValueID, raisedTo order: Int) throws(ONNXProblem) -> ValueID {
  if order == 2 { return try call.step("square", Binary(function: .multiply), [input, input]) }
  let magnitudes = try call.step("abs", Unary(function: .absolute), [input])
  guard order > 2 else { return magnitudes }
  let exponent = try call.derivedConstant(call.node.name + ".order", Tensor(shape: [], elements: [Float(order)]))
  return try call.step("power", Binary(function: .power), [magnitudes, exponent])
}

/// The operator that takes the root of an order from 2 on, with its operands.
private func root(_ call: ONNXCall, _ sum: ValueID, order: Int) throws(ONNXProblem) -> (any Operator, [ValueID]) {
  if order == 2 { return (Unary(function: .squareRoot), [sum]) }
  let exponent = try call.derivedConstant(call.node.name + ".root", Tensor(shape: [], elements: [1 / Float(order)]))
  return (Binary(function: .power), [sum, exponent])
}
