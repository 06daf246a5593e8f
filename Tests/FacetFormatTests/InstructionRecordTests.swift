import FacetFormat
import Testing

/// The words of every instruction as the table of opcodes in `Formats/facet-bundle.md` has them: fields get distinct values by name, and the
/// words that must come out are written out by number. What reads back must give the same words again.
@Suite struct InstructionRecordTests {
  /// - Parameter words: from word 0 on; the rest is zeros.
  private func expect(
    _ instruction: Instruction, _ words: [UInt32], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let all = words + [UInt32](repeating: 0, count: 32 - words.count)
    #expect(written { instruction.write(to: &$0) } == all.flatMap { u32($0) }, sourceLocation: sourceLocation)
    let read = read(all.flatMap { u32($0) }) { Instruction(reading: &$0) }
    #expect(read?.opcode == Opcode(rawValue: words[0]), sourceLocation: sourceLocation)
    guard let read else { return }
    let rewritten = read.rewritten
    #expect((0..<32).map { rewritten.words[$0] } == all, sourceLocation: sourceLocation)
  }

  private func bits(_ value: Float) -> UInt32 { value.bitPattern }

  @Test func convolutionAndDepthwise() {
    var r = ConvolutionRecord()
    (r.input, r.output, r.scores, r.residual) = (101, 102, 103, 104)
    (r.kernelHeight, r.kernelWidth, r.strideY, r.strideX, r.dilationY, r.dilationX) = (5, 6, 7, 8, 9, 10)
    (r.padTop, r.padLeft, r.groups, r.outputChannels, r.rowSegments) = (11, 12, 13, 14, 1)
    (r.weights, r.initial, r.multiplier, r.scoresMultiplier) = (0x1000, 0x1100, 0x1200, 0x1300)
    (r.low, r.high) = (-100, 99)
    (r.residualMultiplier, r.scoresResidualMultiplier, r.lowFloat, r.highFloat) = (0.25, 0.5, -3, 6)
    r.proofs = 3
    (r.function, r.functionValues, r.functionOffset, r.alpha, r.beta) = (3, 0x1400, -7, 0.75, 0.125)
    let words: [UInt32] = [
      101, 102, 103, 104, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 1, 0x1000, 0x1100, 0x1200, 0x1300, 0xFFFF_FF9C, 99, bits(0.25), bits(0.5),
      bits(-3), bits(6), 3, 3, 0x1400, 0xFFFF_FFF9, bits(0.75), bits(0.125),
    ]
    r.opcode = .convolution
    expect(r.instruction, [1] + words)
    r.opcode = .depthwise
    expect(r.instruction, [2] + words)
  }

  @Test func pools() {
    var r = PoolRecord()
    (r.input, r.output, r.scores) = (101, 102, 103)
    (r.kernelHeight, r.kernelWidth, r.strideY, r.strideX, r.dilationY, r.dilationX) = (4, 5, 6, 7, 8, 9)
    (r.padTop, r.padLeft, r.padBottom, r.padRight, r.countIncludesPad) = (10, 11, 12, 13, 1)
    (r.multiplier, r.scoresMultiplier, r.oneMultiplier, r.low, r.high) = (0x40, 0x80, 1, -1, 2)
    let words: [UInt32] = [101, 102, 103, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 1, 0x40, 0x80, 1, 0xFFFF_FFFF, 2]
    r.opcode = .maxPool
    expect(r.instruction, [3] + words)
    r.opcode = .averagePool
    expect(r.instruction, [4] + words)
  }

  @Test func addAndMultiply() {
    var r = BinaryRecord()
    (r.a, r.b, r.output, r.scores) = (101, 102, 103, 104)
    (r.aMultiplier, r.bMultiplier, r.scoresAMultiplier, r.scoresBMultiplier) = (0.5, 0.25, 2, 4)
    (r.low, r.high, r.lowFloat, r.highFloat) = (-128, 127, -8, 16)
    let words: [UInt32] = [101, 102, 103, 104, bits(0.5), bits(0.25), bits(2), bits(4), 0xFFFF_FF80, 127, bits(-8), bits(16)]
    r.opcode = .add
    expect(r.instruction, [5] + words)
    r.opcode = .multiply
    expect(r.instruction, [6] + words)
  }

