import FacetFormat
import Testing

@testable import FacetRuntime

/// Softmax of rows, to float32 and int8.
@Suite struct SoftmaxRowsTests {
  /// Two rows: differences of ln 3, and equal numbers.
  private let rows: [Float] = [0, 1.0986123, 1.0986123, 5, 5, 5]

  private func softmax(_ input: UInt32, _ output: UInt32, pixels: UInt32 = 2) -> Instruction {
    var r = SoftmaxRowsRecord()
    (r.input, r.output, r.pixels) = (input, output, pixels)
    return r.instruction
  }

  @Test(arguments: [1, 3]) func rowsOfAPlainTensorSumTo1(threads: Int) throws {
    let result = try run(rows, threads: threads) { f, x in
      let y = f.plain(6)
      f.instructions.append(softmax(x, y))
      return y
    }
    for (a, b) in zip(result, [1.0 / 7, 3.0 / 7, 3.0 / 7, 1.0 / 3, 1.0 / 3, 1.0 / 3]) { #expect(abs(Double(a) - b) < 1e-6) }
  }

  /// Codes of 1/64: 9.14, 27.4 and, more than it holds, 21.3 of 1/64 each.
  @Test(arguments: [false, true]) func int8ResultsAreRoundedToTheScaleOfTheirTensor(storedUnsigned: Bool) throws {
    func result(scale: Float) throws -> [Float] {
      try run(rows, storedUnsigned: storedUnsigned) { f, x in
        let q = f.plain(6, type: .int8, scale: scale, zero: -128)
        f.instructions.append(softmax(x, q))
        let y = f.plain(6)
        f.unary(.dequantize, q, y)
        return y
      }
    }
    #expect(try result(scale: 1 / 64) == [9, 27, 27, 21, 21, 21].map { $0 / 64 })
    #expect(try result(scale: 1 / 1024) == [146, 255, 255, 255, 255, 255].map { $0 / 1024 })
  }

  @Test func faultsAreNamed() throws {
    func fault(zero: Int32 = -128, pixels: UInt32 = 2) -> BundleFault? {
      let builder = generalBundle(count: 6) { f, x in
        let q = f.plain(6, type: .int8, scale: 1 / 255, zero: zero)
        f.instructions.append(softmax(x, q, pixels: pixels))
        let y = f.plain(6)
        f.unary(.dequantize, q, y)
        return y
      }
      do throws(BundleError) { _ = try open(builder.bytes()) } catch { return error.fault }
      return nil
    }
    #expect(fault() == nil)
    #expect(fault(zero: -127) == .badMultiplier)
    #expect(fault(pixels: 0) == .badGeometry)
    #expect(fault(pixels: 4) == .shapeMismatch)
  }
}
