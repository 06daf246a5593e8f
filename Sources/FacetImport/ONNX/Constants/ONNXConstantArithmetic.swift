import FacetIR
import Foundation

/// A function of two integers, and whether its result is beyond 64 bits.
typealias IntegerFunction = @Sendable (Int, Int) -> (partialValue: Int, overflow: Bool)

/// A function of two or more operands of integers.
func combining(into type: ONNXElementType? = nil, _ function: @escaping IntegerFunction) -> ONNXConstantRule {
  { (call, operands) throws(ONNXProblem) in
    guard var result = operands.first??.integers else { return nil }
    for operand in operands.dropFirst() {
      guard let other = operand?.integers else { return nil }
      result = try combine(call, result, other, into: type, function)
    }
    return .integers(result)
  }
}

/// A function of one integer.
func mapping(into type: ONNXElementType? = nil, _ function: @escaping @Sendable (Int) -> (Int, Bool)) -> ONNXConstantRule {
  { (call, operands) throws(ONNXProblem) in
    guard let operand = operands.first??.integers else { return nil }
    return .integers(try combine(call, operand, operand, into: type) { a, _ in function(a) })
  }
}

private func combine(
  _ call: ONNXCall, _ a: ONNXIntegers, _ b: ONNXIntegers, into type: ONNXElementType?, _ function: IntegerFunction
) throws(ONNXProblem) -> ONNXIntegers {
  let shape = try commonShape(call, [a.shape, b.shape])
  var result = ONNXIntegers(shape: shape, elements: [], type: type ?? a.type)
  result.elements.reserveCapacity(try call.reserve(shape))
  var broken: (Int, Int)?
  eachPair(a.shape, b.shape, to: shape) { atA, atB in
    let (x, y) = (a.elements[atA], b.elements[atB])
    let (value, overflow) = function(x, y)
    if overflow { broken = broken ?? (x, y) }
    result.elements.append(wrapped(value, result.type))
  }
  if let broken { throw overflowed(call, broken) }
  return result
}

/// Integers of fewer bits wrap around, as they do wherever such a model runs.
func wrapped(_ value: Int, _ type: ONNXElementType) -> Int {
  guard let range = type.range, !range.contains(value) else { return value }
  switch type {
  case .bool: return value == 0 ? 0 : 1
  case .int8: return Int(Int8(truncatingIfNeeded: value))
  case .int16: return Int(Int16(truncatingIfNeeded: value))
  case .int32: return Int(Int32(truncatingIfNeeded: value))
  case .uint8: return Int(UInt8(truncatingIfNeeded: value))
  case .uint16: return Int(UInt16(truncatingIfNeeded: value))
  case .uint32: return Int(UInt32(truncatingIfNeeded: value))
  default: return value
  }
}

private func overflowed(_ call: ONNXCall, _ operands: (Int, Int)) -> ONNXProblem {
  ONNXProblem(
    .shape, "\(call.node.operatorType) of \(operands.0) and \(operands.1) is not a 64-bit integer.", ONNXProblem.damaged)
}

/// Mod: the sign of the divisor, or with `fmod` that of the dividend; numbers only with `fmod`.
@Sendable func remainder(_ call: ONNXCall, _ operands: [ONNXConstant?]) throws(ONNXProblem) -> ONNXConstant? {
  let keepsSign = try call.flag("fmod")
  if let a = operands[0]?.numbers, let b = operands[1]?.numbers {
    guard keepsSign else { throw ONNXProblem(.attribute, "Mod of numbers needs 'fmod' to be 1.", ONNXProblem.damaged) }
    let shape = try commonShape(call, [a.shape, b.shape])
    var elements: [Float] = []
    elements.reserveCapacity(try call.reserve(shape))
    eachPair(a.shape, b.shape, to: shape) { elements.append(fmodf(a.elements[$0], b.elements[$1])) }
    return .made(of: elements, shape)
  }
  return try combining { a, b in
    let (rest, overflow) = a.remainderReportingOverflow(dividingBy: b)
    return overflow || keepsSign || rest == 0 || (rest < 0) == (b < 0) ? (rest, overflow) : (rest + b, false)
  }(call, operands)
}

/// Pow of integers; of an integer to a fraction as that integer type, rounded towards 0.
@Sendable func power(_ call: ONNXCall, _ operands: [ONNXConstant?]) throws(ONNXProblem) -> ONNXConstant? {
  guard let base = operands[0]?.integers else { return nil }
  if operands[1]?.integers != nil { return try combining(wholePower)(call, operands) }
  guard let exponent = operands[1]?.numbers else { return nil }
  let shape = try commonShape(call, [base.shape, exponent.shape])
  var elements: [Int?] = []
  elements.reserveCapacity(try call.reserve(shape))
  eachPair(base.shape, exponent.shape, to: shape) {
    elements.append(Int(exactly: pow(Double(base.elements[$0]), Double(exponent.elements[$1])).rounded(.towardZero)))
  }
  let whole = elements.compactMap(\.self)
  guard whole.count == elements.count else { throw ONNXProblem(.notFinite, "A power is not a 64-bit integer.", ONNXProblem.damaged) }
  return .integers(ONNXIntegers(shape: shape, elements: whole, type: base.type))
}

