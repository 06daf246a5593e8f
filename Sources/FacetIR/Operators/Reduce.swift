/// What is taken of several numbers.
package enum ReduceFunction: Sendable, Equatable, CaseIterable {
  case sum
  case mean
  case maximum
  case minimum
  case product
  /// The sum of the magnitudes.
  case l1
  /// The square root of the sum of the squares.
  case l2
  case sumOfSquares
  /// Index (as a number) of the largest, the first of equals; over one axis.
  case indexOfMaximum
  /// Index (as a number) of the smallest, the first of equals; over one axis.
  case indexOfMinimum

  /// Whether the result is an index instead of a number of the input's kind.
  package var isIndex: Bool { self == .indexOfMaximum || self == .indexOfMinimum }

  /// ONNX's name.
  var name: String {
    switch self {
    case .sum: "ReduceSum"
    case .mean: "ReduceMean"
    case .maximum: "ReduceMax"
    case .minimum: "ReduceMin"
    case .product: "ReduceProd"
    case .l1: "ReduceL1"
    case .l2: "ReduceL2"
    case .sumOfSquares: "ReduceSumSquare"
    case .indexOfMaximum: "ArgMax"
    case .indexOfMinimum: "ArgMin"
    }
  }

  /// Precondition: there is a number.
  func apply(_ x: [Double]) -> Double {
    switch self {
    case .sum: x.reduce(0, +)
    case .mean: x.reduce(0, +) / Double(x.count)
    case .maximum: x.reduce(-.infinity) { max($0, $1) }
    case .minimum: x.reduce(.infinity) { min($0, $1) }
    case .product: x.reduce(1, *)
    case .l1: x.reduce(0) { $0 + abs($1) }
    case .l2: x.reduce(0) { $0 + $1 * $1 }.squareRoot()
    case .sumOfSquares: x.reduce(0) { $0 + $1 * $1 }
    case .indexOfMaximum: Double(x.indices.reduce(0) { x[$1] > x[$0] ? $1 : $0 })
    case .indexOfMinimum: Double(x.indices.reduce(0) { x[$1] < x[$0] ? $1 : $0 })
    }
  }
}

/// ONNX `ReduceSum`, `ReduceMean`, ..., `ArgMax`, `ArgMin`: one number of all elements along some axes, x of any shape.
package struct Reduce: Operator, Equatable {
  package var function: ReduceFunction
  /// Ascending, none twice, none negative; exactly one for an index.
  package var axes: [Int]
  /// Whether the reduced axes stay, with size 1.
  package var keepDimensions: Bool

  package init(function: ReduceFunction, axes: [Int], keepDimensions: Bool = true) {
    self.function = function
    self.axes = axes
    self.keepDimensions = keepDimensions
  }

  package var name: String { function.name }
  package var attributes: String { "axes=\(axes.commaSeparated)" + (keepDimensions ? "" : " flat") }
  package var quantization: QuantizationRule { .floatOnly }

  package func outputShape(_ inputs: [[Int]]) throws(ShapeError) -> [Int] {
    try checkInputs(inputs, count: 1...1)
    guard axes.allSatisfy(inputs[0].indices.contains), zip(axes, axes.dropFirst()).allSatisfy(<) else {
      throw ShapeError("the axes \(axes) are not ascending axes of shape \(inputs[0])")
    }
    guard !function.isIndex || axes.count == 1 else {
      throw ShapeError("an index is taken along one axis, not \(axes.count)")
    }
    let reduced = Set(axes)
    return inputs[0].indices.compactMap { axis in
      reduced.contains(axis) ? (keepDimensions ? 1 : nil) : inputs[0][axis]
    }
  }

  package func reference(_ inputs: [Tensor]) -> Tensor {
    let input = inputs[0]
    guard let shape = try? outputShape([input.shape]) else { preconditionFailure("the input shape does not fit") }
    // Where each output begins, and where its elements lie from there.
    let kept = input.shape.indices.filter { !axes.contains($0) }
    let starts = offsets(of: kept, in: input.shape)
    let steps = offsets(of: axes, in: input.shape)
    let elements = starts.map { start in Float(function.apply(steps.map { Double(input.elements[start + $0]) })) }
    return Tensor(shape: shape, elements: elements)
  }
}

/// The places of all elements of some axes of a row-major tensor, the others at index 0, in order.
private func offsets(of axes: [Int], in shape: [Int]) -> [Int] {
  var result = [0]
  for axis in axes {
    let step = shape[(axis + 1)...].reduce(1, *)
    result = result.flatMap { start in (0..<shape[axis]).map { start + $0 * step } }
  }
  return result
}
