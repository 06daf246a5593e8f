import FacetFormat
import Testing

@testable import FacetRuntime

/// Numbers as two int8 parts, in rows or in channels.
@Suite struct SplitTests {
  /// Two rows of three pixels with two channels, of a scale of 1/2: what lies between steps, ties, and what is outside of all steps.
  private let numbers: [Float] = [0, 0.125, -0.125, 1.25, -31.75, 31.6875, 63.75, -64, 1000, -.infinity, .nan, 0.25]

  /// Names the numbers of both parts, minus the zero point and times the scale.
  private func split(
    _ f: inout FragmentBuilder, _ x: UInt32, height: Int, channels: Int, zero: Int32, ratio: Float
  ) -> UInt32 {
    var image = f.tensors[Int(x)]
    (image.height, image.width, image.channels, image.pixelStride, image.rowStride) = (2, 3, 2, 8, 24)
    f.tensors.append(image)
    let input = UInt32(f.tensors.count - 1)
    let parts = f.tensor(height, 3, channels, type: .int8, scale: 0.5, zero: zero)
    f.unary(.split, input, parts, alpha: ratio)
    let real = f.tensor(height, 3, channels, type: .float32)
    f.unary(.dequantize, parts, real)
    let y = f.plain(height * 3 * channels)
    f.unary(.reshape, real, y)
    return y
  }

  private func parts(
    height: Int = 2, channels: Int = 4, zero: Int32 = 0, ratio: Float, storedUnsigned: Bool, threads: Int = 1
  ) throws -> [Float] {
    try run(numbers, storedUnsigned: storedUnsigned, threads: threads) { f, x in
      split(&f, x, height: height, channels: channels, zero: zero, ratio: ratio)
    }.map { $0 * 2 }
  }

  /// The definition, in channels-first order as a reshape gives it.
  private func expected(zero: Int32, ratio: Float, inRows: Bool) -> [Float] {
    let (low, high) = (Float(-127 - zero), Float(127 - zero))
    func code(_ p: Float) -> Float { min(max(p, low), high).rounded(.toNearestOrEven) }
    let units = numbers.map { $0.isNaN ? 0 : $0 * 2 }
    let planes = (0..<2).map { channel in (0..<6).map { units[$0 * 2 + channel] } }
    let (highs, lows) = (planes.map { $0.map(code) }, planes.map { $0.map { code(($0 - code($0)) * ratio) } })
    if inRows { return zip(highs, lows).flatMap { $0 + $1 } }
    return (highs + lows).flatMap { $0 }
  }

  @Test(arguments: [false, true], [Int32(0), 119, -119, 5])
  func lowPartsLieInTheChannelsBehindTheHighOnes(storedUnsigned: Bool, zero: Int32) throws {
    for ratio: Float in [1, 12, 16, 254] {
      let result = try parts(zero: zero, ratio: ratio, storedUnsigned: storedUnsigned, threads: 2)
      #expect(result == expected(zero: zero, ratio: ratio, inRows: false))
    }
    #expect(try parts(zero: zero, ratio: 0, storedUnsigned: storedUnsigned) == expected(zero: zero, ratio: 254, inRows: false))
  }

  @Test(arguments: [false, true]) func lowPartsLieInTheRowsBelowTheHighOnes(storedUnsigned: Bool) throws {
    for ratio: Float in [0, 254, 16] {
      let result = try parts(height: 4, channels: 2, ratio: ratio, storedUnsigned: storedUnsigned)
      #expect(result == expected(zero: 0, ratio: ratio == 0 ? 254 : ratio, inRows: true))
    }
  }

  @Test func faultsAreNamed() {
    func fault(height: Int = 2, channels: Int = 4, zero: Int32 = 0, ratio: Float = 16) -> BundleFault? {
      let builder = generalBundle(count: numbers.count) { f, x in
        split(&f, x, height: height, channels: channels, zero: zero, ratio: ratio)
      }
      do throws(BundleError) { _ = try open(builder.bytes()) } catch { return error.fault }
      return nil
    }
    #expect(fault() == nil)
    #expect(fault(height: 4, channels: 2) == nil)
    #expect(fault(channels: 2) == .shapeMismatch)
    #expect(fault(channels: 5) == .shapeMismatch)
    #expect(fault(height: 4) == .shapeMismatch)
    #expect(fault(height: 1, channels: 8) == .shapeMismatch)
    #expect(fault(zero: 119) == nil)
    #expect(fault(zero: -119) == nil)
    #expect(fault(zero: 120) == .badMultiplier)
    #expect(fault(zero: -120) == .badMultiplier)
    #expect(fault(height: 4, channels: 2, zero: 1) == .badMultiplier)
    for ratio: Float in [0, 1, 254] { #expect(fault(ratio: ratio) == nil) }
    for ratio: Float in [0.5, -1, 254.5, .infinity, .nan] { #expect(fault(ratio: ratio) == .badMultiplier) }
  }
}
