import FacetFiles
import FacetFormat
import FacetKernels
import FacetTestSupport
import Testing

@testable import FacetRuntime

/// Instructions on plain tensors against values computed by hand.
@Suite struct GeneralInstructionTests {
  @Test(arguments: [false, true]) func quantizeRoundsToEvenAndClamps(storedUnsigned: Bool) throws {
    // Scale 0.5, zero 10: q = rne(2x) + 10 in [-128, 127].
    let result = try run([0, 0.25, 0.75, -0.25, 1, 1000, -1000, .nan], storedUnsigned: storedUnsigned) { f, x in
      let q = f.plain(8, type: .int8, scale: 0.5, zero: 10)
      f.unary(.quantize, x, q)
      let y = f.plain(8)
      f.unary(.dequantize, q, y)
      return y
    }
    #expect(result == [0, 0, 1, 0, 1, 58.5, -69, 0])
  }

  @Test func rearrangeTransposesAndPads() throws {
    // [2, 3] to [3, 2], then a column of 9 on the left of each row.
    let result = try run([0, 1, 2, 3, 4, 5]) { f, x in
      let y = f.plain(9)
      f.rearrange(x, y, inputs: [[0, 1, 2], [-1, 0, 3]], outputs: [[0, 3, 6], [0, 1, 2]], fill: Float(9).bitPattern)
      return y
    }
    #expect(result == [9, 0, 3, 9, 1, 4, 9, 2, 5])
  }

  @Test(arguments: [false, true]) func int8RearrangeFillsWithTheCanonicalCode(storedUnsigned: Bool) throws {
    let result = try run([1, 2, 3], storedUnsigned: storedUnsigned) { f, x in
      let q = f.plain(3, type: .int8, scale: 1, zero: -5)
      f.unary(.quantize, x, q)
      let moved = f.plain(5, type: .int8, scale: 1, zero: -5)
      f.rearrange(q, moved, inputs: [[-1, 2, 1, 0, -1]], outputs: [[0, 1, 2, 3, 4]], fill: UInt32(bitPattern: -6))
      let y = f.plain(5)
      f.unary(.dequantize, moved, y)
      return y
    }
    #expect(result == [-1, 3, 2, 1, -1])
  }

  @Test func severalRearrangesMakeAConcatenation() throws {
    let result = try run([1, 2, 3, 4]) { f, x in
      let y = f.plain(6)
      f.rearrange(x, y, inputs: [[0, 2], [0, 1]], outputs: [[0, 3], [0, 1]])
      f.rearrange(x, y, inputs: [[0, 2]], outputs: [[2, 5]])
      return y
    }
    #expect(result == [1, 2, 1, 3, 4, 3])
  }

