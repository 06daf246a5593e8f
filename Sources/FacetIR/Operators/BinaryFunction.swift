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
    }
  }

  /// ONNX's name.
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
