/// Resizing along one axis by weighted sums: element `j` of the output is `Σ weights[j·taps + t] · input[indices[j·taps + t]]`.
/// Linear and cubic interpolation, one operator for each axis that changes.
package struct Resample: Operator, Equatable {
  package let axis: Int
  /// The size of the output along the axis.
  package let size: Int
  /// Elements of the input in each sum.
  package let taps: Int
  /// `size · taps` of them, in the order of the output.
  package let indices: [Int]
  package let weights: [Float]
  private let bounds: ClosedRange<Int>?
  private let isFinite: Bool

  package init(axis: Int, size: Int, taps: Int, indices: [Int], weights: [Float]) {
    self.axis = axis
    self.size = size
    self.taps = taps
    self.indices = indices
    self.weights = weights
    bounds = indices.bounds
    isFinite = weights.allSatisfy(\.isFinite)
    let sums = stride(from: 0, to: taps >= 1 && weights.count % taps == 0 ? weights.count : 0, by: max(taps, 1)).map {
      weights[$0..<$0 + taps].reduce(0, +)
    }
    let isMean = weights.allSatisfy { $0 >= 0 } && sums.allSatisfy { $0 == 0 || abs($0 - 1) < 1e-4 }
    quantization = isMean ? .sameRange : .floatOnly
  }

  package var name: String { "Resample" }
  package var attributes: String {
    "axis=\(axis) size=\(size) taps=\(taps) indices=\(indices.abbreviated) weights=\(weights.abbreviated)"
  }
  /// In int8 only what stays within the input's range: weights that are not negative, with a sum of 1, or 0 beyond the input.
  package let quantization: QuantizationRule

  package func outputShape(_ inputs: [[Int]]) throws(ShapeError) -> [Int] {
    try checkInputs(inputs, count: 1...1)
    try checkRank(inputs[0], "the input")
    try checkAxis(axis, inputs[0])
    guard size >= 1, taps >= 1, indices.count == weights.count, isFinite,
      indices.count % taps == 0, indices.count / taps == size, indices.count <= maximumTableEntries
    else {
      throw ShapeError("\(size) sums of \(taps) do not fit \(indices.count) indices and \(weights.count) finite weights")
    }
    try checkIndices(bounds, inputs[0][axis])
    var result = inputs[0]
    result[axis] = size
    try checkShape(result, "the output")
    return result
  }

  package func reference(_ inputs: [Tensor]) -> Tensor {
    guard let shape = try? outputShape([inputs[0].shape]) else { preconditionFailure("the input shape does not fit") }
    let (outer, inner) = (shape[..<axis].reduce(1, *), shape[(axis + 1)...].reduce(1, *))
    let inputSize = inputs[0].shape[axis]
    var result = Tensor(shape: shape, repeating: 0)
    for o in 0..<outer {
      for j in 0..<size {
        for i in 0..<inner {
          let sum = (j * taps..<(j + 1) * taps).reduce(0.0) {
            $0 + Double(weights[$1]) * Double(inputs[0].elements[(o * inputSize + indices[$1]) * inner + i])
          }
          result.elements[(o * size + j) * inner + i] = Float(sum)
        }
      }
    }
    return result
  }
}
