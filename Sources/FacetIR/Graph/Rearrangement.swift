import FacetDiagnostics

/// The most axes that a general tensor may have.
package let maximumRank = 8

/// The most table entries of one `Rearrangement`: bounds its memory whatever a model asks for.
package let maximumTableEntries = 1 << 25

/// Which element of the input each element of the output is: a grid of positions with one pair of tables per axis.
///
/// The output element at the sum of the axes' `outputTables` entries is the input element at the sum of their `inputTables`
/// entries (both row-major offsets), or `fill` where one of the input entries is -1.
package struct Rearrangement: Sendable, Equatable {
  /// The sizes of the grid, 1 to 8 axes; their product is the number of elements of the output.
  package var dimensions: [Int]
  /// For each axis of the grid one entry per position.
  package var inputTables: [[Int32]]
  package var outputTables: [[Int32]]
  package var fill: Float

  /// - Throws: where the tables are longer than `maximumTableEntries`, or the axes more than 8.
  package init(
    _ dimensions: [Int], fill: Float = 0, input: (_ axis: Int, _ index: Int) -> Int, output: (_ axis: Int, _ index: Int) -> Int
  ) throws(ShapeError) {
    // The shapes are checked before: each dimension is at most 2^31.
    guard dimensions.count <= maximumRank, dimensions.reduce(0, +) <= maximumTableEntries else {
      throw .limit("a rearrangement over \(dimensions) needs more than \(maximumRank) axes or \(maximumTableEntries) entries")
    }
    // A single number is a grid of one position.
    self.dimensions = dimensions.isEmpty ? [1] : dimensions
    self.fill = fill
    inputTables = []
    outputTables = []
    for (axis, size) in dimensions.enumerated() {
      // Offsets are below 2^31, since no tensor has more elements.
      inputTables.append((0..<size).map { Int32(truncatingIfNeeded: input(axis, $0)) })
      outputTables.append((0..<size).map { Int32(truncatingIfNeeded: output(axis, $0)) })
    }
    if dimensions.isEmpty { (inputTables, outputTables) = ([[0]], [[0]]) }
  }

  /// One whose grid is the output itself.
  ///
  /// - Parameter input: the offset that an index along an axis of the output adds, or -1 for `fill`.
  init(output shape: [Int], fill: Float = 0, input: (_ axis: Int, _ index: Int) -> Int) throws(ShapeError) {
    let strides = rowMajorStrides(shape)
    try self.init(shape, fill: fill, input: input) { strides[$0] * $1 }
  }

  /// The elements of the output, `count` of them. The reference of all rearranging operators.
  ///
  /// - Parameter fill: stands for the `fill` of float32 where the elements are of another type.
  package func apply<Element>(_ elements: [Element], count: Int, fill: Element) -> [Element] {
    var result = [Element](repeating: fill, count: count)
    visit(axis: 0, from: 0, to: 0) { result[$1] = elements[$0] }
    return result
  }

  private func visit(axis: Int, from: Int, to: Int, _ body: (Int, Int) -> Void) {
    guard axis < dimensions.count else { return body(from, to) }
    for (input, output) in zip(inputTables[axis], outputTables[axis]) where input >= 0 {
      visit(axis: axis + 1, from: from + Int(input), to: to + Int(output), body)
    }
  }
}

/// An operator that only moves, repeats or leaves out the elements of its one input, or sets them to one number.
package protocol RearrangingOperator: Operator {
  /// The shape of the output for an input of a valid shape. Its rank and size are checked by `outputShape`.
  func resultShape(_ input: [Int]) throws(ShapeError) -> [Int]

  /// Where each element of the output comes from.
  ///
  /// - Throws: what `outputShape` throws, and where the tables are too long.
  func rearrangement(_ input: [Int]) throws(ShapeError) -> Rearrangement
}

extension RearrangingOperator {
  package var quantization: QuantizationRule { .sameRange }

  package func outputShape(_ inputs: [[Int]]) throws(ShapeError) -> [Int] {
    try checkInputs(inputs, count: 1...1)
    try checkRank(inputs[0], "the input")
    let result = try resultShape(inputs[0])
    try checkRank(result, "the output")
    try checkShape(result, "the output")
    return result
  }

  package func reference(_ inputs: [Tensor]) -> Tensor {
    guard let shape = try? outputShape([inputs[0].shape]), let moves = try? rearrangement(inputs[0].shape) else {
      preconditionFailure("the input shape does not fit")
    }
    return Tensor(shape: shape, elements: moves.apply(inputs[0].elements, count: shape.elementCount, fill: moves.fill))
  }
}

/// How far apart neighbours along each axis lie in row-major order.
package func rowMajorStrides(_ shape: [Int]) -> [Int] {
  var result = [Int](repeating: 1, count: shape.count)
  for axis in shape.indices.dropLast().reversed() { result[axis] = result[axis + 1] * shape[axis + 1] }
  return result
}

func checkRank(_ shape: [Int], _ what: String) throws(ShapeError) {
  guard shape.count <= maximumRank else {
    throw .limit("\(what) has shape \(shape.prefix(16)), expected at most \(maximumRank) dimensions")
  }
}

/// Checks an attribute with one number for each axis of `shape`.
func checkPerAxis(_ values: [Int], _ shape: [Int], _ what: String) throws(ShapeError) {
  guard values.count == shape.count else { throw ShapeError("\(what) has \(plural(values.count, "number")) for shape \(shape)") }
}

func checkAxis(_ axis: Int, _ shape: [Int]) throws(ShapeError) {
  guard shape.indices.contains(axis) else { throw ShapeError("axis \(axis) is not one of the \(shape.count) of shape \(shape)") }
}

/// `a * b`, where a size of the output is to be.
func checkedSize(_ a: Int, times b: Int) throws(ShapeError) -> Int {
  let (product, overflow) = a.multipliedReportingOverflow(by: b)
  guard !overflow else { throw .limit("a dimension of \(a) times \(b) is too long") }
  return product
}

func checkedSize(_ a: Int, plus b: Int) throws(ShapeError) -> Int {
  let (sum, overflow) = a.addingReportingOverflow(b)
  guard !overflow else { throw .limit("a dimension of \(a) plus \(b) is too long") }
  return sum
}

extension Array where Element: LosslessStringConvertible {
  /// A list as an attribute's text: itself where it is short, else its length and a digest (FNV-1a, 64 bits).
  var abbreviated: String {
    guard count > 16 else { return map(\.description).joined(separator: ",") }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for element in self {
      for byte in element.description.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      hash = (hash ^ 44) &* 0x100_0000_01b3
    }
    return "[\(count)]#" + String(hash, radix: 16)
  }
}
