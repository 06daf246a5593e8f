/// The positions of a convolution's or pooling's window along one axis.
package struct SlidingWindow: Sendable, Equatable {
  /// The size of the input along the axis.
  package let input: Int
  package let kernel: Int
  package let stride: Int
  package let padBegin: Int
  package let padEnd: Int
  package let dilation: Int
  /// The number of positions: the size of the output.
  package let output: Int

  /// - Parameter ceilMode: whether a last window that reaches beyond the padded input counts. It counts only when it starts
  ///   inside the input or the padding before it (the rule of PyTorch and ONNX).
  /// - Throws: where the window does not fit into the padded input.
  package init(
    input: Int, kernel: Int, stride: Int, padBegin: Int, padEnd: Int, dilation: Int = 1, ceilMode: Bool = false
  ) throws(ShapeError) {
    let extent = Self.extent(kernel: kernel, dilation: dilation)
    let room = input + padBegin + padEnd - extent
    guard room >= 0 else {
      throw ShapeError("a window of \(extent) does not fit into \(input) elements padded by \(padBegin) and \(padEnd)")
    }
    var positions = room / stride + 1
    if ceilMode && room % stride != 0 && positions * stride < input + padBegin { positions += 1 }
    self.input = input
    self.kernel = kernel
    self.stride = stride
    self.padBegin = padBegin
    self.padEnd = padEnd
    self.dilation = dilation
    self.output = positions
  }

  /// The elements from the first to the last of the kernel's.
  package var extent: Int { Self.extent(kernel: kernel, dilation: dilation) }

  private static func extent(kernel: Int, dilation: Int) -> Int { (kernel - 1) * dilation + 1 }

  /// Where the window at an output position begins; negative in the padding.
  package func start(_ position: Int) -> Int { position * stride - padBegin }

  /// The kernel's elements that lie inside the input at an output position; may be empty.
  package func taps(_ position: Int) -> Range<Int> {
    let start = start(position)
    let first = start >= 0 ? 0 : (dilation - 1 - start) / dilation
    let end = start >= input ? 0 : (input - 1 - start) / dilation + 1
    return first..<max(first, min(kernel, end))
  }

  /// The number of the kernel's elements at an output position that lie in the input or its padding. Only `ceilMode` lets a
  /// window reach beyond.
  package func paddedTaps(_ position: Int) -> Int { min(kernel, (input + padEnd - start(position) - 1) / dilation + 1) }

  /// The windows of the two spatial axes (y, x) of an input `[1, C, H, W]`.
  ///
  /// - Parameter pads: top, left, bottom, right.
  static func spatial(
    _ shape: [Int], kernel: [Int], strides: [Int], pads: [Int], dilations: [Int] = [1, 1], ceilMode: Bool = false
  ) throws(ShapeError) -> (y: SlidingWindow, x: SlidingWindow) {
    try checkAttribute(kernel, count: 2, minimum: 1, "kernel")
    try checkAttribute(strides, count: 2, minimum: 1, "strides")
    try checkAttribute(pads, count: 4, minimum: 0, "pads")
    try checkAttribute(dilations, count: 2, minimum: 1, "dilations")
    let y = try SlidingWindow(
      input: shape[2], kernel: kernel[0], stride: strides[0], padBegin: pads[0], padEnd: pads[2],
      dilation: dilations[0], ceilMode: ceilMode)
    let x = try SlidingWindow(
      input: shape[3], kernel: kernel[1], stride: strides[1], padBegin: pads[1], padEnd: pads[3],
      dilation: dilations[1], ceilMode: ceilMode)
    return (y, x)
  }
}
