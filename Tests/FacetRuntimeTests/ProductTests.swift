import FacetFiles
import FacetFormat
import FacetKernels
import FacetTestSupport
import Testing

@testable import FacetRuntime

/// Products of matrices through strides.
@Suite struct ProductTests {
  /// [2, 3] times the transpose of [2, 3], twice, the results side by side as columns.
  private func heads(_ a: UInt32, _ b: UInt32, _ output: UInt32) -> ProductRecord {
    var r = ProductRecord()
    (r.a, r.b, r.output, r.rows, r.inner, r.columns, r.batch) = (a, b, output, 2, 3, 2, [1, 2, 1])
    (r.aBatch, r.aRow, r.aInner) = ([0, 6, 0], 3, 1)
    (r.bOffset, r.bBatch, r.bInner, r.bColumn) = (1, [0, 0, 0], 1, 3)
    (r.outputBatch, r.outputRow, r.outputColumn) = ([0, 2, 0], 4, 1)
    return r
  }

  private let numbers: [Float] = [1, 2, 3, 4, 5, 6, -1, 0, 1, 2, -2, 0, 100, 1, 0, 2, -1, 3, 1]

  @Test(arguments: [1, 3]) func float32ReadsAndWritesThroughStrides(threads: Int) throws {
    let result = try run(numbers, threads: threads) { f, x in
      let y = f.plain(8)
      var r = heads(f.part(of: x, at: 0, count: 12), f.part(of: x, at: 12, count: 7), y)
      (r.multiplier, r.highFloat) = (0.5, 13)
      f.instructions.append(r.instruction)
      return y
    }
    // b is the transpose of [[1, 0, 2], [-1, 3, 1]].
    #expect(result == [3.5, 4, 0.5, 1, 8, 8.5, 1, -4])
  }

  /// Zero points of a and b are 10 and -20, of the result -3. Half of 7 and of 1 is rounded to even.
  @Test(arguments: [false, true]) func int8SubtractsZeroPointsAndClamps(storedUnsigned: Bool) throws {
    func product(isFloat: Bool) throws -> [Float] {
      try run(numbers, storedUnsigned: storedUnsigned) { f, x in
        let (a, b) = (f.plain(12, type: .int8, scale: 1, zero: 10), f.plain(7, type: .int8, scale: 1, zero: -20))
        f.unary(.quantize, f.part(of: x, at: 0, count: 12), a)
        f.unary(.quantize, f.part(of: x, at: 12, count: 7), b)
        let result = isFloat ? f.plain(8) : f.plain(8, type: .int8, scale: 1, zero: -3)
        var r = heads(a, b, result)
        (r.multiplier, r.low, r.high) = (0.5, -5, 4)
        f.instructions.append(r.instruction)
        if isFloat { return result }
        let y = f.plain(8)
        f.unary(.dequantize, result, y)
        return y
      }
    }
    #expect(try product(isFloat: true) == [3.5, 4, 0.5, 1, 8, 8.5, 1, -4])
    #expect(try product(isFloat: false) == [4, 4, 0, 1, 7, 7, 1, -2])
  }

  /// q · kᵀ of 3 heads, then that · v, as attention has them: [places, 3 · heads · size] in, [places, heads · size] out.
  @Test(arguments: [false, true]) func attentionIsTheSameForAnyThreadsAndInstructionSet(isFloat: Bool) throws {
    let (places, heads, size) = (37, 3, 20)
    let row = 3 * heads * size
    var random = SplitMix64(seed: 5)
    let numbers = (0..<(places * row)).map { _ in Float(random.below(255)) - 127 }
    let bytes = generalBundle(count: numbers.count) { f, x in
      let type: TensorType = isFloat ? .float32 : .int8
      let input = isFloat ? x : f.plain(numbers.count, type: .int8, scale: 1, zero: 0)
      if !isFloat { f.unary(.quantize, x, input) }
      let scores = f.plain(heads * places * places, type: type, scale: isFloat ? 1 : 1024)
      var r = ProductRecord()
      (r.a, r.b, r.output) = (input, input, scores)
      (r.rows, r.inner, r.columns, r.batch) = (UInt32(places), UInt32(size), UInt32(places), [UInt32(heads), 1, 1])
      (r.aBatch, r.aRow, r.aInner) = ([UInt32(size), 0, 0], UInt32(row), 1)
      (r.bOffset, r.bBatch, r.bInner, r.bColumn) = (UInt32(heads * size), [UInt32(size), 0, 0], 1, UInt32(row))
      (r.outputBatch, r.outputRow, r.outputColumn) = ([UInt32(places * places), 0, 0], UInt32(places), 1)
      r.multiplier = 1.0 / 1024
      f.instructions.append(r.instruction)
      let mixed = f.plain(places * heads * size)
      (r.a, r.output, r.inner, r.columns) = (scores, mixed, UInt32(places), UInt32(size))
      (r.aBatch, r.aRow, r.aInner) = ([UInt32(places * places), 0, 0], UInt32(places), 1)
      (r.bOffset, r.bInner, r.bColumn) = (UInt32(2 * heads * size), UInt32(row), 1)
      (r.outputBatch, r.outputRow, r.outputColumn) = ([UInt32(size), 0, 0], UInt32(heads * size), 1)
      f.instructions.append(r.instruction)
      return mixed
    }.bytes()
    let expected = attention(numbers, places: places, heads: heads, size: size, isFloat: isFloat)
    for isa in everyLevel {
      for threads in [1, 4] {
        let session = try Session(bundle: try open(bytes), threads: threads, isa: isa)
        let set = numbers.withUnsafeBufferPointer { v in
          Result<Void, SessionError> { () throws(SessionError) in try session.setTensor(v) }
        }
        try set.get()
        try session.evaluate(attributes: 1)
        #expect(Array(session.scores(attribute: 0)) == expected)
      }
    }
  }

