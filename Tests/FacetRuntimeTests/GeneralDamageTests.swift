import FacetFiles
import FacetFormat
import FacetKernels
import FacetTestSupport
import Testing

@testable import FacetRuntime

/// Damaged general instructions give an error or run; with the address sanitizer no access lies outside.
@Suite struct GeneralDamageTests {
  @discardableResult private func attempt(_ builder: BundleBuilder) -> BundleFault? {
    do throws(BundleError) {
      let bundle = try open(builder.bytes())
      guard let arena = bundle.arenaBytes(plan: 0), arena < 1 << 24 else { return nil }
      do throws(SessionError) {
        let session = try Session(bundle: bundle, threads: 1)
        let values = [Float](repeating: 1.5, count: 24)
        let result = values.withUnsafeBufferPointer { v in
          Result<Void, SessionError> { () throws(SessionError) in try session.setTensor(v) }
        }
        try result.get()
        try session.evaluate(attributes: 1)
      } catch {}
      return nil
    } catch { return error.fault }
  }

  /// Every word of every instruction takes numbers at the edges of what may be.
  @Test func anyWordOfAnyInstructionMayBeDamaged() {
    let whole = everyGeneralInstruction()
    #expect(attempt(whole) == nil)
    let numbers: [UInt32] = [
      0, 1, 2, 3, 4, 7, 8, 9, 10, 16, 24, 25, 29, 30, 31, 64, 255, 256, 1 << 16, 1 << 24, (1 << 24) + 1, 0x7FFF_FFFF, 0x8000_0000,
      0xFFFF_FFFF,
    ]
    var refused = 0
    for index in whole.fragments[0].instructions.indices {
      for word in 0..<Instruction.wordCount {
        for number in numbers {
          var builder = whole
          builder.fragments[0].instructions[index].words[word] = number
          if attempt(builder) != nil { refused += 1 }
        }
      }
    }
    #expect(refused > 1000)
  }

  @Test func randomWordsNeverEndTheProcess() {
    let seed: UInt64 = 20_261_124
    print("GeneralDamageTests: seed \(seed)")
    var random = SplitMix64(seed: seed)
    let whole = everyGeneralInstruction()
    let count = whole.fragments[0].instructions.count
    for _ in 0..<3000 {
      var builder = whole
      for _ in 0...random.below(4) {
        let number = UInt32(truncatingIfNeeded: random.next()) >> UInt32(random.below(32))
        if random.below(4) == 0 {
          // The constants: tables, indices and weights.
          builder.fragments[0].constants = damaged(builder.fragments[0].constants.bytes, at: random.below(4096), number)
        } else {
          let word = random.below(3) == 0 ? random.below(Instruction.wordCount) : 1 + random.below(16)
          builder.fragments[0].instructions[random.below(count)].words[word] = number
        }
      }
      attempt(builder)
    }
  }

  private func damaged(_ bytes: [UInt8], at place: Int, _ number: UInt32) -> ByteWriter {
    var result = bytes
    for i in 0..<4 where place / 4 * 4 + i < bytes.count { result[place / 4 * 4 + i] = UInt8(truncatingIfNeeded: number >> UInt32(8 * i)) }
    var writer = ByteWriter()
    writer.raw(result)
    return writer
  }

