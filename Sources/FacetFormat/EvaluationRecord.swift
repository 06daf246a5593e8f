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

  public var code: Code
  public var comparison: Comparison = .less
  public var attribute: UInt16 = 0
  /// `BundleFormat.none`: the answer's own, or the only one.
  public var label: UInt32 = BundleFormat.none
  public var value: Float = 0

  public init(
    _ code: Code, attribute: UInt16 = 0, label: UInt32 = BundleFormat.none, comparison: Comparison = .less, value: Float = 0
  ) {
    self.code = code
    self.comparison = comparison
    self.attribute = attribute
    self.label = label
    self.value = value
  }

  public init?(reading reader: inout ByteReader) {
    guard let code = Code(rawValue: reader.u8()), let comparison = Comparison(rawValue: reader.u8()) else { return nil }
    self.init(code, attribute: reader.u16(), label: reader.u32(), comparison: comparison, value: reader.f32())
    if reader.failed { return nil }
  }

  public func write(to writer: inout ByteWriter) {
    writer.u8(code.rawValue)
    writer.u8(comparison.rawValue)
    writer.u16(attribute)
    writer.u32(label)
    writer.f32(value)
  }
}

/// On what condition an attribute is evaluated; without operations, always.
public struct GateRecord {
  /// Of its text, in UTF-8.
  public static let maximumTextBytes = 1024

  /// The condition as the recipe has it, for people.
  public var text: ByteView
  /// In postfix order.
  public var operations: [GateOperation]

  public init() {
    text = ByteView(UnsafeRawBufferPointer(start: nil, count: 0))
    operations = []
  }

  /// text string, operation count u32, operations.
  public init?(reading reader: inout ByteReader) {
    text = reader.string()
    operations = []
    let count = reader.u32()
    guard !reader.failed, Int64(count) * GateOperation.size <= reader.view.count - reader.offset,
      let read = reader.records(count, { GateOperation(reading: &$0) })
    else { return nil }
    operations = read
  }

  public static func write(to writer: inout ByteWriter, text: [UInt8], operations: [GateOperation]) {
    writer.string(text)
    writer.u32(UInt32(operations.count))
    for operation in operations { operation.write(to: &writer) }
  }
}
