/// What is known of a tensor that a field of a record names.
public struct OperandUse: OptionSet, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// It may be absent, `BundleFormat.none`.
  public static let optional = OperandUse(rawValue: 1)
  /// Of one that is read: the first result may take over its bytes, where both have one shape, type and layout, because each element is
  /// read before the one that takes its place is written. Only while no other operand is the same tensor.
  public static let inPlace = OperandUse(rawValue: 2)
}

/// A tensor that an instruction reads or writes.
public struct Operand: Sendable, Equatable {
  public var isWritten: Bool
  /// Its index in the fragment's table; `BundleFormat.none` where it is absent.
  public var tensor: UInt32
  public var use: OperandUse

  public var isPresent: Bool { tensor != BundleFormat.none }
}

extension Instruction {
  /// All tensors that the record of its opcode has places for, absent ones included, in the order of its words; none for an unknown opcode.
  public var operands: [Operand] {
    var list = OperandList()
    decoded?.visitFields(&list)
    return list.operands
  }

  /// The tensors that it reads, in the order of its words.
  public var reads: [UInt32] { operands.filter { !$0.isWritten && $0.isPresent }.map { $0.tensor } }

  /// The tensors that it writes, in the order of its words.
  public var writes: [UInt32] { operands.filter { $0.isWritten && $0.isPresent }.map { $0.tensor } }

  /// Where its packed weights begin in the fragment's weights; nil where it has none.
  public var weightsOffset: UInt32? {
    var list = OperandList()
    decoded?.visitFields(&list)
    return list.weights
  }
}

extension Instruction {
  /// The first tensor that it reads, and its result (of a record with places for two, int8 before scores), without a list: records begin
  /// with what they read, and with the result behind that.
  public var firstOperands: (input: UInt32, output: UInt32) {
    let place = opcode?.resultWord ?? 2
    return (words[1], words[place] == BundleFormat.none ? words[place + 1] : words[place])
  }
}

private struct OperandList: FieldVisitor {
  private(set) var operands: [Operand] = []
  private(set) var weights: UInt32?

  mutating func word(_ value: inout UInt32) {}

  mutating func reads(_ tensor: inout UInt32, _ use: OperandUse) {
    operands.append(Operand(isWritten: false, tensor: tensor, use: use))
  }

  mutating func writes(_ tensor: inout UInt32, _ use: OperandUse) {
    operands.append(Operand(isWritten: true, tensor: tensor, use: use))
  }

  mutating func weights(_ offset: inout UInt32) { weights = offset }
}
