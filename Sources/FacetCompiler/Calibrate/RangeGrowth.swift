import FacetDiagnostics
import FacetStatistics

/// How much farther tensors went in the second half of the calibration samples than in the first: whether more samples would change ranges.
struct RangeGrowth {
  /// Of its span, less is nothing to speak of.
  private static let leastGrowth = 0.1
  /// Of all tensors; some have rare large numbers on any data.
  private static let leastShare = 0.5

  /// The smallest and the largest number of each tensor.
  private let first: [(low: Float, high: Float)]
  private let samples: Int

  /// - Parameters:
  ///   - histograms: after the first half.
  ///   - samples: of all.
  init(_ histograms: [Histogram], samples: Int) {
    first = histograms.map { ($0.minimum, $0.maximum) }
    self.samples = samples
  }

  /// Nil where few tensors went farther.
  ///
  /// - Parameter histograms: after all samples.
  func note(_ histograms: [Histogram]) -> String? {
    let grown = zip(first, histograms).count { first, histogram in
      let span = Double(histogram.maximum) - Double(histogram.minimum)
      return span > 0 && span - (Double(first.high) - Double(first.low)) > Self.leastGrowth * span
    }
    guard Double(grown) >= Self.leastShare * Double(max(first.count, 1)), grown > 0 else { return nil }
    return
      "The ranges still grow: in the second half of the \(samples) calibration samples \(grown) of \(plural(first.count, "tensor")) went more than "
      + "10 % farther than in the first. \(2 * samples) samples or more would give better ones."
  }
}
