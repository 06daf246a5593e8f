import FacetIR

/// A reduction of integers along any axes.
///
/// - Parameters:
///   - version: the opset from which on the axes are an input.
///   - each: what is taken of each element first.
///   - isMean: whether the result is divided by the number of elements, rounded towards 0.
func reducing(
  since version: Int = 18, _ function: @escaping IntegerFunction, of each: (@Sendable (Int) -> (Int, Bool))? = nil, isMean: Bool = false
) -> ONNXConstantRule {
  { (call, operands) throws(ONNXProblem) in
    guard let input = operands.first??.integers, !input.elements.isEmpty else { return nil }
    let shape = input.shape
    guard let axes = try reducedAxes(call, since: version, rank: shape.count) else { return .integers(input) }
    let keeps = try call.flag("keepdims", default: true)
    try call.reserve(shape)
    let lines = Lines(shape, axes)
    var result = ONNXIntegers(shape: lines.shape(keeps: keeps), elements: [], type: input.type)
    for start in lines.starts {
      var total: Int?
      for step in lines.steps {
        let (element, isBeyond) = each?(input.elements[start + step]) ?? (input.elements[start + step], false)
        let (value, overflow) = total.map { function($0, element) } ?? (element, false)
        guard !overflow, !isBeyond else {
          throw ONNXProblem(.shape, "\(call.node.operatorType) of its integers is not a 64-bit integer.", ONNXProblem.damaged)
        }
        total = value
      }
      result.elements.append(wrapped(isMean ? (total ?? 0) / lines.steps.count : total ?? 0, input.type))
    }
    return .integers(result)
  }
}

/// A tensor as lines along some axes: where each begins, and where its elements lie from there.
struct Lines {
  let starts: [Int]
  let steps: [Int]
  private let input: [Int]
  private let axes: [Int]

  init(_ shape: [Int], _ axes: [Int]) {
    (input, self.axes) = (shape, axes)
    starts = Self.offsets(shape.indices.filter { !axes.contains($0) }, shape)
    steps = Self.offsets(axes, shape)
  }

  /// The shape with one element for each line.
  func shape(keeps: Bool) -> [Int] { input.indices.compactMap { axes.contains($0) ? (keeps ? 1 : nil) : input[$0] } }

  private static func offsets(_ axes: [Int], _ shape: [Int]) -> [Int] {
    let strides = rowMajorStrides(shape)
    return axes.reduce([0]) { starts, axis in starts.flatMap { start in (0..<shape[axis]).map { start + $0 * strides[axis] } } }
  }
}

/// ArgMax and ArgMin: indices are integers where they are constants.
func extreme(largest: Bool) -> ONNXConstantRule {
  { (call, operands) throws(ONNXProblem) in
    guard let input = operands.first??.nonEmpty else { return nil }
    let axis = try normalizedAxis(call.int("axis", default: 0), rank: input.shape.count)
    let takesLast = try call.flag("select_last_index")
    let keeps = try call.flag("keepdims", default: true)
    try call.reserve(input.shape)
    let lines = Lines(input.shape, [axis])
    let elements = lines.starts.map { start in
      lines.steps.indices.reduce(0) { best, next in
        let order = input.compare(start + lines.steps[next], start + lines.steps[best])
        return (largest ? order > 0 : order < 0) || (takesLast && order == 0) ? next : best
      }
    }
    return .integers(ONNXIntegers(shape: lines.shape(keeps: keeps), elements: elements))
  }
}

extension ONNXConstant {
  var nonEmpty: ONNXConstant? { count == 0 ? nil : self }

  /// Below 0 where the element at `a` is the smaller one, above where it is the larger, 0 where they are equal.
  fileprivate func compare(_ a: Int, _ b: Int) -> Int {
    switch self {
    case .numbers(let tensor): tensor.elements[a] < tensor.elements[b] ? -1 : tensor.elements[a] > tensor.elements[b] ? 1 : 0
    case .integers(let integers):
      integers.elements[a] < integers.elements[b] ? -1 : integers.elements[a] > integers.elements[b] ? 1 : 0
    }
  }
}

