import FacetIR

/// What operators need that take numbers and constant integers alike.
extension ONNXCall {
  /// The shape of an input, be it numbers or integers.
  func dimensions(_ index: Int) throws(ONNXProblem) -> [Int] {
    if case .integers(let integers) = try resolve(index) { return integers.shape }
    return try shape(index)
  }

  /// Whether an optional input is there and has elements: some exporters write an empty tensor for none.
  func isGiven(_ index: Int) throws(ONNXProblem) -> Bool {
    guard has(index) else { return false }
    if case .integers(let integers) = try resolve(index) { return !integers.elements.isEmpty }
    return true
  }

  /// Moves the elements of the first input; at once where those are integers.
  func rearrange(_ op: some RearrangingOperator, output: Int = 0) throws(ONNXProblem) -> ONNXValue {
    if case .integers(let integers) = try resolve(0) { return .integers(try rearranged(op, integers)) }
    return try emit(op, [value(0)], output: output)
  }

  func rearranged(_ op: some RearrangingOperator, _ integers: ONNXIntegers) throws(ONNXProblem) -> ONNXIntegers {
    do {
      let shape = try op.outputShape([integers.shape])
      guard shape.elementCount <= maximumIntegers else { throw ShapeError.limit("\(shape) are more than \(maximumIntegers) integers") }
      let moves = try op.rearrangement(integers.shape)
      try charge(elements: 2 * shape.elementCount)
      let fill = Int(exactly: moves.fill) ?? 0
      return ONNXIntegers(
        shape: shape, elements: moves.apply(integers.elements, count: shape.elementCount, fill: fill), type: integers.type)
    } catch let error as ShapeError {
      throw ONNXProblem(error)
    } catch let error as ONNXProblem {
      throw error
    } catch {
      throw ONNXProblem(.shape, "These inputs are not possible.", ONNXProblem.damaged)
    }
  }

  /// Axes from an attribute or, since an opset, from an input; nil where neither is given. Counted from the front, sorted.
  func axes(inputSince version: Int, input index: Int = 1, rank: Int) throws(ONNXProblem) -> [Int]? {
    try refuse(attributes: "axes", since: version)
    guard opset >= version || !has(index) else {
      throw ONNXProblem(.inputs, "Its axes are an input only since opset \(version).", ONNXProblem.damaged)
    }
    guard let given = try has(index) ? integers(index, "axes").elements : ints("axes") else { return nil }
    guard given.count <= rank else {
      throw ONNXProblem(.attribute, "It has \(given.count) axes for \(rank) dimensions.", ONNXProblem.damaged)
    }
    var axes: Set<Int> = []
    for axis in given { axes.insert(try normalizedAxis(axis, rank: rank)) }
    guard axes.count == given.count else {
      throw ONNXProblem(.attribute, "It names an axis twice.", ONNXProblem.damaged)
    }
    return axes.sorted()
  }

  /// Numbers of a small constant of floats.
  func floats(_ index: Int, _ role: String) throws(ONNXProblem) -> [Float] { try constant(index, role).tensor.elements }
}

// MARK: one-dimensional convolution and pooling, as images of height 1

/// `[N, C, L]` as `[N, C, 1, L]`; other shapes as they are.
func imageShape(_ shape: [Int]) -> [Int] { shape.count == 3 ? [shape[0], shape[1], 1, shape[2]] : shape }

extension ONNXCall {
  /// An input as an image, and whether it is a line that was reshaped to one.
  func image(_ index: Int) throws(ONNXProblem) -> (id: ValueID, isLine: Bool) {
    let shape = try shape(index)
    guard shape.count == 3 else { return (try value(index), false) }
    return (try step("image\(index)", Reshape(shape: imageShape(shape)), [value(index)]), true)
  }

  /// Adds an operator on images whose output is the node's, back as a line where the input was one.
  func emit(_ op: any Operator, image: (id: ValueID, isLine: Bool), _ others: [ValueID] = []) throws(ONNXProblem) -> ONNXValue {
    guard image.isLine else { return try emit(op, [image.id] + others) }
    return try emitLine(step("image", op, [image.id] + others))
  }

  /// `[N, C, 1, L]` as the node's output `[N, C, L]`.
  func emitLine(_ id: ValueID) throws(ONNXProblem) -> ONNXValue {
    var shape = lowering.graph.shape(id)
    shape.remove(at: 2)
    return try emit(Reshape(shape: shape), [id])
  }
}