  @Test func unary() {
    var r = UnaryRecord()
    (r.input, r.output, r.table, r.alpha, r.beta) = (101, 102, 0x40, -1, 6)
    let words: [UInt32] = [101, 102, 0x40, bits(-1), bits(6)]
    func expectUnary(_ opcode: UInt32, _ record: UnaryRecord) {
      expect(record.instruction, [opcode] + words)
    }
    r.opcode = .table
    expectUnary(7, r)
    r.opcode = .dequantize
    expectUnary(8, r)
    r.opcode = .copy
    expectUnary(9, r)
    r.opcode = .clip
    expectUnary(10, r)
    r.opcode = .sigmoid
    expectUnary(11, r)
    r.opcode = .hardSigmoid
    expectUnary(12, r)
    r.opcode = .hardSwish
    expectUnary(13, r)
    r.opcode = .softmax
    expectUnary(14, r)
    r.opcode = .reshape
    expectUnary(15, r)
    r.opcode = .planar
    expectUnary(16, r)
    r.opcode = .quantize
    expectUnary(17, r)
    r.opcode = .channelTable
    expectUnary(25, r)
    r.opcode = .tableSum
    expectUnary(29, r)
    #expect(r.instruction.since == 2)
    r.opcode = .split
    expectUnary(30, r)
    #expect(r.instruction.since == 2)
  }

  @Test func rearrange() {
    var r = RearrangeRecord()
    (r.input, r.output, r.rank, r.tables, r.fill) = (101, 102, 8, 0x80, 0xFFFF_FFFE)
    for axis in 0..<8 { r.dimensions[axis] = 20 + UInt32(axis) }
    expect(r.instruction, [18, 101, 102, 8, 20, 21, 22, 23, 24, 25, 26, 27, 0x80, 0xFFFF_FFFE])
  }

  @Test func elementwise() {
    var r = ElementwiseRecord()
    (r.a, r.b, r.output, r.function, r.rank, r.constant) = (101, 102, 103, 4, 5, 0x140)
    for axis in 0..<8 {
      (r.dimensions[axis], r.aStrides[axis], r.bStrides[axis]) = (20 + UInt32(axis), 30 + UInt32(axis), 40 + UInt32(axis))
    }
    expect(
      r.instruction,
      [
        19, 101, 102, 103, 4, 5, 20, 21, 22, 23, 24, 25, 26, 27, 30, 31, 32, 33, 34, 35, 36, 37, 40, 41, 42, 43, 44, 45, 46, 47, 0x140,
      ]
    )
  }

  @Test func function() {
    var r = FunctionRecord()
    (r.input, r.output, r.function, r.alpha, r.beta) = (101, 102, 3, 0.5, -0.25)
    expect(r.instruction, [20, 101, 102, 3, bits(0.5), bits(-0.25)])
  }

  @Test func reduce() {
    var r = ReduceRecord()
    (r.input, r.output, r.function, r.rank, r.axes) = (101, 102, 9, 8, 0xAA)
    for axis in 0..<8 { r.dimensions[axis] = 20 + UInt32(axis) }
    expect(r.instruction, [21, 101, 102, 9, 8, 20, 21, 22, 23, 24, 25, 26, 27, 0xAA])
  }

  @Test func matrixProduct() {
    var r = MatrixProductRecord()
    (r.a, r.b, r.output, r.rows, r.inner, r.columns, r.constant) = (101, 102, 103, 4, 5, 6, 0x180)
    for axis in 0..<4 { (r.batch[axis], r.aStrides[axis], r.bStrides[axis]) = (20 + UInt32(axis), 30 + UInt32(axis), 40 + UInt32(axis)) }
    expect(r.instruction, [22, 101, 102, 103, 4, 5, 6, 20, 21, 22, 23, 30, 31, 32, 33, 40, 41, 42, 43, 0x180])
  }

  @Test func resample() {
    var r = ResampleRecord()
    (r.input, r.output, r.outer, r.inputSize, r.outputSize, r.inner) = (101, 102, 3, 4, 5, 6)
    (r.taps, r.indices, r.weights) = (7, 0x40, 0x80)
    expect(r.instruction, [23, 101, 102, 3, 4, 5, 6, 7, 0x40, 0x80])
  }

  @Test func topK() {
    var r = TopKRecord()
    (r.input, r.output, r.outer, r.size, r.inner, r.count, r.smallest, r.indices) = (101, 102, 3, 4, 5, 6, 1, 0)
    expect(r.instruction, [24, 101, 102, 3, 4, 5, 6, 1, 0])
    (r.smallest, r.indices) = (0, 1)
    expect(r.instruction, [24, 101, 102, 3, 4, 5, 6, 0, 1])
  }

  @Test func normalization() {
    var r = NormalizationRecord()
    (r.input, r.output, r.isRootMeanSquare, r.scope, r.groups, r.pixels) = (101, 102, 1, 1, 5, 6)
    (r.gamma, r.beta, r.epsilon, r.low, r.high, r.lowFloat, r.highFloat) = (0x40, 0x80, 0.5, -2, 3, -4, 5)
    expect(r.instruction, [26, 101, 102, 1, 1, 5, 6, 0x40, 0x80, bits(0.5), 0xFFFF_FFFE, 3, bits(-4), bits(5)])
  }

