import Foundation

/// ONNX `Softmax` (opset 13) along one axis of any shape: `e^(x − max) / Σ e^(x − max)`.
package struct Softmax: Operator, Equatable {
  package var axis: Int

  package init(axis: Int = 1) { self.axis = axis }

  package var name: String { "Softmax" }
  package var attributes: String { "axis=\(axis)" }
  package var quantization: QuantizationRule { .fraction }

  package func outputShape(_ inputs: [[Int]]) throws(ShapeError) -> [Int] {
    try checkInputs(inputs, count: 1...1)
    guard inputs[0].indices.contains(axis) else {
      throw ShapeError("axis \(axis) is not one of 0 to \(inputs[0].count - 1) of shape \(inputs[0])")
    }
    return inputs[0]
  }

  package func reference(_ inputs: [Tensor]) -> Tensor {
    var result = inputs[0]
    let shape = result.shape
    let step = shape[(axis + 1)...].reduce(1, *)
    for outer in 0..<shape[..<axis].reduce(1, *) {
      for inner in 0..<step {
        let places = (0..<shape[axis]).map { (outer * shape[axis] + $0) * step + inner }
        let highest = places.reduce(-Double.infinity) { max($0, Double(inputs[0].elements[$1])) }
        let powers = places.map { exp(Double(inputs[0].elements[$0]) - highest) }
        let sum = powers.reduce(0, +)
        for (place, power) in zip(places, powers) { result.elements[place] = Float(power / sum) }
      }
    }
    return result
  }
}
