/// ONNX `AveragePool` in two dimensions, x `[1, C, H, W]`.
package struct AveragePool: Operator, Equatable {
  /// y, x.
  package var kernel: [Int]
  /// y, x.
  package var strides: [Int]
  /// top, left, bottom, right; each less than what the kernel spans.
  package var pads: [Int]
  /// y, x.
  package var dilations: [Int]
  /// Whether zeros of the padding count as elements. What `ceilMode` reaches beyond the padding never does.
  package var countIncludePad: Bool
  package var ceilMode: Bool

  package init(
    kernel: [Int], strides: [Int] = [1, 1], pads: [Int] = [0, 0, 0, 0], dilations: [Int] = [1, 1], countIncludePad: Bool = false,
    ceilMode: Bool = false
  ) {
    self.kernel = kernel
    self.strides = strides
    self.pads = pads
    self.dilations = dilations
    self.countIncludePad = countIncludePad
    self.ceilMode = ceilMode
  }

  package var name: String { "AveragePool" }
  package var quantization: QuantizationRule { .ownRange }

  package var attributes: String {
    poolAttributes(kernel: kernel, strides: strides, pads: pads, dilations: dilations)
      + (countIncludePad ? " count_include_pad" : "") + (ceilMode ? " ceil" : "")
  }

  package func windows(input: [Int]) throws(ShapeError) -> (y: SlidingWindow, x: SlidingWindow) {
    try SlidingWindow.spatial(input, kernel: kernel, strides: strides, pads: pads, dilations: dilations, ceilMode: ceilMode)
  }

  /// The number that the sum at an output position is divided by.
  package func divisor(_ y: SlidingWindow, _ x: SlidingWindow, _ oy: Int, _ ox: Int) -> Int {
    countIncludePad ? y.paddedTaps(oy) * x.paddedTaps(ox) : y.taps(oy).count * x.taps(ox).count
  }

  package func outputShape(_ inputs: [[Int]]) throws(ShapeError) -> [Int] {
    try checkInputs(inputs, count: 1...1)
    try checkImage(inputs[0])
    let (y, x) = try windows(input: inputs[0])
    try checkPooling(y, x)
    return [inputs[0][0], inputs[0][1], y.output, x.output]
  }

  package func reference(_ inputs: [Tensor]) -> Tensor {
    guard let (rows, columns) = try? windows(input: inputs[0].shape) else { preconditionFailure("the input shape does not fit") }
    return pool(inputs[0], rows, columns) { elements, oy, ox in
      elements.reduce(0, +) / Double(divisor(rows, columns, oy, ox))
    }
  }
}
