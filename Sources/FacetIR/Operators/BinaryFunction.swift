import Foundation

/// A function of two numbers, a and b.
package enum BinaryFunction: Sendable, Equatable, CaseIterable {
  case add
  case multiply
  /// a − b
  case subtract
  /// a / b
  case divide
  case minimum
  case maximum
  /// a to the power of b; NaN where a is negative and b is not whole.
  case power
  /// a where a >= 0, else a · b
  case prelu
  /// 1 where a = b, else 0. A comparison with what is no number is 0.
  case equal
  /// 1 where a < b, else 0
  case less
  /// 1 where a <= b, else 0
  case lessOrEqual
  /// a where b is not 0, else nothing (−0, which adds nothing to any number): with `whereFalse` and `join` the parts of ONNX's Where. Unlike
  /// products with 0 and 1 they are exact for infinite operands, too.
  case whereTrue
  /// a where b is 0, else nothing
  case whereFalse
  /// a + b, one of which is nothing; unlike an addition of numbers it is no sum to quantize.
  case join

  /// In float64; the caller rounds once.
  func apply(_ a: Double, _ b: Double) -> Double {
    switch self {
    case .add: a + b
    case .multiply: a * b
    case .subtract: a - b
    case .divide: a / b
    case .minimum: min(a, b)
    case .maximum: max(a, b)
    case .power: pow(a, b)
    case .prelu: a >= 0 ? a : a * b
    case .equal: a == b ? 1 : 0
    case .less: a < b ? 1 : 0
    case .lessOrEqual: a <= b ? 1 : 0
    case .whereTrue: b != 0 ? a : -0.0
    case .whereFalse: b == 0 ? a : -0.0
    case .join: a + b
    }
  }

  /// Whether its result is 0 or 1.
  package var isComparison: Bool { self == .equal || self == .less || self == .lessOrEqual }

  /// ONNX's name, where it has one.
  var name: String {
    switch self {
    case .add: "Add"
    case .multiply: "Mul"
    case .subtract: "Sub"
    case .divide: "Div"
    case .minimum: "Min"
    case .maximum: "Max"
    case .power: "Pow"
    case .prelu: "PRelu"
    case .equal: "Equal"
    case .less: "Less"
    case .lessOrEqual: "LessOrEqual"
    case .whereTrue: "WhereTrue"
    case .whereFalse: "WhereFalse"
    case .join: "Join"
    }
  }

  /// How it runs in int8: add, multiply, and PRelu with a slope for each channel have integer arithmetic of their own.
  var quantization: QuantizationRule {
    switch self {
    case .add, .multiply, .prelu: .ownRange
    default: .floatOnly
    }
  }
}
