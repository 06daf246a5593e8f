/// ONNX `Slice`, resolved: along each axis `sizes` elements from `starts` on, `steps` apart (below 0: backwards).
package struct Slice: RearrangingOperator, Equatable {
  /// For every axis of the input. Steps are not 0.
  package var starts: [Int]
  package var sizes: [Int]
  package var steps: [Int]

  package init(starts: [Int], sizes: [Int], steps: [Int]) {
    self.starts = starts
    self.sizes = sizes
    self.steps = steps
  }

  package var name: String { "Slice" }
  package var attributes: String {
    "starts=\(starts.commaSeparated) sizes=\(sizes.commaSeparated) steps=\(steps.commaSeparated)"
  }

  package func resultShape(_ input: [Int]) throws(ShapeError) -> [Int] {
    for (values, what) in [(starts, "starts"), (sizes, "sizes"), (steps, "steps")] { try checkPerAxis(values, input, what) }
    for (axis, size) in input.enumerated() {
      let (way, overflow) = steps[axis].multipliedReportingOverflow(by: max(sizes[axis] - 1, 0))
      guard (0..<size).contains(starts[axis]), (1...size).contains(sizes[axis]), steps[axis] != 0, !overflow,
        way >= -size, way <= size, (0..<size).contains(starts[axis] + way)
      else {
        throw ShapeError("\(sizes[axis]) elements from \(starts[axis]) by \(steps[axis]) are not in axis \(axis) of shape \(input)")
      }
    }
    return sizes
  }

  package func rearrangement(_ input: [Int]) throws(ShapeError) -> Rearrangement {
    let strides = rowMajorStrides(input)
    return try Rearrangement(output: outputShape([input])) { strides[$0] * (starts[$0] + $1 * steps[$0]) }
  }
}