  @Test func elementwiseBroadcastsTensorsAndConstants() throws {
    func apply(_ function: ElementwiseFunction, constant: [Float]) throws -> [Float] {
      try run([8, -2, 0.5, 3]) { f, x in
        let y = f.plain(4)
        f.elementwise(function, x, nil, y, dimensions: [2, 2], aStrides: [2, 1], bStrides: [0, 1], constant: constant)
        return y
      }
    }
    #expect(try apply(.add, constant: [1, 2]) == [9, 0, 1.5, 5])
    #expect(try apply(.subtract, constant: [1, 2]) == [7, -4, -0.5, 1])
    #expect(try apply(.reverseSubtract, constant: [1, 2]) == [-7, 4, 0.5, -1])
    #expect(try apply(.multiply, constant: [2, 3]) == [16, -6, 1, 9])
    #expect(try apply(.divide, constant: [2, 4]) == [4, -0.5, 0.25, 0.75])
    #expect(try apply(.reverseDivide, constant: [2, 3]) == [0.25, -1.5, 4, 1])
    #expect(try apply(.minimum, constant: [1, 2]) == [1, -2, 0.5, 2])
    #expect(try apply(.maximum, constant: [1, 2]) == [8, 2, 1, 3])
    #expect(try apply(.power, constant: [3, 3]) == [512, -8, 0.125, 27])
    #expect(try apply(.reversePower, constant: [2, -2]) == [256, 0.25, Float(2).squareRoot(), -8])
    #expect(try apply(.prelu, constant: [5, 0.25]) == [8, -0.5, 0.5, 3])
    // x is 8, -2, 0.5, 3.
    #expect(try apply(.equal, constant: [8, 3]) == [1, 0, 0, 1])
    #expect(try apply(.less, constant: [8, 3]) == [0, 1, 1, 0])
    #expect(try apply(.lessOrEqual, constant: [8, 3]) == [1, 1, 1, 1])
    #expect(try apply(.reverseLess, constant: [1, -2]) == [1, 0, 0, 1])
    #expect(try apply(.reverseLessOrEqual, constant: [1, -2]) == [1, 1, 0, 1])
    #expect(try apply(.whereTrue, constant: [0, 7]) == [0, -2, 0, 3])
    #expect(try apply(.whereFalse, constant: [0, 7]) == [8, 0, 0.5, 0])
    #expect(try apply(.less, constant: [.nan, .infinity]) == [0, 1, 0, 1])
    // Nothing is −0, and NaN and infinity stay where they are not chosen.
    #expect(try apply(.whereTrue, constant: [0, 0]).allSatisfy { $0 == 0 && $0.sign == .minus })
    #expect(try apply(.reverseWhereTrue, constant: [.infinity, 5]) == [.infinity, 5, .infinity, 5])
    #expect(try apply(.reverseWhereFalse, constant: [.infinity, .nan]) == [0, 0, 0, 0])
    let outer = try run([1, 2, 3]) { f, x in
      let y = f.plain(9)
      f.elementwise(.multiply, x, x, y, dimensions: [3, 3], aStrides: [1, 0], bStrides: [0, 1])
      return y
    }
    #expect(outer == [1, 2, 3, 2, 4, 6, 3, 6, 9])
  }

  @Test func reductionsOverInnerOuterAndAllAxes() throws {
    // [2, 3, 2]
    let numbers: [Float] = [1, -2, 3, 4, 5, 5, -1, 2, 0.5, 8, 7, -3]
    func reduce(_ function: ReductionCode, axes: UInt32, count: Int) throws -> [Float] {
      try run(numbers) { f, x in
        let y = f.plain(count)
        f.reduce(function, x, y, dimensions: [2, 3, 2], axes: axes)
        return y
      }
    }
    #expect(try reduce(.sum, axes: 0b010, count: 4) == [9, 7, 6.5, 7])
    #expect(try reduce(.sum, axes: 0b101, count: 3) == [0, 15.5, 14])
    #expect(try reduce(.mean, axes: 0b111, count: 1) == [29.5 / 12])
    #expect(try reduce(.maximum, axes: 0b100, count: 6) == [1, 4, 5, 2, 8, 7])
    #expect(try reduce(.minimum, axes: 0b110, count: 2) == [-2, -3])
    #expect(try reduce(.product, axes: 0b001, count: 6) == [-1, -4, 1.5, 32, 35, -15])
    #expect(try reduce(.l1, axes: 0b110, count: 2) == [20, 21.5])
    #expect(try reduce(.sumOfSquares, axes: 0b100, count: 6) == [5, 25, 50, 5, 64.25, 58])
    #expect(try reduce(.l2, axes: 0b100, count: 6)[1] == 5)
    #expect(try reduce(.indexOfMaximum, axes: 0b010, count: 4) == [2, 2, 2, 1])
    #expect(try reduce(.indexOfMinimum, axes: 0b100, count: 6) == [1, 0, 0, 0, 0, 1])
    #expect(try reduce(.sum, axes: 0, count: 12) == numbers)
  }

  @Test(arguments: [1, 3]) func matrixProductsOfABatchShareAnOperand(threads: Int) throws {
    // [2, 2, 3] x [3, 2], b a constant; then a batch of b by strides.
    let a: [Float] = [1, 2, 3, 4, 5, 6, -1, 0, 1, 2, -2, 0]
    let result = try run(a, threads: threads) { f, x in
      var r = MatrixProductRecord()
      let y = f.plain(8)
      (r.a, r.output, r.rows, r.inner, r.columns) = (x, y, 2, 3, 2)
      (r.batch[3], r.aStrides[3]) = (2, 6)
      r.constant = f.constant([1, 0, 0, 1, 2, -1] as [Float])
      f.instructions.append(r.instruction)
      return y
    }
    #expect(result == [7, -1, 16, -1, 1, -1, 2, -2])
  }

