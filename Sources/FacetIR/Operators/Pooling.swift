// What the poolings share.

func poolAttributes(kernel: [Int], strides: [Int], pads: [Int], dilations: [Int]) -> String {
  "kernel=\(kernel.commaSeparated) strides=\(strides.commaSeparated) pads=\(pads.commaSeparated)"
    + (dilations != [1, 1] ? " dilations=\(dilations.commaSeparated)" : "")
}

/// Checks that every window holds an element of the input, so that each has a maximum and an average.
func checkPooling(_ y: SlidingWindow, _ x: SlidingWindow) throws(ShapeError) {
  for window in [y, x] {
    guard window.padBegin < window.extent, window.padEnd < window.extent else {
      let kernel = window.dilation == 1 ? "kernel" : "dilated kernel"
      throw ShapeError("pads of \(window.padBegin) and \(window.padEnd) are not less than the \(kernel), \(window.extent)")
    }
    // Only a dilated window that begins in the padding can step over the whole input.
    guard window.dilation > 1 else { continue }
    for position in 0..<min(window.output, window.padBegin) where window.taps(position).isEmpty {
      throw ShapeError("the window at output position \(position) lies wholly in the padding")
    }
  }
}

/// Applies `body` to the elements inside the input at each output position (y, x) of each channel.
func pool(_ input: Tensor, _ rows: SlidingWindow, _ columns: SlidingWindow, _ body: ([Double], Int, Int) -> Double) -> Tensor {
  let shape = [input.shape[0], input.shape[1], rows.output, columns.output]
  var result: [Float] = []
  result.reserveCapacity(shape.elementCount)
  for plane in 0..<shape[0] * shape[1] {
    for oy in 0..<rows.output {
      for ox in 0..<columns.output {
        var elements: [Double] = []
        for ky in rows.taps(oy) {
          let row = (plane * rows.input + rows.start(oy) + ky * rows.dilation) * columns.input + columns.start(ox)
          for kx in columns.taps(ox) { elements.append(Double(input.elements[row + kx * columns.dilation])) }
        }
        result.append(Float(body(elements, oy, ox)))
      }
    }
  }
  return Tensor(shape: shape, elements: result)
}
