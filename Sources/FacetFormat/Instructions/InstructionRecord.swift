/// The words of an instruction behind its opcode, by name.
///
/// `visitFields` is the one description of them: reading, writing and the list of operands (`Instruction.operands`) all follow it.
public protocol InstructionRecord: Sendable {
  /// Nothing set: tensors absent, counts 1.
  init()

  /// The opcode that it is written with.
  var number: Opcode { get }

  /// Names every field, in the order of its words from word 1 on.
  mutating func visitFields(_ visitor: inout some FieldVisitor)
}

/// Goes through the fields of a record, one word after the other.
public protocol FieldVisitor {
  mutating func word(_ value: inout UInt32)
  /// A tensor that the instruction reads, or writes: its index in the fragment's table.
  mutating func reads(_ tensor: inout UInt32, _ use: OperandUse)
  mutating func writes(_ tensor: inout UInt32, _ use: OperandUse)
  /// An offset in the fragment's constants, or weights; `BundleFormat.none` where there is no such array.
  mutating func constants(_ offset: inout UInt32)
  mutating func weights(_ offset: inout UInt32)
}

extension FieldVisitor {
  @inline(__always) public mutating func reads(_ tensor: inout UInt32, _ use: OperandUse) { word(&tensor) }
  @inline(__always) public mutating func writes(_ tensor: inout UInt32, _ use: OperandUse) { word(&tensor) }
  @inline(__always) public mutating func constants(_ offset: inout UInt32) { word(&offset) }
  @inline(__always) public mutating func weights(_ offset: inout UInt32) { word(&offset) }

  @inline(__always) mutating func reads(_ tensor: inout UInt32) { reads(&tensor, []) }
  @inline(__always) mutating func writes(_ tensor: inout UInt32) { writes(&tensor, []) }

  @inline(__always) mutating func word(_ value: inout Int32) {
    var bits = UInt32(bitPattern: value)
    word(&bits)
    value = Int32(bitPattern: bits)
  }

  @inline(__always) mutating func word(_ value: inout Float) {
    var bits = value.bitPattern
    word(&bits)
    value = Float(bitPattern: bits)
  }

  @inline(__always) mutating func words<let count: Int>(_ values: inout InlineArray<count, UInt32>) {
    for index in 0..<count { word(&values[index]) }
  }
}

extension InstructionRecord {
  @inline(never)
  init(reading instruction: Instruction) {
    self.init()
    var reader = WordReader(instruction: instruction)
    visitFields(&reader)
  }

  public var instruction: Instruction {
    var record = self
    var writer = WordWriter(instruction: Instruction(number))
    record.visitFields(&writer)
    return writer.instruction
  }
}

private struct WordReader: FieldVisitor {
  let instruction: Instruction
  private var place = 1

  init(instruction: Instruction) { self.instruction = instruction }

  @inline(__always) mutating func word(_ value: inout UInt32) {
    value = instruction.words[place]
    place &+= 1
  }
}

private struct WordWriter: FieldVisitor {
  var instruction: Instruction
  private var place = 1

  init(instruction: Instruction) { self.instruction = instruction }

  @inline(__always) mutating func word(_ value: inout UInt32) {
    instruction.words[place] = value
    place &+= 1
  }
}