/// TopK of a constant; the indices are integers.
@Sendable func topK(_ call: ONNXCall, _ operands: [ONNXConstant?]) throws(ONNXProblem) -> ONNXConstant? {
  guard call.opset >= 10, operands.count == 2, let input = operands[0]?.nonEmpty, let given = operands[1]?.integers else { return nil }
  let axis = try normalizedAxis(call.int("axis", default: -1), rank: input.shape.count)
  guard given.elements.count == 1, (0...input.shape[axis]).contains(given.elements[0]) else { return nil }
  let largest = try call.flag("largest", default: true)
  _ = try call.flag("sorted", default: true)
  var shape = input.shape
  shape[axis] = given.elements[0]
  for _ in 0..<4 { try call.reserve(input.shape) }
  let lines = Lines(input.shape, [axis])
  let strides = rowMajorStrides(shape)
  let places = Lines(shape, [axis])
  var (indices, sources) = ([Int](repeating: 0, count: shape.elementCount), [Int](repeating: 0, count: shape.elementCount))
  for (line, start) in lines.starts.enumerated() where !shape.contains(0) {
    let order = lines.steps.indices.sorted { a, b in
      let order = input.compare(start + lines.steps[a], start + lines.steps[b])
      return order == 0 ? a < b : largest ? order > 0 : order < 0
    }
    for (rank, index) in order.prefix(shape[axis]).enumerated() {
      let place = places.starts[line] + rank * strides[axis]
      (indices[place], sources[place]) = (index, start + lines.steps[index])
    }
  }
  if call.node.outputs.count > 1, !call.node.outputs[1].isEmpty {
    call.lowering.values[call.node.outputs[1]] = .integers(ONNXIntegers(shape: shape, elements: indices))
  }
  return input.picking(sources, shape: shape)
}

/// CumSum along an axis, in float64 where it is of numbers.
@Sendable func cumulativeSum(_ call: ONNXCall, _ operands: [ONNXConstant?]) throws(ONNXProblem) -> ONNXConstant? {
  guard let input = operands[0], let given = operands[1]?.integers, given.elements.count == 1 else { return nil }
  let axis = try normalizedAxis(given.elements[0], rank: input.shape.count)
  let (isExclusive, isReverse) = (try call.flag("exclusive"), try call.flag("reverse"))
  try call.reserve(input.shape)
  guard input.count > 0 else { return input }
  let lines = Lines(input.shape, [axis])
  let steps = isReverse ? lines.steps.reversed() : lines.steps
  switch input {
  case .numbers(var tensor):
    for start in lines.starts {
      var sum = 0.0
      for step in steps {
        let element = Double(tensor.elements[start + step])
        tensor.elements[start + step] = Float(isExclusive ? sum : sum + element)
        sum += element
      }
    }
    return .numbers(tensor)
  case .integers(var integers):
    for start in lines.starts {
      var sum = 0
      for step in steps {
        let element = integers.elements[start + step]
        let (next, overflow) = sum.addingReportingOverflow(element)
        guard !overflow else { throw ONNXProblem(.shape, "Its sum is not a 64-bit integer.", ONNXProblem.damaged) }
        integers.elements[start + step] = wrapped(isExclusive ? sum : next, integers.type)
        sum = next
      }
    }
    return .integers(integers)
  }
}

/// MatMul of integers.
@Sendable func matrixProduct(_ call: ONNXCall, _ operands: [ONNXConstant?]) throws(ONNXProblem) -> ONNXConstant? {
  guard let a = operands[0]?.integers, let b = operands[1]?.integers, !a.elements.isEmpty, !b.elements.isEmpty else { return nil }
  let wideA = a.shape.count == 1 ? [1] + a.shape : a.shape
  let wideB = b.shape.count == 1 ? b.shape + [1] : b.shape
  let shape: [Int]
  do throws(ShapeError) { shape = try MatrixProduct().outputShape([wideA, wideB]) } catch { throw ONNXProblem(error) }
  let (inner, columns) = (wideA[wideA.count - 1], shape[shape.count - 1])
  let rows = shape[shape.count - 2]
  let (products, overflow) = shape.elementCount.multipliedReportingOverflow(by: inner)
  guard !overflow, products <= maximumIntegers else { throw .limit("It has more than \(maximumIntegers) products.") }
  try call.charge(elements: max(products, shape.elementCount), size: 8)
  var result = ONNXIntegers(shape: shape, elements: [], type: a.type)
  var isBeyond = false
  forEachBroadcast(Array(wideA.dropLast(2)), Array(wideB.dropLast(2)), to: Array(shape.dropLast(2))) { atA, atB in
    for row in 0..<rows {
      for column in 0..<columns {
        var sum = 0
        for k in 0..<inner {
          let (product, first) = a.elements[(atA * rows + row) * inner + k].multipliedReportingOverflow(
            by: b.elements[(atB * inner + k) * columns + column])
          let (next, second) = sum.addingReportingOverflow(product)
          if first || second { isBeyond = true }
          sum = next
        }
        result.elements.append(wrapped(sum, a.type))
      }
    }
  }
  guard !isBeyond else { throw ONNXProblem(.shape, "A product of its integers is not a 64-bit integer.", ONNXProblem.damaged) }
  if b.shape.count == 1 { result.shape.removeLast() }
  if a.shape.count == 1 { result.shape.remove(at: result.shape.count - (b.shape.count == 1 ? 1 : 2)) }
  return .integers(result)
}