  @Test func softmaxRows() {
    var r = SoftmaxRowsRecord()
    (r.input, r.output, r.pixels) = (101, 102, 3)
    expect(r.instruction, [27, 101, 102, 3])
  }

  @Test func product() {
    var r = ProductRecord()
    (r.a, r.b, r.output, r.rows, r.inner, r.columns, r.batch) = (101, 102, 103, 4, 5, 6, [7, 8, 9])
    (r.aOffset, r.aBatch, r.aRow, r.aInner) = (10, [11, 12, 13], 14, 15)
    (r.bOffset, r.bBatch, r.bInner, r.bColumn) = (16, [17, 18, 19], 20, 21)
    (r.outputBatch, r.outputRow, r.outputColumn) = ([22, 23, 24], 25, 26)
    (r.multiplier, r.low, r.high, r.lowFloat, r.highFloat) = (0.5, -2, 3, -4, 5)
    expect(r.instruction, [28, 101, 102, 103] + Array(4...26) + [bits(0.5), 0xFFFF_FFFE, 3, bits(-4), bits(5)])
  }

  /// What is absent is `none`, 0xFFFFFFFF, in a record that nothing has been set in.
  @Test func tensorsThatAreNotSetAreAbsent() {
    let none: UInt32 = 0xFFFF_FFFF
    #expect(BundleFormat.none == none)
    let convolution = ConvolutionRecord().instruction
    for word in [1, 2, 3, 4, 18, 19] { #expect(convolution.words[word] == none) }
    #expect((1...4).allSatisfy { BinaryRecord().instruction.words[$0] == none })
    #expect((1...3).allSatisfy { PoolRecord().instruction.words[$0] == none })
    #expect((1...3).allSatisfy { ProductRecord().instruction.words[$0] == none })
    #expect((1...3).allSatisfy { UnaryRecord().instruction.words[$0] == none })
    #expect((1...3).allSatisfy { ElementwiseRecord().instruction.words[$0] == none } && ElementwiseRecord().instruction.words[30] == none)
    #expect(
      (1...3).allSatisfy { MatrixProductRecord().instruction.words[$0] == none } && MatrixProductRecord().instruction.words[19] == none)
  }

  @Test func anInstructionHas32WordsAndNoOtherOpcodes() {
    #expect(Instruction.size == 128)
    #expect(Instruction.wordCount == 32)
    for number: UInt32 in 1...30 { #expect(Opcode(rawValue: number) != nil) }
    for number: UInt32 in [0, 31, 32, 255, 0xFFFF_FFFF] { #expect(Opcode(rawValue: number) == nil) }
    #expect(read([UInt8](repeating: 0, count: 127)) { Instruction(reading: &$0) } == nil)
  }

  /// Functions 11 to 19 of elementwise, normalization, softmax of rows, product, the sum of a table, proofs and functions of
  /// convolutions came with version 2; all else is of version 1.
  @Test func versionsOfInstructions() {
    for function: UInt32 in 0...19 {
      var r = ElementwiseRecord()
      r.function = function
      #expect(r.instruction.since == (function >= 11 ? 2 : 1))
    }
    #expect(NormalizationRecord().instruction.since == 2)
    #expect(SoftmaxRowsRecord().instruction.since == 2)
    #expect(ProductRecord().instruction.since == 2)
    #expect(TopKRecord().instruction.since == 1)
    #expect(ConvolutionRecord().instruction.since == 1)
    var proved = ConvolutionRecord()
    proved.proofs = 1
    #expect(proved.instruction.since == 2)
    var withFunction = ConvolutionRecord()
    withFunction.function = ResultFunction.hardSwish.rawValue
    #expect(withFunction.instruction.since == 2)
  }
}

extension Instruction {
  /// Read as the record of its opcode, and written again.
  fileprivate var rewritten: Instruction {
    switch decoded {
    case nil: Instruction(.copy)
    case .convolution(let record): record.instruction
    case .pool(let record): record.instruction
    case .binary(let record): record.instruction
    case .unary(let record): record.instruction
    case .rearrange(let record): record.instruction
    case .elementwise(let record): record.instruction
    case .function(let record): record.instruction
    case .reduce(let record): record.instruction
    case .matrixProduct(let record): record.instruction
    case .resample(let record): record.instruction
    case .topK(let record): record.instruction
    case .normalization(let record): record.instruction
    case .softmaxRows(let record): record.instruction
    case .product(let record): record.instruction
    }
  }
}
