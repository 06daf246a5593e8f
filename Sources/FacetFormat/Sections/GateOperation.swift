/// One step of a gate's program, which leaves truth values on a stack.
///
/// 12 bytes: code u8, comparison u8, attribute u16, label u32, value f32.
public struct GateOperation: Equatable, Sendable {
  public static let size: Int64 = 12
  /// Most truth values on the stack at one time.
  public static let maximumDepth = 64

  public enum Code: UInt8, Sendable {
    /// Pushes whether the attribute's answer is class `label`.
    case label = 1
    /// Pushes how a confidence compares with `value`: that of the answer, or of class `label`.
    case confidence = 2
    /// Pushes how a score compares with `value`: that of class `label`, or the only one.
    case score = 3
    case not = 4
    case and = 5
    case or = 6
    /// Pushes how the attribute's number compares with `value`.
    case value = 7
  }

  public enum Comparison: UInt8, Sendable {
    case less = 0
    case lessOrEqual = 1
    case greater = 2
    case greaterOrEqual = 3
  }

  public var code = Code.label
  public var comparison: Comparison = .less
  public var attribute: UInt16 = 0
  /// `BundleFormat.none`: the answer's own, or the only one.
  public var label: UInt32 = BundleFormat.none
  public var value: Float = 0

  public init() {}

  public init(
    _ code: Code, attribute: UInt16 = 0, label: UInt32 = BundleFormat.none, comparison: Comparison = .less, value: Float = 0
  ) {
    self.code = code
    self.comparison = comparison
    self.attribute = attribute
    self.label = label
    self.value = value
  }
}

extension GateOperation: ByteRecord {
  public mutating func visitFields(_ visitor: inout some ByteVisitor) {
    visitor.field(&code)
    visitor.field(&comparison)
    visitor.field(&attribute)
    visitor.field(&label)
    visitor.field(&value)
  }
}
