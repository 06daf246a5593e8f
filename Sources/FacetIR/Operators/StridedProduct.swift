/// A product of matrices of two computed values, for each of a batch, that reads its operands and writes its result where they lie: what `MatrixProduct` becomes
/// once the transposes, slices and reshapes around it are seen as strides (attention: q·kᵀ and the product with v, head by head).
///
/// `result[batch, row, column] = scale · Σ a[batch, row, inner] · b[batch, inner, column]`.
package struct StridedProduct: Operator, Equatable {
  package enum Role: Int, Sendable, Comparable {
    case batch, row, inner, column

    package static func < (a: Role, b: Role) -> Bool { a.rawValue < b.rawValue }
  }

  /// A loop: by how many elements, in row-major order of each value's shape, one step goes on. 0 where a value does not depend on it.
  package struct Axis: Sendable, Equatable {
    package var role: Role
    package var size: Int
    package var a = 0
    package var b = 0
    package var result = 0

    package init(role: Role, size: Int, a: Int = 0, b: Int = 0, result: Int = 0) {
      (self.role, self.size, self.a, self.b, self.result) = (role, size, a, b, result)
    }

    package subscript(_ part: Part) -> Int {
      get { part == .a ? a : part == .b ? b : result }
      set {
        switch part {
        case .a: a = newValue
        case .b: b = newValue
        case .result: result = newValue
        }
      }
    }
  }

  package enum Part: Sendable, CaseIterable { case a, b, result }

  /// By role, the outermost first; none of size 1, and none that could be one with the next.
  package private(set) var axes: [Axis]
  /// The first elements read.
  package private(set) var aOffset: Int
  package private(set) var bOffset: Int
  /// Of the result.
  package var shape: [Int]
  /// Positive, finite.
  package var scale: Float

  package init(axes: [Axis], aOffset: Int = 0, bOffset: Int = 0, shape: [Int], scale: Float = 1) {
    (self.aOffset, self.bOffset, self.shape, self.scale) = (aOffset, bOffset, shape, scale)
    self.axes = Self.merged(axes)
  }

  /// A product of matrices as ONNX has it; nil where the shapes do not fit or a size is 0.
  package init?(_ aShape: [Int], _ bShape: [Int]) {
    guard let shape = try? MatrixProduct().outputShape([aShape, bShape]), shape.elementCount > 0, aShape.elementCount > 0 else {
      return nil
    }
    let batch = shape.dropLast(2)
    var axes: [Axis] = []
    let steps = [aShape, bShape].map { operand in
      let matrix = operand[operand.count - 1] * operand[operand.count - 2]
      return broadcastSteps(Array(operand.dropLast(2)), to: Array(batch)).map { $0 * matrix }
    }
    let strides = rowMajorStrides(shape)
    for (index, size) in batch.enumerated() {
      axes.append(Axis(role: .batch, size: size, a: steps[0][index], b: steps[1][index], result: strides[index]))
    }
    let (rows, inner, columns) = (aShape[aShape.count - 2], aShape[aShape.count - 1], bShape[bShape.count - 1])
    axes.append(Axis(role: .row, size: rows, a: inner, result: columns))
    axes.append(Axis(role: .inner, size: inner, a: 1, b: columns))
    axes.append(Axis(role: .column, size: columns, b: 1, result: 1))
    self.init(axes: axes, shape: shape)
  }

  package var name: String { "StridedMatMul" }
  package var attributes: String {
    let axes = axes.map { "\($0.role)\($0.size):\($0.a)/\($0.b)/\($0.result)" }.joined(separator: ",")
    return "axes=\(axes) offsets=\(aOffset),\(bOffset) shape=\(shape.commaSeparated) scale=\(scale)"
  }
  package var quantization: QuantizationRule { .ownRange }

  /// The loops of a role, the outermost first.
  package func loops(_ role: Role) -> [Axis] { axes.filter { $0.role == role } }

  private func offset(_ part: Part) -> Int { part == .a ? aOffset : part == .b ? bOffset : 0 }

  /// Throws also where the engine has no such product: more than three axes of batches, or several of rows, columns or sums.
  package func outputShape(_ inputs: [[Int]]) throws(ShapeError) -> [Int] {
    try checkInputs(inputs, count: 2...2)
    try checkShape(shape, "the output")
    try checkLoops()
    guard scale >= .leastNormalMagnitude, scale < 0x1p64 else { throw ShapeError("the scale \(scale) is not a positive number") }
    let counts = [inputs[0].elementCount, inputs[1].elementCount, shape.elementCount]
    for (part, count) in zip(Part.allCases, counts) {
      let reach = axes.reduce(offset(part)) { $0 + ($1.size - 1) * $1[part] }
      guard axes.allSatisfy({ $0.size > 0 && $0[part] >= 0 }), offset(part) >= 0, reach < count else {
        throw ShapeError("a product reads or writes element \(reach) of \(count)")
      }
    }
    // Each element of the result is written once.
    var expected = 1
    for axis in axes.filter({ $0.role != .inner }).sorted(by: { $0.result < $1.result }) {
      guard axis.result == expected else { throw ShapeError("a product does not write every element of \(shape) once") }
      expected *= axis.size
    }
    guard expected == shape.elementCount else { throw ShapeError("a product does not write every element of \(shape) once") }
    return shape
  }

  /// Throws where the engine has no such loops.
  package func checkLoops() throws(ShapeError) {
    guard loops(.batch).count <= 3, [Role.row, .inner, .column].allSatisfy({ loops($0).count <= 1 }) else {
      throw .limit("a product over \(axes.count) axes of memory is not supported")
    }
  }

  /// Sums of more int8 products could leave 32 bits.
  package static let maximumInt8Inner = 32_768

  package func multiplyAccumulates(_ inputs: [[Int]], output: [Int]) -> Int {
    output.elementCount * loops(.inner).reduce(1) { $0 * $1.size }
  }

  package func reference(_ inputs: [Tensor]) -> Tensor {
    func places(_ axes: [Axis]) -> [(a: Int, b: Int, result: Int)] {
      axes.reduce([(0, 0, 0)]) { places, axis in
        places.flatMap { place in
          (0..<axis.size).map { (place.0 + $0 * axis.a, place.1 + $0 * axis.b, place.2 + $0 * axis.result) }
        }
      }
    }
    let inner = places(loops(.inner))
    var result = Tensor(shape: shape, elements: [Float](repeating: 0, count: shape.elementCount))
    for place in places(axes.filter { $0.role != .inner }) {
      var sum = 0.0
      for k in inner {
        sum += Double(inputs[0].elements[aOffset + place.a + k.a]) * Double(inputs[1].elements[bOffset + place.b + k.b])
      }
      result.elements[place.result] = Float(sum * Double(scale))
    }
    return result
  }
}

