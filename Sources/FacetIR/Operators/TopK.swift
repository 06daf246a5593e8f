/// One of the two results of ONNX `TopK`: along an axis, the first elements by value, the lower index first among equals (as
/// onnxruntime has it); not a number counts as the largest. Always sorted, which `sorted = 0` allows.
package struct TopK: Operator, Equatable {
  package enum Result: Sendable, Equatable {
    case values
    /// Along the axis, as numbers.
    case indices
  }

  package var axis: Int
  /// How many, at most the size of the axis.
  package var count: Int
  /// Whether the largest come first, otherwise the smallest.
  package var largest: Bool
  package var result: Result

  package init(axis: Int, count: Int, largest: Bool = true, result: Result) {
    self.axis = axis
    self.count = count
    self.largest = largest
    self.result = result
  }

  package var name: String { "TopK" }
  package var attributes: String { "axis=\(axis) k=\(count)\(largest ? "" : " smallest")\(result == .indices ? " indices" : "")" }
  package var quantization: QuantizationRule { .floatOnly }

  package func outputShape(_ inputs: [[Int]]) throws(ShapeError) -> [Int] {
    try checkInputs(inputs, count: 1...1)
    try checkRank(inputs[0], "the input")
    try checkAxis(axis, inputs[0])
    guard count >= 1, count <= inputs[0][axis] else {
      throw ShapeError("\(count) elements are asked of an axis of \(inputs[0][axis])")
    }
    var result = inputs[0]
    result[axis] = count
    return result
  }

  package func reference(_ inputs: [Tensor]) -> Tensor {
    guard let shape = try? outputShape([inputs[0].shape]) else { preconditionFailure("the input shape does not fit") }
    let (outer, inner) = (shape[..<axis].reduce(1, *), shape[(axis + 1)...].reduce(1, *))
    let size = inputs[0].shape[axis]
    var output = Tensor(shape: shape, repeating: 0)
    for o in 0..<outer {
      for i in 0..<inner {
        let lane = (0..<size).map { inputs[0].elements[(o * size + $0) * inner + i] }
        for (j, index) in lane.indices.sorted(by: { stands($0, before: $1, in: lane) }).prefix(count).enumerated() {
          output.elements[(o * count + j) * inner + i] = result == .values ? lane[index] : Float(index)
        }
      }
    }
    return output
  }

  private func stands(_ i: Int, before j: Int, in lane: [Float]) -> Bool {
    let (x, y) = (lane[i], lane[j])
    if x == y || (x.isNaN && y.isNaN) { return i < j }
    return (x.isNaN || x > y) == largest
  }
}
