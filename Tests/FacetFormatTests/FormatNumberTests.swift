import FacetFormat
import Testing

/// The numbers that `Formats/facet-bundle.md` gives to kinds, rules and functions, and the limits that it states.
@Suite struct FormatNumberTests {
  @Test func sectionKinds() {
    let kinds: [(SectionKind, UInt32)] = [
      (.input, 1), (.attributes, 2), (.program, 3), (.constants, 4), (.weights, 5), (.plan, 6), (.selfTest, 7), (.provenance, 8),
      (.evaluation, 9), (.forks, 10), (.valueNumbers, 11),
    ]
    for (kind, number) in kinds { #expect(kind.rawValue == number) }
    #expect(SectionKind(rawValue: 0) == nil && SectionKind(rawValue: 12) == nil)
  }

  @Test func opcodes() {
    let opcodes: [(Opcode, UInt32)] = [
      (.convolution, 1), (.depthwise, 2), (.maxPool, 3), (.averagePool, 4), (.add, 5), (.multiply, 6), (.table, 7), (.dequantize, 8),
      (.copy, 9), (.clip, 10), (.sigmoid, 11), (.hardSigmoid, 12), (.hardSwish, 13), (.softmax, 14), (.reshape, 15), (.planar, 16),
      (.quantize, 17), (.rearrange, 18), (.elementwise, 19), (.function, 20), (.reduce, 21), (.matrixProduct, 22), (.resample, 23),
      (.topK, 24), (.channelTable, 25), (.normalize, 26), (.softmaxRows, 27), (.product, 28), (.tableSum, 29), (.split, 30),
    ]
    for (opcode, number) in opcodes { #expect(opcode.rawValue == number) }
  }

  @Test func functionsOfElementwiseAndReduce() {
    let two: [(ElementwiseFunction, UInt32)] = [
      (.add, 0), (.subtract, 1), (.multiply, 2), (.divide, 3), (.minimum, 4), (.maximum, 5), (.power, 6), (.prelu, 7),
      (.reverseSubtract, 8), (.reverseDivide, 9), (.reversePower, 10), (.equal, 11), (.less, 12), (.lessOrEqual, 13), (.reverseLess, 14),
      (.reverseLessOrEqual, 15), (.whereTrue, 16), (.whereFalse, 17), (.reverseWhereTrue, 18), (.reverseWhereFalse, 19),
    ]
    #expect(ElementwiseFunction.allCases.count == two.count)
    for (function, number) in two { #expect(function.rawValue == number) }
    let reductions: [(ReductionCode, UInt32)] = [
      (.sum, 0), (.mean, 1), (.maximum, 2), (.minimum, 3), (.product, 4), (.l1, 5), (.l2, 6), (.sumOfSquares, 7), (.indexOfMaximum, 8),
      (.indexOfMinimum, 9),
    ]
    #expect(ReductionCode.allCases.count == reductions.count)
    for (function, number) in reductions { #expect(function.rawValue == number) }
  }

  @Test func rulesAndTypes() {
    let confidence: [ConfidenceRule] = [.none, .softmax, .sigmoid, .identity]
    let value: [ValueRule] = [.none, .linear, .expected]
    let resize: [ResizeRule] = [.stretch, .crop, .letterbox]
    let color: [ColorOrder] = [.rgb, .bgr, .gray]
    for (number, rule) in confidence.enumerated() { #expect(rule.rawValue == UInt32(number)) }
    for (number, rule) in value.enumerated() { #expect(rule.rawValue == UInt32(number)) }
    for (number, rule) in resize.enumerated() { #expect(rule.rawValue == UInt32(number)) }
    for (number, order) in color.enumerated() { #expect(order.rawValue == UInt32(number)) }
    #expect(ConfidenceRule(rawValue: 4) == nil && ValueRule(rawValue: 3) == nil)
    #expect(ResizeRule(rawValue: 3) == nil && ColorOrder(rawValue: 3) == nil)
    #expect(TensorType.int8.rawValue == 0 && TensorType.float32.rawValue == 1 && TensorType(rawValue: 2) == nil)
    #expect(TensorType.int8.size == 1 && TensorType.float32.size == 4)
    #expect(InputRecord.image == 0 && InputRecord.tensor == 1)
  }

  @Test func gateCodesAndComparisons() {
    let codes: [(GateOperation.Code, UInt8)] = [
      (.label, 1), (.confidence, 2), (.score, 3), (.not, 4), (.and, 5), (.or, 6), (.value, 7),
    ]
    for (code, number) in codes { #expect(code.rawValue == number) }
    #expect(GateOperation.Code(rawValue: 0) == nil && GateOperation.Code(rawValue: 8) == nil)
    let comparisons: [GateOperation.Comparison] = [.less, .lessOrEqual, .greater, .greaterOrEqual]
    for (number, comparison) in comparisons.enumerated() { #expect(comparison.rawValue == UInt8(number)) }
  }

  @Test func flagsAndFeatures() {
    #expect(BundleHeader.storedUnsigned == 1)
    #expect(BundleHeader.gates == 1 << 0 && BundleHeader.values == 1 << 1 && BundleHeader.meanImage == 1 << 2)
    #expect(BundleHeader.knownFeatures == 7)
  }

  @Test func limits() {
    #expect(BundleFormat.version == 1 && BundleFormat.newestVersion == 2)
    #expect(BundleFormat.headerSize == 64 && BundleFormat.sectionEntrySize == 64 && BundleFormat.alignment == 64)
    #expect(BundleFormat.maximumSections == 1024 && BundleFormat.maximumAttributes == 64)
    #expect(AttributeRecord.maximumNameBytes == 255 && InputRecord.maximumNameBytes == 1024)
    #expect(ForkRecord.maximumCount == 1024 && ForkRecord.maximumNameBytes == 1024)
    #expect(GateRecord.maximumTextBytes == 1024 && GateOperation.maximumDepth == 64)
    #expect(OperatorNumberRecord.maximumNameBytes == 255)
    #expect(TensorRecord.maximumDimension == 1 << 24)
    #expect(PlanRecord.unused == .max)
  }

  @Test func sizesOfRecords() {
    #expect(TensorRecord.size == 64 && ImportRecord.size == 8 && ProgramHeader.size == 64)
    #expect(GateOperation.size == 12 && ForkNumberRecord.size == 80)
    // fragment u32, number u64, an empty string.
    #expect(OperatorNumberRecord.minimumSize == 4 + 8 + 2)
  }
}