extension StridedProduct {
  /// Without axes of size 1, and with what is one loop for all three as one.
  private static func merged(_ axes: [Axis]) -> [Axis] {
    var result: [Axis] = []
    for axis in axes.filter({ $0.size != 1 }).enumerated().sorted(by: { ($0.element.role, $0.offset) < ($1.element.role, $1.offset) }).map(
      \.element)
    {
      if let last = result.last, last.role == axis.role, Part.allCases.allSatisfy({ last[$0] == axis[$0] * axis.size }) {
        result[result.count - 1] = axis
        result[result.count - 1].size *= last.size
      } else {
        result.append(axis)
      }
    }
    return result
  }

  /// The same product where one of its three values is what `moves` makes of another: that one takes its place.
  ///
  /// - Parameter moves: one whose grid is the value as it is now, in row-major order.
  /// - Returns: nil where the places are not even steps, or the engine has no such product.
  package func moved(_ part: Part, through moves: Rearrangement) -> StridedProduct? {
    let grid = rowMajorStrides(moves.dimensions)
    guard zip(moves.outputTables, grid).allSatisfy({ table, step in table.enumerated().allSatisfy { Int($1) == $0 * step } }) else {
      return nil
    }
    var split: [Axis] = []
    /// For each of `split`, the axis of the grid along which it goes, and the steps that it takes.
    var along: [(axis: Int, step: Int)?] = []
    for axis in axes {
      var rest = axis
      var parts: [(Axis, (axis: Int, step: Int)?)] = []
      while true {
        guard rest[part] > 0 else {
          parts.append((rest, nil))
          break
        }
        guard let place = grid.indices.first(where: { moves.dimensions[$0] > 1 && grid[$0] <= rest[part] }),
          rest[part].isMultiple(of: grid[place])
        else { return nil }
        let (step, size) = (rest[part] / grid[place], moves.dimensions[place])
        if (rest.size - 1) * step < size {
          parts.append((rest, (place, step)))
          break
        }
        // It goes on along the next axis: an inner loop over all of this one, an outer over the rest.
        guard size.isMultiple(of: step), rest.size.isMultiple(of: size / step), size / step > 1 else { return nil }
        var inner = rest
        inner.size = size / step
        rest.size /= inner.size
        for part in Part.allCases { rest[part] *= inner.size }
        parts.append((inner, (place, step)))
      }
      for (axis, place) in parts.reversed() {
        split.append(axis)
        along.append(place)
      }
    }
    let coordinates = grid.indices.map { offset(part) / grid[$0] % moves.dimensions[$0] }
    var steps = [Int](repeating: 0, count: grid.count)
    var newOffset = 0
    for place in grid.indices {
      let first = coordinates[place]
      let reach = zip(split, along).reduce(first) { $1.1?.axis == place ? $0 + ($1.0.size - 1) * ($1.1?.step ?? 0) : $0 }
      let table = moves.inputTables[place]
      guard reach < table.count, table[first] >= 0 else { return nil }
      newOffset += Int(table[first])
      guard reach > first else { continue }
      steps[place] = Int(table[first + 1]) - Int(table[first])
      guard steps[place] >= 0, (first...reach).allSatisfy({ Int(table[$0]) == Int(table[first]) + ($0 - first) * steps[place] }) else {
        return nil
      }
    }
    for index in split.indices { if let place = along[index] { split[index][part] = place.step * steps[place.axis] } }
    guard part != .result || newOffset == 0 else { return nil }
    return StridedProduct(
      axes: split, aOffset: part == .a ? newOffset : aOffset, bOffset: part == .b ? newOffset : bOffset, shape: shape, scale: scale)
  }
}
