/// ONNX `MaxPool` in two dimensions, x `[1, C, H, W]`. The border counts for nothing.
package struct MaxPool: Operator, Equatable {
  /// y, x.
  package var kernel: [Int]
  /// y, x.
  package var strides: [Int]
  /// top, left, bottom, right; each less than what the kernel spans.
  package var pads: [Int]
  /// y, x.
  package var dilations: [Int]
  package var ceilMode: Bool

  package init(
    kernel: [Int], strides: [Int] = [1, 1], pads: [Int] = [0, 0, 0, 0], dilations: [Int] = [1, 1], ceilMode: Bool = false
  ) {
    self.kernel = kernel
    self.strides = strides
    self.pads = pads
    self.dilations = dilations
    self.ceilMode = ceilMode
  }

  package var name: String { "MaxPool" }
  package var quantization: QuantizationRule { .sameRange }

  package var attributes: String {
    poolAttributes(kernel: kernel, strides: strides, pads: pads, dilations: dilations) + (ceilMode ? " ceil" : "")
  }

  package func windows(input: [Int]) throws(ShapeError) -> (y: SlidingWindow, x: SlidingWindow) {
    try SlidingWindow.spatial(
      input, kernel: kernel, strides: strides, pads: pads, dilations: dilations, ceilMode: ceilMode)
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
    return pool(inputs[0], rows, columns) { elements, _, _ in elements.max() ?? -.infinity }
  }
}
