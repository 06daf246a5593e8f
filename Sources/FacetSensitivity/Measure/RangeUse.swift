import FacetQuantization

/// How the numbers that a tensor really holds lie in the range of its int8.
struct RangeUse {
  let quantization: Quantization
  /// Where real 0 lies between two codes, beyond the zero point: of the input only.
  let offset: Float
  /// How many numbers became each code.
  private var counts = [Int](repeating: 0, count: 256)
  private var low = Double.infinity
  private var high = -Double.infinity
  /// Numbers that lie more than half a step beyond the range.
  private var beyond = 0
  private var total = 0

  /// The share of numbers that `central` holds.
  static let centralShare = 0.999

  init(_ quantization: Quantization, offset: Float) { (self.quantization, self.offset) = (quantization, offset) }

  /// A number as its int8 stands for it.
  func rounded(_ number: Float) -> Float {
    let shift = Double(quantization.zeroPoint) + Double(offset)
    guard !number.isNaN else { return number }
    let code = max(-128, min(127, (Double(number) / Double(quantization.scale) + shift).rounded(.toNearestOrEven)))
    return Float((code - shift) * Double(quantization.scale))
  }

  mutating func add(_ numbers: [Float]) {
    let (scale, shift) = (Double(quantization.scale), Double(quantization.zeroPoint) + Double(offset))
    for number in numbers where number.isFinite {
      let real = Double(number)
      low = min(low, real)
      high = max(high, real)
      let code = (real / scale + shift).rounded(.toNearestOrEven)
      if code < -128 || code > 127 { beyond += 1 }
      counts[Int(max(-128, min(127, code))) + 128] += 1
      total += 1
    }
  }

  private func real(_ index: Int) -> Double {
    Double(quantization.scale) * (Double(index - 128) - Double(quantization.zeroPoint) - Double(offset))
  }

  /// Nil of nothing.
  var report: SensitivityReport.Range? {
    guard total > 0, let first = counts.firstIndex(where: { $0 > 0 }), let last = counts.lastIndex(where: { $0 > 0 }) else { return nil }
    let central = central
    return SensitivityReport.Range(
      low: real(0), high: real(255), reachedLow: low, reachedHigh: high, used: Double(last - first + 1) / 256,
      clipped: Double(beyond) / Double(total), centralLow: real(central.lowerBound), centralHigh: real(central.upperBound),
      centralCodes: central.count)
  }

  /// The codes between which nearly all numbers lie, with as many left out below as above.
  private var central: ClosedRange<Int> {
    let left = Int(Double(total) * (1 - Self.centralShare) / 2)
    var (low, high) = (0, 255)
    var seen = counts[0]
    while low < 255, seen <= left {
      low += 1
      seen += counts[low]
    }
    seen = counts[255]
    while high > low, seen <= left {
      high -= 1
      seen += counts[high]
    }
    return low...high
  }
}
