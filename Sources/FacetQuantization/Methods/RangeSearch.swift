import FacetStatistics

/// Chooses a tensor's range by the mean-squared error that quantization to 256 codes makes on its histogram: rounding inside the range
/// against clipping outside (Banner et al., "Post training 4-bit quantization of convolutional networks", 2019, section 3; here by search
/// over both ends on the measured distribution, not by a fitted one).
package enum RangeSearch {
  /// Candidates for each end, besides the observed extremes.
  static let steps = 80

  /// The best [low, high] (contains 0), and its expected squared error per element.
  package static func range(_ histogram: Histogram) -> (low: Double, high: Double, error: Double) {
    let low = Double(min(histogram.minimum, 0))
    let high = Double(max(histogram.maximum, 0))
    guard histogram.limit > 0, high > low else { return (low, high, 0) }
    let tails = Tails(histogram)
    var best = (low: low, high: high, error: Double.infinity)
    // One end after the other, twice: the error is nearly separable (each end has its own tail, both share the step).
    for _ in 0..<2 {
      best = search(best, tails) { fraction in (low * fraction, best.high) }
      best = search(best, tails) { fraction in (best.low, high * fraction) }
    }
    return best
  }

  private static func search(
    _ start: (low: Double, high: Double, error: Double), _ tails: Tails, _ candidate: (Double) -> (Double, Double)
  ) -> (low: Double, high: Double, error: Double) {
    var best = (low: start.low, high: start.high, error: tails.error(start.low, start.high))
    for step in 0..<steps {
      let (low, high) = candidate(1 - Double(step) / Double(steps))
      guard high > low else { continue }
      let error = tails.error(low, high)
      if error < best.error { best = (low, high, error) }
    }
    return best
  }

  /// Prefix sums over the bins, so that a candidate costs a few look-ups.
  private struct Tails {
    let histogram: Histogram
    /// Sums of count, count * x, count * x² of the bins before each.
    var counts: [Double] = [0]
    var firsts: [Double] = [0]
    var seconds: [Double] = [0]

    init(_ histogram: Histogram) {
      self.histogram = histogram
      for (bin, count) in histogram.bins.enumerated() {
        let x = histogram.center(bin)
        let n = Double(count)
        counts.append(counts[bin] + n)
        firsts.append(firsts[bin] + n * x)
        seconds.append(seconds[bin] + n * x * x)
      }
    }

    func error(_ low: Double, _ high: Double) -> Double {
      let step = (high - low) / 255
      let a = bin(low)
      let b = bin(high)
      let last = Histogram.binCount
      let below = seconds[a] - 2 * low * firsts[a] + low * low * counts[a]
      let above =
        (seconds[last] - seconds[b]) - 2 * high * (firsts[last] - firsts[b]) + high * high * (counts[last] - counts[b])
      let inside = max(counts[b] - counts[a], 0) * step * step / 12
      return (max(below, 0) + inside + max(above, 0)) / Double(max(histogram.count, 1))
    }

    /// The number of bins whose middle lies below x.
    func bin(_ x: Double) -> Int {
      let position = ((x + Double(histogram.limit)) / histogram.binWidth).rounded()
      return Int(max(0, min(Double(Histogram.binCount), position)))
    }
  }
}
