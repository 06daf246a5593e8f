import FacetFormat
import Testing

/// What each instruction reads and writes, by the table of opcodes in `Formats/facet-bundle.md`; nothing else knows it.
@Suite struct OperandTests {
  /// An instruction whose word i holds 100 + i.
  private func numbered(_ opcode: Opcode) -> Instruction {
    var instruction = Instruction(opcode)
    for word in 1..<Instruction.wordCount { instruction.words[word] = 100 + UInt32(word) }
    return instruction
  }

  @Test func everyOpcodeSaysWhatItReadsAndWrites() {
    for opcode in Opcode.allCases {
      let expected: (reads: [UInt32], writes: [UInt32]) =
        switch opcode {
        case .convolution, .depthwise: ([101, 104], [102, 103])
        case .maxPool, .averagePool: ([101], [102, 103])
        case .add, .multiply: ([101, 102], [103, 104])
        case .elementwise, .matrixProduct, .product: ([101, 102], [103])
        case .table, .channelTable, .dequantize, .quantize, .copy, .clip, .sigmoid, .hardSigmoid, .hardSwish, .softmax, .reshape, .planar,
          .rearrange, .function, .reduce, .resample, .topK, .normalize,
          .softmaxRows, .tableSum, .split:
          ([101], [102])
        }
      let instruction = numbered(opcode)
      #expect(instruction.reads == expected.reads && instruction.writes == expected.writes, "\(opcode)")
      #expect(instruction.operands.map(\.tensor).sorted() == (expected.reads + expected.writes).sorted())
      #expect(instruction.firstOperands == (expected.reads[0], expected.writes[0]), "\(opcode)")
      #expect(instruction.weightsOffset == (opcode == .convolution || opcode == .depthwise ? 116 : nil), "\(opcode)")
    }
  }

  @Test func absentTensorsAreNeitherReadNorWritten() {
    var record = ConvolutionRecord()
    (record.input, record.scores) = (3, 4)
    let instruction = record.instruction
    #expect(instruction.reads == [3] && instruction.writes == [4] && instruction.firstOperands == (3, 4))
    #expect(instruction.operands.count == 4)
    #expect(instruction.operands.filter { $0.use.contains(.optional) }.map(\.isWritten) == [true, true, false])
  }

  @Test func onlyElementByElementInputsGiveTheirBytesToTheResult() {
    for opcode in Opcode.allCases {
      let places = numbered(opcode).operands.filter { $0.use.contains(.inPlace) }.map(\.tensor)
      let expected: [UInt32] =
        switch opcode {
        case .convolution, .depthwise: [104]
        case .add, .multiply: [101, 102]
        case .table, .channelTable, .copy, .clip, .sigmoid, .hardSigmoid, .hardSwish, .softmax, .function, .normalize, .softmaxRows: [101]
        case .maxPool, .averagePool, .elementwise, .matrixProduct, .product, .dequantize, .quantize, .reshape, .planar, .rearrange, .reduce,
          .resample, .topK, .tableSum, .split:
          []
        }
      #expect(places == expected, "\(opcode)")
    }
  }

  @Test func anUnknownOpcodeHasNoOperands() {
    var instruction = numbered(.add)
    instruction.words[0] = 31
    #expect(instruction.decoded == nil && instruction.operands.isEmpty && instruction.work([]) == InstructionWork())
  }
}
