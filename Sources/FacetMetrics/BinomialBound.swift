import Glibc

/// The exact lower 95 % bound, one-sided, of a share (Clopper & Pearson 1934, Biometrika 26:404-413). Its level holds for every share and
/// count; score intervals, which `Proportion.interval` gives, fall below theirs where nearly all answers agree, and that is where a gate
/// stands.
package enum BinomialBound {
  /// What is left outside.
  private static let level = 0.05

  /// Whether `successes` of `count` exclude, at 95 %, that the share lies below `share`. Successes need not be whole: samples with a
  /// share between 0 and 1 scatter less than those that are either.
  package static func excludesLess(than share: Double, successes: Double, of count: Double) -> Bool {
    guard share > 0 else { return true }
    guard count > 0, successes > 0, share < 1 else { return false }
    return incompleteBeta(successes, count - successes + 1, share) <= level
  }

  /// In 0 ... 1; 0 of nothing.
  package static func lower(successes: Double, of count: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if excludesLess(than: middle, successes: successes, of: count) { low = middle } else { high = middle }
    }
    return low
  }

  /// The regularized incomplete beta function I_x(a, b): the chance of at least a of a + b - 1 where each has the chance x.
  /// Continued fraction by Lentz's method (Press et al., Numerical Recipes, section 6.4).
  static func incompleteBeta(_ a: Double, _ b: Double, _ x: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    func logGamma(_ x: Double) -> Double {
      var sign: Int32 = 0
      return lgamma_r(x, &sign)
    }
    let front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x))
    // Beyond the mean it converges for the complement.
    return x < (a + 1) / (a + b + 2) ? front * fraction(a, b, x) / a : 1 - front * fraction(b, a, 1 - x) / b
  }

  private static func fraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    func kept(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / kept(1 - (a + b) * x / (a + 1))
    var result = d
    for step in 1...100_000 {
      let m = Double(step)
      for numerator in [m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))] {
        d = 1 / kept(1 + numerator * d)
        c = kept(1 + numerator / c)
        result *= c * d
      }
      if abs(c * d - 1) < 1e-14 { break }
    }
    return result
  }
}
