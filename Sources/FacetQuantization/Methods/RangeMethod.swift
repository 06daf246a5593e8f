import FacetStatistics

/// How a tensor's int8 range follows from what was measured of it.
public enum RangeMethod: String, Sendable, CaseIterable {
  /// The least mean-squared error (`RangeSearch`), and a margin for what few samples do not show.
  case mse
  /// From the smallest to the largest number.
  case minmax
  /// Without the 0.01 % of the numbers that are farthest out, half of it at each end.
  case percentile
  /// The least information lost: Kullback and Leibler's divergence of what 255 steps leave from what was measured (Migacz, "8-bit Inference with TensorRT",
  /// 2017, for ranges from −t to t; here cut off at both ends of what was measured).
  case entropy

  func range(_ histogram: Histogram) -> (low: Double, high: Double) {
    let (low, high) = (Double(min(histogram.minimum, 0)), Double(max(histogram.maximum, 0)))
    guard histogram.limit > 0, high > low else { return (low, high) }
    switch self {
    case .mse:
      let found = RangeSearch.range(histogram)
      return (found.low, found.high)
    case .minmax: return (low, high)
    case .percentile: return percentile(histogram, low, high)
    case .entropy: return entropy(histogram, low, high)
    }
  }

  private func percentile(_ histogram: Histogram, _ low: Double, _ high: Double) -> (low: Double, high: Double) {
    let allowed = Double(histogram.count) * 0.5e-4
    func end(_ bins: some Sequence<Int>) -> Int? {
      var beyond = 0.0
      return bins.first { bin in
        beyond += Double(histogram.bins[bin])
        return beyond > allowed
      }
    }
    let half = histogram.binWidth / 2
    let first = end(0..<Histogram.binCount).map { histogram.center($0) - half } ?? low
    let last = end((0..<Histogram.binCount).reversed()).map { histogram.center($0) + half } ?? high
    return (max(low, min(first, 0)), min(high, max(last, 0)))
  }

  private func entropy(_ histogram: Histogram, _ low: Double, _ high: Double) -> (low: Double, high: Double) {
    var best = (low: low, high: high, divergence: Double.infinity)
    // Down to a sixteenth, as there: 128 of 2048 bins.
    for step in 0...RangeSearch.steps {
      let share = 1 - Double(step) / Double(RangeSearch.steps) * 15 / 16
      let (a, b) = (max(low, -share * max(-low, high)), min(high, share * max(-low, high)))
      let divergence = divergence(histogram, a, b)
      if divergence < best.divergence { best = (a, b, divergence) }
    }
    return (best.low, best.high)
  }

  /// Of what codes from `low` to `high` make of a histogram, with what they cut off added to its ends.
  private func divergence(_ histogram: Histogram, _ low: Double, _ high: Double) -> Double {
    let width = histogram.binWidth
    let bins = histogram.bins.indices.filter { histogram.center($0) >= low - width / 2 && histogram.center($0) <= high + width / 2 }
    guard let first = bins.first, let last = bins.last, bins.count >= 2 else { return .infinity }
    let inside = bins.map { Double(histogram.bins[$0]) }
    var wanted = inside
    wanted[0] += Double(histogram.bins[..<first].reduce(0, +))
    wanted[wanted.count - 1] += Double(histogram.bins[(last + 1)...].reduce(0, +))
    // Each code spreads what it holds evenly over those of its bins that hold something.
    let codes = bins.map { Int(((histogram.center($0) - low) / (high - low) * 255).rounded()) }
    var (sums, used): ([Int: Double], [Int: Double]) = ([:], [:])
    for (index, code) in codes.enumerated() where inside[index] > 0 {
      sums[code, default: 0] += inside[index]
      used[code, default: 0] += 1
    }
    let (total, kept) = (wanted.reduce(0, +), inside.reduce(0, +))
    guard total > 0, kept > 0 else { return .infinity }
    var sum = 0.0
    for (index, count) in wanted.enumerated() where count > 0 {
      // A bin that holds only what was cut off counts as nearly impossible.
      let made = inside[index] > 0 ? (sums[codes[index]] ?? 0) / (used[codes[index]] ?? 1) : 1e-3
      sum += count / total * Self.logarithm(count / total / (made / kept))
    }
    return sum
  }

  /// Of a positive number, by the series of the inverse hyperbolic tangent: the same on every machine, to about 1e-15.
  static func logarithm(_ x: Double) -> Double {
    let isLarge = x.significand > 1.414
    let (m, e) = (isLarge ? x.significand / 2 : x.significand, Double(x.exponent) + (isLarge ? 1 : 0))
    let t = (m - 1) / (m + 1)
    var (power, sum) = (t, 0.0)
    for term in 0..<12 {
      sum += power / Double(2 * term + 1)
      power *= t * t
    }
    return 2 * sum + e * 0.693147180559945309
  }
}
