/// ONNX `Gather` with constant indices: slices of the input along `axis`, in a new order.
///
/// The output's shape is the input's with `indexShape` in the place of the axis.
package struct Gather: RearrangingOperator, Equatable {
  package let axis: Int
  /// At least 0; `indexShape` of them in row-major order.
  package let indices: [Int]
  /// Empty for a single index, which takes the axis away.
  package let indexShape: [Int]
  /// Computed once: shapes are inferred after every patch.
  private let bounds: ClosedRange<Int>?

  package init(axis: Int, indices: [Int], indexShape: [Int]) {
    self.axis = axis
    self.indices = indices
    self.indexShape = indexShape
    bounds = indices.bounds
  }

  package var name: String { "Gather" }
  package var attributes: String {
    "axis=\(axis) indices=\(indices.abbreviated) indexShape=\(indexShape.commaSeparated)"
  }

  package func resultShape(_ input: [Int]) throws(ShapeError) -> [Int] {
    try checkAxis(axis, input)
    guard indexShape.checkedElementCount == indices.count else {
      throw ShapeError("\(indices.count) indices do not have shape \(indexShape.prefix(16))")
    }
    try checkIndices(bounds, input[axis])
    return input[..<axis] + indexShape + input[(axis + 1)...]
  }

  package func rearrangement(_ input: [Int]) throws(ShapeError) -> Rearrangement {
    _ = try outputShape([input])
    return try pick(indices, axis: axis, of: input)
  }
}

/// Nearest-neighbour resizing along one axis: index `j` of the output is index `indices[j]` of the input.
package struct PickNearest: RearrangingOperator, Equatable {
  package let axis: Int
  package let indices: [Int]
  private let bounds: ClosedRange<Int>?

  package init(axis: Int, indices: [Int]) {
    self.axis = axis
    self.indices = indices
    bounds = indices.bounds
  }

  package var name: String { "PickNearest" }
  package var attributes: String { "axis=\(axis) indices=\(indices.abbreviated)" }

  package func resultShape(_ input: [Int]) throws(ShapeError) -> [Int] {
    try checkAxis(axis, input)
    try checkIndices(bounds, input[axis])
    var result = input
    result[axis] = indices.count
    return result
  }

  package func rearrangement(_ input: [Int]) throws(ShapeError) -> Rearrangement {
    _ = try outputShape([input])
    return try pick(indices, axis: axis, of: input)
  }
}

/// The grid is the input with the indices in the place of the axis: never more axes than the input.
private func pick(_ indices: [Int], axis: Int, of input: [Int]) throws(ShapeError) -> Rearrangement {
  let strides = rowMajorStrides(input)
  var grid = input
  grid[axis] = indices.count
  return try Rearrangement(output: grid) { strides[$0] * ($0 == axis ? indices[$1] : $1) }
}

extension [Int] {
  /// The smallest and the largest; nil where empty.
  var bounds: ClosedRange<Int>? {
    guard let low = self.min(), let high = self.max() else { return nil }
    return low...high
  }
}

func checkIndices(_ bounds: ClosedRange<Int>?, _ size: Int) throws(ShapeError) {
  guard let bounds, bounds.lowerBound >= 0, bounds.upperBound < size else {
    throw ShapeError("the indices \(bounds.map { "\($0.lowerBound) to \($0.upperBound)" } ?? "(none)") are not in an axis of \(size)")
  }
}
