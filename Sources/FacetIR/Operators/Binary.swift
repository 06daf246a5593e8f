/// A function of two numbers.
package enum BinaryFunction: Sendable, Equatable {
  case add
  case multiply
}

/// ONNX `Add` or `Mul` with multidirectional broadcasting, and the activation that follows.
package struct Binary: Operator, Equatable {
  package var function: BinaryFunction
  package var clamp: Clamp

  package init(function: BinaryFunction, clamp: Clamp = .none) {
    self.function = function
    self.clamp = clamp
  }

  package var name: String {
    switch function {
    case .add: "Add"
    case .multiply: "Mul"
    }
  }

  package var attributes: String { clamp.attribute ?? "" }
  package var quantization: QuantizationRule { .ownRange }

  package func outputShape(_ inputs: [[Int]]) throws(ShapeError) -> [Int] {
    try checkInputs(inputs, count: 2...2)
    try clamp.check()
    let result = try broadcast(inputs[0], inputs[1])
    try checkShape(result, "the output")
    return result
  }

  package func reference(_ inputs: [Tensor]) -> Tensor {
    let (a, b) = (inputs[0], inputs[1])
    guard let shape = try? outputShape([a.shape, b.shape]) else { preconditionFailure("the input shapes do not fit") }
    let (stepsA, stepsB) = (broadcastSteps(a.shape, to: shape), broadcastSteps(b.shape, to: shape))
    var result = Tensor(shape: shape, repeating: 0)
    var position = [Int](repeating: 0, count: shape.count)
    var (atA, atB) = (0, 0)
    for index in result.elements.indices {
      let (x, y) = (Double(a.elements[atA]), Double(b.elements[atB]))
      result.elements[index] = Float(clamp.apply(function == .add ? x + y : x * y))
      // To the next position, the last axis first.
      for axis in shape.indices.reversed() {
        position[axis] += 1
        atA += stepsA[axis]
        atB += stepsB[axis]
        if position[axis] < shape[axis] { break }
        atA -= stepsA[axis] * shape[axis]
        atB -= stepsB[axis] * shape[axis]
        position[axis] = 0
      }
    }
    return result
  }
}

/// The shape that two operands broadcast to (ONNX, "Broadcasting"): aligned at the last axis, 1 stretches.
package func broadcast(_ a: [Int], _ b: [Int]) throws(ShapeError) -> [Int] {
  let rank = max(a.count, b.count)
  let wideA = [Int](repeating: 1, count: rank - a.count) + a
  let wideB = [Int](repeating: 1, count: rank - b.count) + b
  var result: [Int] = []
  for (x, y) in zip(wideA, wideB) {
    guard x == y || x == 1 || y == 1 else { throw ShapeError("shapes \(a) and \(b) do not broadcast") }
    result.append(max(x, y))
  }
  return result
}

/// How far apart neighbours along each axis of `target` lie in a tensor of `shape`; 0 where it is stretched.
private func broadcastSteps(_ shape: [Int], to target: [Int]) -> [Int] {
  var steps = [Int](repeating: 0, count: target.count)
  var step = 1
  for (axis, size) in zip(steps.indices.suffix(shape.count), shape).reversed() {
    if size != 1 { steps[axis] = step }
    step *= size
  }
  return steps
}
