/// Student's t (1908, Biometrika 6:1-25): how far the mean of a few numbers may lie from what it stands for.
package enum StudentT {
  /// Below this lie the share `share` (above one half) of means of `count` numbers, in units of their deviation over the root of their count.
  ///
  /// - Returns: infinity for fewer than two numbers, which say nothing of their spread.
  package static func quantile(_ share: Double, count: Double) -> Double {
    guard count >= 2 else { return .infinity }
    let freedom = count - 1
    // P(T <= t) = 1 - I_x(freedom / 2, 1 / 2) / 2 with x = freedom / (freedom + t²).
    func isBelow(_ t: Double) -> Bool {
      1 - BinomialBound.incompleteBeta(freedom / 2, 0.5, freedom / (freedom + t * t)) / 2 < share
    }
    var (low, high) = (0.0, 1.0)
    while isBelow(high) { (low, high) = (high, 2 * high) }
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if isBelow(middle) { low = middle } else { high = middle }
    }
    return high
  }
}
