/// ONNX `Conv` in two dimensions, with the activation and the residual that follow it.
///
/// Inputs: x `[1, I, H, W]`, weights `[O, I / groups, kh, kw]`, bias `[O]` (always there), and optionally a residual of the
/// output's shape. `y = clamp(convolution(x) + bias + residual)`; the border is padded with zeros.
package struct Convolution: Operator, Equatable {
  /// y, x.
  package var strides: [Int]
  /// top, left, bottom, right.
  package var pads: [Int]
  /// y, x.
  package var dilations: [Int]
  package var groups: Int
  package var clamp: Clamp

  package init(
    strides: [Int] = [1, 1], pads: [Int] = [0, 0, 0, 0], dilations: [Int] = [1, 1], groups: Int = 1, clamp: Clamp = .none
  ) {
    self.strides = strides
    self.pads = pads
    self.dilations = dilations
    self.groups = groups
    self.clamp = clamp
  }

  package var name: String { "Conv" }
  package var quantization: QuantizationRule { .weighted }

  package var attributes: String {
    var parts = ["strides=\(strides.commaSeparated)", "pads=\(pads.commaSeparated)"]
    if dilations != [1, 1] { parts.append("dilations=\(dilations.commaSeparated)") }
    if groups != 1 { parts.append("groups=\(groups)") }
    if let text = clamp.attribute { parts.append(text) }
    return parts.joined(separator: " ")
  }

  /// The windows over an input `[1, I, H, W]` for weights `[O, I / groups, kh, kw]`.
  package func windows(input: [Int], weights: [Int]) throws(ShapeError) -> (y: SlidingWindow, x: SlidingWindow) {
    try SlidingWindow.spatial(input, kernel: [weights[2], weights[3]], strides: strides, pads: pads, dilations: dilations)
  }

  package func outputShape(_ inputs: [[Int]]) throws(ShapeError) -> [Int] {
    try checkInputs(inputs, count: 3...4)
    try checkRank(inputs[0], [4], "the input")
    try checkRank(inputs[1], [4], "the weights")
    try clamp.check()
    let channels = inputs[0][1]
    let outputChannels = inputs[1][0]
    guard inputs[0][0] == 1 else { throw .batch(inputs[0]) }
    guard groups >= 1, channels % groups == 0, outputChannels % groups == 0 else {
      throw ShapeError("\(groups) groups do not divide \(channels) input and \(outputChannels) output channels")
    }
    guard inputs[1][1] == channels / groups else {
      throw ShapeError(
        "the weights \(inputs[1]) want \(inputs[1][1]) input channels in each of \(groups) groups, the input \(inputs[0]) has "
          + "\(channels / groups)")
    }
    try checkEqual(inputs[2], [outputChannels], "the bias")
    let (y, x) = try windows(input: inputs[0], weights: inputs[1])
    let result = [1, outputChannels, y.output, x.output]
    try checkShape(result, "the output")
    if inputs.count == 4 { try checkEqual(inputs[3], result, "the residual") }
    return result
  }

  package func multiplyAccumulates(_ inputs: [[Int]], output: [Int]) -> Int {
    // Each factor is at most 2^31.
    output.elementCount * (inputs[1][1] * inputs[1][2] * inputs[1][3])
  }

  package func reference(_ inputs: [Tensor]) -> Tensor {
    let (x, weights, bias) = (inputs[0], inputs[1], inputs[2])
    guard let shape = try? outputShape(inputs.map(\.shape)),
      let (rows, columns) = try? windows(input: x.shape, weights: weights.shape)
    else { preconditionFailure("the input shapes do not fit") }
    let (height, width) = (x.shape[2], x.shape[3])
    let (groupInputs, kernelHeight, kernelWidth) = (weights.shape[1], weights.shape[2], weights.shape[3])
    let groupOutputs = shape[1] / groups
    var result = Tensor(shape: shape, repeating: 0)
    var at = 0
    for o in 0..<shape[1] {
      let firstInput = o / groupOutputs * groupInputs
      for oy in 0..<shape[2] {
        let (y0, tapsY) = (rows.start(oy), rows.taps(oy))
        for ox in 0..<shape[3] {
          let (x0, tapsX) = (columns.start(ox), columns.taps(ox))
          var sum = Double(bias.elements[o])
          for i in 0..<groupInputs {
            for ky in tapsY {
              let w = ((o * groupInputs + i) * kernelHeight + ky) * kernelWidth
              let p = ((firstInput + i) * height + y0 + ky * dilations[0]) * width + x0
              for kx in tapsX {
                sum += Double(x.elements[p + kx * dilations[1]]) * Double(weights.elements[w + kx])
              }
            }
          }
          if inputs.count == 4 { sum += Double(inputs[3].elements[at]) }
          result.elements[at] = Float(clamp.apply(sum))
          at += 1
        }
      }
    }
    return result
  }
}
