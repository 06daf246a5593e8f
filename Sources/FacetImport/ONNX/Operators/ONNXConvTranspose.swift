import FacetIR

/// ConvTranspose (opsets 1, 11) of one or two dimensions with constant weights.
///
/// It is a convolution with the kernel flipped of the input with zeros in between and around (Dumoulin and Visin, "A guide to
/// convolution arithmetic for deep learning", section 4).
@Sendable func importConvTranspose(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let (weightsID, given) = try call.constant(1, "weights")
  let stored = Tensor(shape: imageShape(given.shape), elements: given.elements)
  guard stored.shape.count == 4, try call.shape(0).count == given.shape.count else {
    throw ONNXProblem(
      .unsupportedForm, "Its weights have shape \(given.shape), expected [C, M/groups, H, W].",
      "Only convolution of one or two dimensions is supported.")
  }
  let (input, isLine) = try call.image(0)
  let shape = call.lowering.graph.shape(input)
  let groups = try call.int("group", default: 1)
  guard groups >= 1, shape[1] % groups == 0, stored.shape[0] == shape[1] else {
    throw ONNXProblem(
      .shape, "Its weights of shape \(given.shape) in \(groups) groups do not fit \(shape[1]) channels.", ONNXProblem.damaged)
  }
  let (outputs, overflow) = stored.shape[1].multipliedReportingOverflow(by: groups)
  guard !overflow, outputs <= maximumElementCount else {
    throw ONNXProblem(.shape, "It has \(groups) groups.", ONNXProblem.damaged)
  }
  let window = try ONNXTransposedWindow(call, input: shape, kernel: Array(stored.shape[2...]), isLine: isLine)
  try call.charge(elements: stored.elements.count + outputs)
  let weights = try call.derivedConstant(
    call.lowering.graph[weightsID].name + ".flipped", flipped(stored, groups: groups, outputs: outputs),
    quantization: call.grid(weightsID)?.ofOutputs(outputs))
  let bias =
    try call.has(2)
    ? call.constant(2, "bias").id
    : call.derivedConstant(call.node.name + ".bias", Tensor(shape: [outputs], repeating: 0))
  let spread = try window.spread(call, input)
  let convolution = Convolution(
    strides: [1, 1], pads: window.convolutionPads, dilations: window.dilations, groups: groups)
  guard isLine else { return try call.emit(convolution, [spread, weights, bias]) }
  return try call.emitLine(call.step("image", convolution, [spread, weights, bias]))
}

/// `[C, M/g, H, W]` to the weights of a convolution, `[M, C/g, H, W]`, each kernel turned by half a turn.
private func flipped(_ weights: Tensor, groups: Int, outputs: Int) -> Tensor {
  let (inputs, part) = (weights.shape[0] / groups, weights.shape[1])
  let kernel = weights.shape[2] * weights.shape[3]
  var elements: [Float] = []
  elements.reserveCapacity(weights.elements.count)
  for output in 0..<outputs {
    for input in 0..<inputs {
      let start = ((output / part * inputs + input) * part + output % part) * kernel
      elements += weights.elements[start..<start + kernel].reversed()
    }
  }
  return Tensor(shape: [outputs, inputs] + weights.shape[2...], elements: elements)
}

extension ConstantQuantization {
  /// Of the weights of a transposed convolution, whose output channels are axis 1, the same in each group: with those on axis 0.
  fileprivate func ofOutputs(_ count: Int) -> ConstantQuantization? {
    guard scales.count > 1 else { return self }
    return axis == 1 ? ConstantQuantization(scales: (0..<count).map { scales[$0 % scales.count] }) : nil
  }
}

/// The window of a transposed convolution along y and x.
private struct ONNXTransposedWindow {
  var strides: [Int]
  var dilations: [Int]
  /// Zeros before and after each axis of the stretched input; below 0 elements are cut away.
  var before: [Int]
  var after: [Int]
  /// The share of them that the convolution adds itself: at most what its kernel reaches over.
  var convolutionPads: [Int]