  @Test func faultsAreNamed() throws {
    func fault(_ opcode: Opcode, _ change: (inout Instruction) -> Void) throws -> BundleFault? {
      var builder = everyGeneralInstruction()
      let index = try #require(builder.fragments[0].instructions.firstIndex { $0.opcode == opcode })
      change(&builder.fragments[0].instructions[index])
      return attempt(builder)
    }
    #expect(try fault(.quantize) { $0.words[2] = $0.words[1] } == .typeMismatch)
    #expect(try fault(.rearrange) { $0.words[3] = 9 } == .badGeometry)
    #expect(try fault(.rearrange) { $0.words[6] = 2 } == .badGeometry)
    #expect(try fault(.rearrange) { $0.words[12] = 1 << 20 } == .constantsOutside)
    #expect(try fault(.rearrange) { $0.words[13] = 128 } == .badClamp)
    #expect(try fault(.elementwise) { $0.words[4] = UInt32(ElementwiseFunction.allCases.count) } == .unknownFunction)
    // What version 2 brought is no part of a bundle that says 1.
    for (version, wanted) in [(UInt32(1), BundleFault?.some(.unknownFunction)), (2, nil)] {
      var builder = everyGeneralInstruction()
      let index = try #require(builder.fragments[0].instructions.firstIndex { $0.opcode == .elementwise })
      builder.fragments[0].instructions[index].words[4] = ElementwiseFunction.whereTrue.rawValue
      builder.version = version
      #expect(attempt(builder) == wanted)
    }
    #expect(try fault(.elementwise) { $0.words[14] = 4 } == .indexOutside)
    #expect(try fault(.elementwise) { $0.words[22] = 1 << 20 } == .constantsOutside)
    #expect(try fault(.elementwise) { $0.words[6] = 9 } == .shapeMismatch)
    #expect(try fault(.function) { $0.words[3] = FACET_FUNCTION_COUNT.rawValue } == .unknownFunction)
    #expect(try fault(.function) { $0.words[2] = 0 } == .shapeMismatch)
    #expect(try fault(.reduce) { $0.words[13] = 4 } == .shapeMismatch)
    #expect(try fault(.reduce) { $0.words[3] = 10 } == .unknownFunction)
    #expect(try fault(.reduce) { $0.words[2] = $0.words[1] } == .resultOverlaps)
    #expect(try fault(.matrixProduct) { $0.words[14] = 16 } == .indexOutside)
    #expect(try fault(.matrixProduct) { $0.words[4] = 4 } == .shapeMismatch)
    #expect(try fault(.matrixProduct) { $0.words[5] = 1 << 23 } == .indexOutside)
    #expect(try fault(.resample) { $0.words[7] = 0 } == .badGeometry)
    #expect(try fault(.resample) { $0.words[9] = 1 << 20 } == .constantsOutside)
    #expect(try fault(.resample) { $0.words[4] = 4 } == .shapeMismatch)
    #expect(try fault(.topK) { $0.words[6] = 0 } == .badGeometry)
    #expect(try fault(.topK) { $0.words[6] = 11 } == .badGeometry)
    #expect(try fault(.topK) { $0.words[6] = 6 } == .shapeMismatch)
    #expect(try fault(.topK) { $0.words[3] = 3 } == .shapeMismatch)
    #expect(try fault(.topK) { $0.words[7] = 2 } == .badGeometry)
    #expect(try fault(.topK) { $0.words[8] = 2 } == .badGeometry)
    #expect(try fault(.topK) { $0.words[2] = $0.words[1] } == .resultOverlaps)
  }

  @Test func tableEntriesMustLieInsideTheTensors() throws {
    func fault(inputs: [[Int32]], outputs: [[Int32]]) -> BundleFault? {
      attempt(
        generalBundle(count: 24) { f, x in
          let y = f.plain(24)
          f.rearrange(x, y, inputs: inputs, outputs: outputs)
          return y
        })
    }
    let four: [Int32] = [0, 6, 12, 18]
    let six: [Int32] = [0, 1, 2, 3, 4, 5]
    #expect(fault(inputs: [four, six], outputs: [four, six]) == nil)
    #expect(fault(inputs: [[0, 6, 12, 19], six], outputs: [four, six]) == .indexOutside)
    #expect(fault(inputs: [four, six], outputs: [[0, 6, 12, 19], six]) == .indexOutside)
    #expect(fault(inputs: [[-1, 6, 12, 18], six], outputs: [four, six]) == nil)
    #expect(fault(inputs: [[-2, 6, 12, 18], six], outputs: [four, six]) == .indexOutside)
    #expect(fault(inputs: [four, six], outputs: [[-1, 6, 12, 18], six]) == .indexOutside)
    #expect(fault(inputs: [four, [.max, .max, .max, .max, .max, .max]], outputs: [four, six]) == .indexOutside)
    let resample = generalBundle(count: 24) { f, x in
      let y = f.plain(2)
      f.resample(x, y, outer: 1, inner: 1, inputSize: 24, taps: 1, indices: [23, 24], weights: [1, 1])
      return y
    }
    #expect(attempt(resample) == .indexOutside)
  }

  @Test func tablesNamedByTooManyInstructionsAreRefused() {
    var builder = generalBundle(count: 24) { f, x in
      let y = f.plain(24)
      f.rearrange(x, y, inputs: [(0..<24).map { $0 }], outputs: [(0..<24).map { $0 }])
      return y
    }
    #expect(attempt(builder) == nil)
    builder.fragments[0].instructions = [Instruction](repeating: builder.fragments[0].instructions[0], count: 300)
    #expect(attempt(builder) == .constantsOutside)
  }
}
