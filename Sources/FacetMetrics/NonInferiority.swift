/// What a measured value says of a limit, at 95 %, one-sided: a sample shows that a limit is kept only where chance is excluded as the
/// reason (non-inferiority; Piaggio et al. 2012, JAMA 308:2594-2604).
package struct NonInferiority: Equatable, Sendable {
  package enum Verdict: Sendable {
    case met
    /// The measured value itself lies beyond the limit.
    case missed
    /// The measured value keeps the limit, but what it stands for may not: there are too few samples.
    case undecided
  }

  package var verdict: Verdict
  /// As measured, in percent or points.
  package var value: Double
  /// What cannot be excluded, on the side of the limit.
  package var bound: Double
  package var samples: Int
  /// As many as would decide it at the measured rates; nil where it is decided, or where no number would.
  package var samplesNeeded: Int?

  /// Half a millionth of a point forgives the rounding of shares of counts in binary64, and nothing else.
  private static let rounding = 5e-7
  /// More are not asked for.
  private static let maximumSamples = 1e9

  /// An accuracy that falls by at most `limit` points.
  ///
  /// - Returns: nil without answers.
  package init?(_ pairs: PairedProportions, dropAtMost limit: Double) {
    guard pairs.count > 0 else { return nil }
    func upper(_ times: Double) -> Double { pairs.interval(z: NormalQuantile.oneSided95, times: times).upperBound * 100 }
    let value = pairs.difference * 100
    self.init(value: value, bound: upper(1), samples: pairs.count, isMissed: value > limit + Self.rounding) {
      upper($0 / Double(pairs.count)) <= limit + Self.rounding
    }
  }

  /// An agreement of at least `limit` percent.
  ///
  /// - Returns: nil for scores without classes.
  package init?(_ comparison: ScoreComparison, agreementAtLeast limit: Double) {
    let count = comparison.classifiedSamples
    guard count > 0 else { return nil }
    let share = comparison.agreeingSamples / Double(count)
    let value = comparison.agreement.value * 100
    self.init(
      value: value, bound: BinomialBound.lower(successes: comparison.agreeingSamples, of: Double(count)) * 100,
      samples: count, isMissed: value < limit - Self.rounding
    ) {
      BinomialBound.excludesLess(than: (limit - Self.rounding) / 100, successes: share * $0, of: $0)
    }
  }

  /// A mean of at most `limit`, by Student's t.
  ///
  /// - Returns: nil of nothing.
  package init?(_ mean: NumberComparison.Mean, atMost limit: Double) {
    guard mean.count > 0 else { return nil }
    self.init(value: mean.value, bound: mean.upper(0.95), samples: mean.count, isMissed: mean.value > limit) {
      mean.upper(0.95, samples: $0) <= limit
    }
  }

  /// A value that no chance is reckoned for.
  package init(measured: Double, isMissed: Bool) {
    (value, bound, samples, verdict) = (measured, measured, 0, isMissed ? .missed : .met)
  }

  /// - Parameter decides: whether a number of samples with the measured shares would keep the limit; from some number on it does, or never.
  private init(value: Double, bound: Double, samples: Int, isMissed: Bool, decides: (Double) -> Bool) {
    (self.value, self.bound, self.samples) = (value, bound, samples)
    if isMissed {
      verdict = .missed
    } else if decides(Double(samples)) {
      verdict = .met
    } else {
      verdict = .undecided
      var (low, high) = (Double(samples), 2 * Double(samples))
      while !decides(high) {
        guard high < Self.maximumSamples else { return }
        (low, high) = (high, 2 * high)
      }
      while high - low > 1 {
        let middle = ((low + high) / 2).rounded()
        if decides(middle) { high = middle } else { low = middle }
      }
      samplesNeeded = Int(high)
    }
  }
}
