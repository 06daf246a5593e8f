/// ONNX `GlobalAveragePool`, or `ReduceMean` over both spatial axes: x `[1, C, H, W]` → `[1, C, 1, 1]` or `[1, C]`.
package struct GlobalAveragePool: Operator, Equatable {
  package var keepDimensions: Bool

  package init(keepDimensions: Bool = true) { self.keepDimensions = keepDimensions }

  package var name: String { "GlobalAveragePool" }
  package var attributes: String { keepDimensions ? "" : "flat" }
  package var quantization: QuantizationRule { .ownRange }

  package func outputShape(_ inputs: [[Int]]) throws(ShapeError) -> [Int] {
    try checkInputs(inputs, count: 1...1)
    try checkImage(inputs[0])
    return Array(inputs[0][..<2]) + (keepDimensions ? [1, 1] : [])
  }

  package func reference(_ inputs: [Tensor]) -> Tensor {
    let shape = inputs[0].shape
    let plane = shape[2] * shape[3]
    let means = (0..<shape[0] * shape[1]).map { channel in
      Float(inputs[0].elements[channel * plane..<(channel + 1) * plane].reduce(0.0) { $0 + Double($1) } / Double(plane))
    }
    return Tensor(shape: Array(shape[..<2]) + (keepDimensions ? [1, 1] : []), elements: means)
  }
}