@Sendable private func wholePower(_ base: Int, _ exponent: Int) -> (partialValue: Int, overflow: Bool) {
  if exponent < 0 { return base.magnitude == 1 ? (exponent.isMultiple(of: 2) ? 1 : base, false) : (0, base == 0) }
  if base.magnitude <= 1 { return (exponent == 0 ? 1 : exponent.isMultiple(of: 2) ? base * base : base, false) }
  var result = 1
  // Any other base leaves 64 bits within as many steps.
  for _ in 0..<min(exponent, 64) {
    let (product, overflow) = result.multipliedReportingOverflow(by: base)
    if overflow { return (product, true) }
    result = product
  }
  return (result, false)
}

@Sendable func shift(_ call: ONNXCall, _ operands: [ONNXConstant?]) throws(ONNXProblem) -> ONNXConstant? {
  let isLeft = try call.string("direction") == "LEFT"
  return try combining { a, b in (b < 0 || b > 63 ? 0 : isLeft ? a << b : a >> b, false) }(call, operands)
}

/// Clip of integers.
@Sendable func clip(_ call: ONNXCall, _ operands: [ONNXConstant?]) throws(ONNXProblem) -> ONNXConstant? {
  guard var result = operands.first??.integers, !result.elements.isEmpty else { return nil }
  let bounds = (1...2).map { operands.indices.contains($0) ? operands[$0]?.integers?.elements.first : nil }
  try call.reserve(result.shape)
  let (low, high) = (bounds[0] ?? .min, bounds[1] ?? .max)
  result.elements = result.elements.map { min(max($0, low), high) }
  return .integers(result)
}

/// A comparison of two operands of one kind.
func comparing(
  _ integers: @escaping @Sendable (Int, Int) -> Bool, _ numbers: @escaping @Sendable (Float, Float) -> Bool
) -> ONNXConstantRule {
  { (call, operands) throws(ONNXProblem) in
    guard operands.count == 2, let a = operands[0], let b = operands[1] else { return nil }
    let shape = try commonShape(call, [a.shape, b.shape])
    var result: [Bool] = []
    result.reserveCapacity(try call.reserve(shape))
    if let x = a.integers?.elements, let y = b.integers?.elements {
      eachPair(a.shape, b.shape, to: shape) { result.append(integers(x[$0], y[$1])) }
    } else if let x = a.numbers?.elements, let y = b.numbers?.elements {
      eachPair(a.shape, b.shape, to: shape) { result.append(numbers(x[$0], y[$1])) }
    } else {
      return nil
    }
    return .truths(result, shape)
  }
}

/// A question about each number.
func testing(_ function: @escaping @Sendable (ONNXCall) throws(ONNXProblem) -> (Float) -> Bool) -> ONNXConstantRule {
  { (call, operands) throws(ONNXProblem) in
    guard let tensor = operands.first??.numbers else { return nil }
    try call.reserve(tensor.shape)
    return .truths(tensor.elements.map(try function(call)), tensor.shape)
  }
}

/// Where of three constants.
@Sendable func choose(_ call: ONNXCall, _ operands: [ONNXConstant?]) throws(ONNXProblem) -> ONNXConstant? {
  guard let condition = operands[0]?.integers, let a = operands[1], let b = operands[2] else { return nil }
  let shape = try commonShape(call, [condition.shape, a.shape, b.shape])
  let count = try call.reserve(shape)
  try call.reserve(shape)
  let (first, second) = (try spread(a.shape, to: shape), try spread(b.shape, to: shape))
  let which = try spread(condition.shape, to: shape)
  let places = (0..<count).map { condition.elements[which[$0]] != 0 ? first[$0] : a.count + second[$0] }
  return a.picking(places, shape: shape, and: b)
}

// MARK: broadcasting

/// The shape that operands broadcast to; an empty one meets only its like or single elements.
private func commonShape(_ call: ONNXCall, _ shapes: [[Int]]) throws(ONNXProblem) -> [Int] {
  do throws(ShapeError) {
    var result = shapes[0]
    for shape in shapes.dropFirst() {
      if result.contains(0) || shape.contains(0) {
        guard result == shape || shape.elementCount == 1 || result.elementCount == 1 else {
          throw ShapeError("shapes \(result) and \(shape) do not broadcast")
        }
        if shape.contains(0) { result = shape }
      } else {
        result = try broadcast(result, shape)
      }
    }
    return result
  } catch {
    throw ONNXProblem(error)
  }
}

/// The places of both operands of each element of the result, in order.
private func eachPair(_ a: [Int], _ b: [Int], to shape: [Int], _ body: (Int, Int) -> Void) {
  guard !shape.contains(0) else { return }
  if a == shape, b == shape {
    for index in 0..<shape.elementCount { body(index, index) }
  } else {
    forEachBroadcast(a, b, to: shape, body)
  }
}

/// For each element of a shape the place in a tensor that broadcasts to it.
private func spread(_ from: [Int], to shape: [Int]) throws(ONNXProblem) -> [Int] {
  var places: [Int] = []
  eachPair(from, from, to: shape) { at, _ in places.append(at) }
  return places
}
