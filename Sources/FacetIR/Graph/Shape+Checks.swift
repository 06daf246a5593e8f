import FacetDiagnostics

/// The largest number of elements of one value, and the largest of its dimensions.
package let maximumElementCount = 1 << 31

/// The largest kernel size, stride, pad or dilation: what a bundle can hold. Keeps every sum and product of them far from overflow.
package let maximumWindowAttribute = 32_767

extension [Int] {
  /// The number of elements, or nil where a dimension is below 1 or the product is above `maximumElementCount`.
  package var checkedElementCount: Int? {
    var count = 1
    for dimension in self {
      guard dimension >= 1, dimension <= maximumElementCount else { return nil }
      count *= dimension  // both at most 2^31
      guard count <= maximumElementCount else { return nil }
    }
    return count
  }

  /// `1,64,8,8`: how shapes and attributes are written in texts.
  package var commaSeparated: String { map(String.init).joined(separator: ",") }
}

/// Checks that a shape is one that a value can have.
///
/// - Throws: where a dimension is below 1, the elements are more than `maximumElementCount`, or the axes more than `maximumRank`.
package func checkShape(_ shape: [Int], _ what: String) throws(ShapeError) {
  guard shape.count <= maximumRank else {
    throw .limit("\(what) has shape \(shape) of \(shape.count) dimensions, more than \(maximumRank)")
  }
  guard shape.allSatisfy({ $0 >= 1 }) else { throw ShapeError("\(what) has shape \(shape): every dimension must be at least 1") }
  guard shape.checkedElementCount != nil else { throw .limit("\(what) has shape \(shape): its elements must be at most 2^31") }
}

/// Checks the number of inputs, and that each has a valid shape.
func checkInputs(_ inputs: [[Int]], count: ClosedRange<Int>) throws(ShapeError) {
  guard count.contains(inputs.count) else {
    let expected = count.count == 1 ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
    throw ShapeError("has \(plural(inputs.count, "input")), expected \(expected)")
  }
  for (index, shape) in inputs.enumerated() { try checkShape(shape, "input \(index)") }
}

func checkRank(_ shape: [Int], _ ranks: [Int], _ what: String) throws(ShapeError) {
  guard ranks.contains(shape.count) else {
    let expected = ranks.map(String.init).joined(separator: " or ")
    throw ShapeError("\(what) has shape \(shape), expected \(expected) dimensions")
  }
}

/// Checks that a value is one image `[1, C, H, W]`, or where `ranks` says so one line `[1, C, L]` or one vector `[1, N]`.
func checkImage(_ shape: [Int], ranks: [Int] = [4]) throws(ShapeError) {
  try checkRank(shape, ranks, "the input")
  guard shape[0] == 1 else { throw .batch(shape) }
}

func checkEqual(_ shape: [Int], _ expected: [Int], _ what: String) throws(ShapeError) {
  guard shape == expected else { throw ShapeError("\(what) has shape \(shape), expected \(expected)") }
}

/// Checks an attribute that lists one number for each axis or side.
func checkAttribute(_ values: [Int], count: Int, minimum: Int, _ what: String) throws(ShapeError) {
  guard values.count == count else { throw ShapeError("\(what) has \(plural(values.count, "number")), expected \(count)") }
  for value in values where value < minimum || value > maximumWindowAttribute {
    let message = "\(what) is \(values), expected \(minimum) to \(maximumWindowAttribute)"
    throw value < minimum ? ShapeError(message) : .limit(message)
  }
}