  @Test func largeProductsAreTheSameForAnyThreadsAndInstructionSet() throws {
    let (rows, inner, columns) = (37, 50, 83)
    var random = SplitMix64(seed: 5)
    let numbers = (0..<(rows * inner + inner * columns)).map { _ in Float(random.below(2001) - 1000) / 512 }
    let bytes = generalBundle(count: numbers.count) { f, x in
      var r = MatrixProductRecord()
      let y = f.plain(rows * columns)
      (r.a, r.b, r.output) = (f.part(of: x, at: 0, count: rows * inner), f.part(of: x, at: rows * inner, count: inner * columns), y)
      (r.rows, r.inner, r.columns) = (UInt32(rows), UInt32(inner), UInt32(columns))
      f.instructions.append(r.instruction)
      return y
    }.bytes()
    var expected: [Float] = []
    for row in 0..<rows {
      for column in 0..<columns {
        var sum: Float = 0
        for k in 0..<inner { sum += numbers[row * inner + k] * numbers[rows * inner + k * columns + column] }
        expected.append(sum)
      }
    }
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

  @Test func resampleWeighsItsTaps() throws {
    // outer 1, 3 positions of 2 numbers, to 2 positions.
    let result = try run([0, 10, 4, 20, 8, 40]) { f, x in
      let y = f.plain(4)
      f.resample(x, y, outer: 1, inner: 2, inputSize: 3, taps: 2, indices: [0, 1, 1, 2], weights: [0.75, 0.25, 0.5, 0.5])
      return y
    }
    #expect(result == [1, 12.5, 6, 30])
  }

  @Test func topKGivesValuesAndIndicesTheLowerIndexFirstAmongEquals() throws {
    // [2, 4, 2]; lanes 1 3 3 2, -0 0 -5 0, 7 7 7 7 and nan 1 nan inf.
    let numbers: [Float] = [1, -0.0, 3, 0, 3, -5, 2, 0, 7, .nan, 7, 1, 7, .nan, 7, .infinity]
    func topK(_ count: Int, smallest: Bool = false, indices: Bool = false) throws -> [Float] {
      try run(numbers) { f, x in
        let y = f.plain(4 * count)
        f.topK(x, y, outer: 2, size: 4, inner: 2, count: UInt32(count), smallest: smallest, indices: indices)
        return y
      }
    }
    #expect(try topK(1, indices: true) == [1, 0, 0, 0])
    #expect(try topK(3, indices: true) == [1, 0, 2, 1, 3, 3, 0, 0, 1, 2, 2, 3])
    #expect(try topK(4, smallest: true, indices: true) == [0, 2, 3, 0, 1, 1, 2, 3, 0, 1, 1, 3, 2, 0, 3, 2])
    let values = try topK(3)
    #expect(Array(values[..<6]) == [3, 0, 3, 0, 2, 0] && values[1].sign == .minus)
    #expect(values[7].isNaN && values[9].isNaN && values[11] == .infinity)
    #expect(try topK(2, smallest: true)[..<4] == [1, -5, 2, 0])
  }

  @Test func softmaxOfAViewTreatsEachRowAlone() throws {
    let result = try run([0, 0, 5, 5, -3, -3]) { f, x in
      var view = f.tensors[Int(x)]
      (view.height, view.channels, view.pixelStride, view.rowStride) = (3, 2, 8, 8)
      f.tensors.append(view)
      let rows = UInt32(f.tensors.count - 1)
      f.unary(.softmax, rows, rows)
      let y = f.plain(6)
      f.unary(.copy, x, y)
      return y
    }
    #expect(result == [Float](repeating: 0.5, count: 6))
  }

  @Test func everyGeneralInstructionRuns() throws {
    let builder = everyGeneralInstruction()
    let session = try Session(bundle: try open(builder.bytes()))
    let numbers = (0..<24).map { Float($0) / 8 - 1 }
    let set = numbers.withUnsafeBufferPointer { v in Result<Void, SessionError> { () throws(SessionError) in try session.setTensor(v) } }
    try set.get()
    try session.evaluate(attributes: 1)
    let scores = session.scores(attribute: 0)
    #expect(scores.count == 20 && scores.allSatisfy { $0 > 0 && $0 <= 1 })
  }
}