  init(_ call: ONNXCall, input: [Int], kernel: [Int], isLine: Bool) throws(ONNXProblem) {
    func numbers(_ name: String, default fallback: Int, minimum: Int) throws(ONNXProblem) -> [Int]? {
      guard let values = try call.ints(name) else { return nil }
      guard values.count == (isLine ? 1 : 2), values.allSatisfy({ $0 >= minimum && $0 <= maximumWindowAttribute }) else {
        let message =
          "The attribute '\(name)' is \(values.prefix(16)), expected a number of \(minimum) to \(maximumWindowAttribute) per axis."
        let isTooLarge = values.count == (isLine ? 1 : 2) && values.allSatisfy { $0 >= minimum }
        throw isTooLarge ? .limit(message) : ONNXProblem(.attribute, message, ONNXProblem.damaged)
      }
      return isLine ? [fallback] + values : values
    }
    strides = try numbers("strides", default: 1, minimum: 1) ?? [1, 1]
    dilations = try numbers("dilations", default: 1, minimum: 1) ?? [1, 1]
    if let declared = try numbers("kernel_shape", default: 1, minimum: 1), declared != kernel {
      throw ONNXProblem(
        .attribute, "The attribute 'kernel_shape' is \(declared), and the weights have \(kernel).", ONNXProblem.damaged)
    }
    let extra = try numbers("output_padding", default: 0, minimum: 0) ?? [0, 0]
    let target = try numbers("output_shape", default: 1, minimum: 1)
    let auto = try call.string("auto_pad") ?? "NOTSET"
    let window = try ONNXWindow(call, input: input, kernel: kernel, isLine: isLine)
    (before, after) = (Array(window.pads[..<2]), Array(window.pads[2...]))
    convolutionPads = [0, 0, 0, 0]
    let reach = zip(kernel, dilations).map { ($0 - 1) * $1 }
    for axis in 0..<2 {
      let full = strides[axis] * (input[axis + 2] - 1) + extra[axis] + reach[axis] + 1
      let isSame = auto == "SAME_UPPER" || auto == "SAME_LOWER"
      if target != nil || isSame {
        let total = full - (target?[axis] ?? input[axis + 2] * strides[axis])
        // An output that is longer than what the input gives ends in zeros (or the bias).
        guard total >= -maximumWindowAttribute else {
          throw .limit(
            "Its output of \(full - total) is more than \(maximumWindowAttribute) longer than what its input of \(input[axis + 2]) gives.")
        }
        before[axis] = total < 0 ? 0 : auto == "SAME_UPPER" ? total / 2 : total - total / 2
        after[axis] = total - before[axis]
      }
      // From what is cut off the result to what is put around the input.
      before[axis] = reach[axis] - before[axis]
      after[axis] = reach[axis] - after[axis] + extra[axis]
    }
    convolutionPads = zip(before + after, reach + reach).map { max(0, min($0, $1)) }
  }

  /// The input with zeros in between, and with those around that the convolution does not add.
  func spread(_ call: ONNXCall, _ input: ValueID) throws(ONNXProblem) -> ValueID {
    var value = input
    for axis in 0..<2 where strides[axis] > 1 && call.lowering.graph.shape(value)[axis + 2] > 1 {
      value = try call.step("stretch\(axis)", Stretch(axis: axis + 2, step: strides[axis]), [value])
    }
    let (first, last) = ((0..<2).map { before[$0] - convolutionPads[$0] }, (0..<2).map { after[$0] - convolutionPads[$0 + 2] })
    if (first + last).contains(where: { $0 < 0 }) {
      let shape = call.lowering.graph.shape(value)
      let starts = [0, 0] + first.map { -min($0, 0) }
      let sizes = shape.indices.map { shape[$0] - starts[$0] + ($0 < 2 ? 0 : min(last[$0 - 2], 0)) }
      value = try call.step("crop", Slice(starts: starts, sizes: sizes, steps: [1, 1, 1, 1]), [value])
    }
    if (first + last).contains(where: { $0 > 0 }) {
      let pad = Pad(before: [0, 0] + first.map { max($0, 0) }, after: [0, 0] + last.map { max($0, 0) })
      value = try call.step("pad", pad, [value])
    }
    return value
  }
}