  private func attention(_ numbers: [Float], places: Int, heads: Int, size: Int, isFloat: Bool) -> [Float] {
    func at(_ part: Int, _ head: Int, _ place: Int, _ i: Int) -> Float { numbers[((place * 3 + part) * heads + head) * size + i] }
    var expected = [Float](repeating: 0, count: places * heads * size)
    for head in 0..<heads {
      for row in 0..<places {
        let scores = (0..<places).map { column in
          let sum = (0..<size).reduce(into: Float(0)) { $0 = $0.addingProduct(at(0, head, row, $1), at(1, head, column, $1)) } / 1024
          return isFloat ? sum : min(max(sum, -128), 127).rounded(.toNearestOrEven)
        }
        for i in 0..<size {
          let sum = (0..<places).reduce(into: Float(0)) { $0 = $0.addingProduct(scores[$1], at(2, head, $1, i)) }
          expected[(row * heads + head) * size + i] = sum / 1024
        }
      }
    }
    return expected
  }

  private func bundle(_ change: (inout Instruction) -> Void) -> BundleBuilder {
    var builder = generalBundle(count: 19) { f, x in
      let (a, b) = (f.plain(12, type: .int8, scale: 1, zero: 10), f.plain(7, type: .int8, scale: 1, zero: -20))
      f.unary(.quantize, f.part(of: x, at: 0, count: 12), a)
      f.unary(.quantize, f.part(of: x, at: 12, count: 7), b)
      let y = f.plain(8)
      f.instructions.append(heads(a, b, y).instruction)
      return y
    }
    change(&builder.fragments[0].instructions[2])
    return builder
  }

  @Test func faultsAreNamed() throws {
    func fault(_ change: (inout ProductRecord) -> Void) -> BundleFault? {
      let builder = bundle { i in
        guard case .product(var r) = i.decoded else { return }
        change(&r)
        i = r.instruction
      }
      do throws(BundleError) { _ = try open(builder.bytes()) } catch { return error.fault }
      return nil
    }
    #expect(fault { _ in } == nil)
    #expect(fault { $0.inner = 0 } == .badGeometry)
    #expect(fault { $0.batch[2] = 0 } == .badGeometry)
    #expect(fault { ($0.inner, $0.aInner, $0.bInner) = (32_769, 0, 0) } == .badGeometry)
    #expect(fault { ($0.inner, $0.aInner, $0.bInner) = (32_768, 0, 0) } == nil)
    #expect(fault { $0.rows = 3 } == .shapeMismatch)
    #expect(fault { $0.rows = 1 } == .shapeMismatch)
    #expect(fault { $0.aOffset = 1 } == .indexOutside)
    #expect(fault { $0.bOffset = 2 } == .indexOutside)
    #expect(fault { $0.bOffset = 7 } == .indexOutside)
    #expect(fault { $0.aRow = .max } == .indexOutside)
    #expect(fault { $0.bBatch[0] = .max } == nil)
    #expect(fault { $0.outputRow = 2 } == .indexOutside)
    #expect(fault { ($0.outputRow, $0.outputBatch[1]) = (2, 4) } == nil)
    #expect(fault { $0.outputColumn = 0 } == .indexOutside)
    #expect(fault { $0.b = 0 } == .typeMismatch)
    #expect(fault { $0.output = BundleFormat.none } == .noSuchTensor)
    #expect(fault { $0.multiplier = 0 } == .badMultiplier)
    #expect(fault { $0.multiplier = .nan } == .badMultiplier)
    #expect(fault { $0.lowFloat = .nan } == .badClamp)
    var builder = bundle { _ in }
    builder.version = 1
    do throws(BundleError) { _ = try open(builder.bytes()) } catch { #expect(error.fault == .unknownOpcode) }
  }

  /// What opens runs; with the address sanitizer no access lies outside.
  @Test func anyWordMayBeDamaged() throws {
    let numbers: [UInt32] = [
      0, 1, 2, 3, 4, 6, 7, 8, 12, 13, 255, 256, 1 << 16, 1 << 24, (1 << 24) + 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
    ]
    var refused = 0
    for word in 0..<Instruction.wordCount {
      for number in numbers {
        do throws(BundleError) {
          let bundle = try open(bundle { $0.words[word] = number }.bytes())
          let session = try? Session(bundle: bundle, threads: 1)
          try? session?.evaluate(attributes: 1)
        } catch { refused += 1 }
      }
    }
    #expect(refused > 200)
  }
}
