/// ONNX `BatchNormalization` at inference: x, gamma `[C]`, beta `[C]`, mean `[C]`, variance `[C]`.
///
/// `y = gamma · (x − mean) / sqrt(variance + epsilon) + beta` per channel (axis 1), x of 2 to 4 dimensions.
/// S. Ioffe, C. Szegedy, "Batch Normalization", arXiv 1502.03167.
package struct BatchNormalization: Operator, Equatable {
  package var epsilon: Float

  package init(epsilon: Float = 1e-5) { self.epsilon = epsilon }

  package var name: String { "BatchNormalization" }
  package var attributes: String { "epsilon=\(epsilon)" }
  /// The passes turn it into `Affine`.
  package var quantization: QuantizationRule { .weighted }

  package func outputShape(_ inputs: [[Int]]) throws(ShapeError) -> [Int] {
    try checkInputs(inputs, count: 5...5)
    try checkImage(inputs[0], ranks: [2, 3, 4])
    for (slot, what) in [(1, "gamma"), (2, "beta"), (3, "the mean"), (4, "the variance")] {
      try checkEqual(inputs[slot], [inputs[0][1]], what)
    }
    return inputs[0]
  }

  package func multiplyAccumulates(_ inputs: [[Int]], output: [Int]) -> Int { output.elementCount }

  package func reference(_ inputs: [Tensor]) -> Tensor {
    let (gamma, beta, mean, variance) = (inputs[1].elements, inputs[2].elements, inputs[3].elements, inputs[4].elements)
    return inputs[0].mapChannels { x, c in
      Double(gamma[c]) * (x - Double(mean[c])) / (Double(variance[c]) + Double(epsilon)).squareRoot() + Double(beta[c])
    }
  }
}
