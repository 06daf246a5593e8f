/// ONNX `Expand`: broadcasts to `shape`, aligned at the last axis; axes of size 1 are repeated.
package struct Expand: RearrangingOperator, Equatable {
  /// The shape of the output, resolved: where the input is longer than 1 it has the input's size.
  package var shape: [Int]

  package init(shape: [Int]) { self.shape = shape }

  package var name: String { "Expand" }
  package var attributes: String { "shape=\(shape.commaSeparated)" }

  package func resultShape(_ input: [Int]) throws(ShapeError) -> [Int] {
    guard shape.count >= input.count, zip(input.reversed(), shape.reversed()).allSatisfy({ $0 == $1 || $0 == 1 }) else {
      throw ShapeError("shape \(input) does not broadcast to \(shape.prefix(16))")
    }
    return shape
  }

  package func rearrangement(_ input: [Int]) throws(ShapeError) -> Rearrangement {
    let strides = rowMajorStrides(input)
    let missing = shape.count - input.count
    return try Rearrangement(output: outputShape([input])) { axis, index in
      axis < missing || input[axis - missing] == 1 ? 0 : strides[axis - missing] * index
    }
  }
}

/// ONNX `Tile`: the input `repeats` times along each axis.
package struct Tile: RearrangingOperator, Equatable {
  /// For every axis, at least 1.
  package var repeats: [Int]

  package init(repeats: [Int]) { self.repeats = repeats }

  package var name: String { "Tile" }
  package var attributes: String { "repeats=\(repeats.commaSeparated)" }

  package func resultShape(_ input: [Int]) throws(ShapeError) -> [Int] {
    try checkPerAxis(repeats, input, "repeats")
    var result: [Int] = []
    for (size, times) in zip(input, repeats) { result.append(try checkedSize(size, times: times)) }
    return result
  }

  package func rearrangement(_ input: [Int]) throws(ShapeError) -> Rearrangement {
    let strides = rowMajorStrides(input)
    return try Rearrangement(output: outputShape([input])) { strides[$0] * ($1 % input[$0]) }
  }
}

/// `step` - 1 zeros between neighbours along an axis: `(n - 1) · step + 1` elements. What turns a transposed convolution
/// into a convolution (Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", section 4).
package struct Stretch: RearrangingOperator, Equatable {
  package var axis: Int
  /// At least 1.
  package var step: Int

  package init(axis: Int, step: Int) {
    self.axis = axis
    self.step = step
  }

  package var name: String { "Stretch" }
  package var attributes: String { "axis=\(axis) step=\(step)" }

  package func resultShape(_ input: [Int]) throws(ShapeError) -> [Int] {
    try checkAxis(axis, input)
    guard step >= 1 else { throw ShapeError("the step is \(step), expected at least 1") }
    var result = input
    result[axis] = try checkedSize(checkedSize(input[axis] - 1, times: step), plus: 1)
    return result
  }

  package func rearrangement(_ input: [Int]) throws(ShapeError) -> Rearrangement {
    let strides = rowMajorStrides(input)
    return try Rearrangement(output: outputShape([input])) {
      if $0 != axis { return strides[$0] * $1 }
      return $1 % step == 0 ? strides[$0] * ($1 / step) : -1
    }
  }
}
