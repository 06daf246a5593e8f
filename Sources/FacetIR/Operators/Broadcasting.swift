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

/// How far apart neighbours along each axis of `target` lie in a row-major tensor of `shape`; 0 where it is stretched.
///
/// Precondition: `shape` broadcasts to `target`.
package func broadcastSteps(_ shape: [Int], to target: [Int]) -> [Int] {
  var steps = [Int](repeating: 0, count: target.count)
  var step = 1
  for (axis, size) in zip(steps.indices.suffix(shape.count), shape).reversed() {
    if size != 1 { steps[axis] = step }
    step *= size
  }
  return steps
}

/// Gives the places in two tensors, of shapes `a` and `b`, of the operands of each element of `target`, in row-major order.
package func forEachBroadcast(_ a: [Int], _ b: [Int], to target: [Int], _ body: (Int, Int) -> Void) {
  let (stepsA, stepsB) = (broadcastSteps(a, to: target), broadcastSteps(b, to: target))
  var position = [Int](repeating: 0, count: target.count)
  var (atA, atB) = (0, 0)
  for _ in 0..<target.elementCount {
    body(atA, atB)
    // To the next position, the last axis first.
    for axis in target.indices.reversed() {
      position[axis] += 1
      atA += stepsA[axis]
      atB += stepsB[axis]
      if position[axis] < target[axis] { break }
      atA -= stepsA[axis] * target[axis]
      atB -= stepsB[axis] * target[axis]
      position[axis] = 0
    }
  }
}
