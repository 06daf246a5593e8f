/// `successes` of `count`, with what a sample of that size can say.
package struct Proportion: Equatable, Sendable {
  package var successes = 0
  package var count = 0

  package init(successes: Int = 0, count: Int = 0) {
    self.successes = successes
    self.count = count
  }

  package init(_ successes: [Bool]) { self.init(successes: successes.count { $0 }, count: successes.count) }

  package mutating func add(_ success: Bool) {
    count += 1
    if success { successes += 1 }
  }

  /// In 0 ... 1; NaN of nothing.
  package var value: Double { Double(successes) / Double(count) }

  /// The 95 % score interval (Wilson 1927, J. Am. Stat. Assoc. 22:209-212): it stays within 0 ... 1 and holds its level
  /// near the ends, where accuracies lie. 0 ... 1 of nothing.
  package var interval: ClosedRange<Double> { Self.interval(Double(successes), of: Double(count), z: NormalQuantile.twoSided95) }

  /// Also of counts that are not whole: those of a larger sample with the same shares.
  static func interval(_ successes: Double, of count: Double, z: Double) -> ClosedRange<Double> {
    guard count > 0 else { return 0...1 }
    let value = successes / count
    let z2 = z * z
    let center = (value + z2 / (2 * count)) / (1 + z2 / count)
    let half = z / (1 + z2 / count) * (value * (1 - value) / count + z2 / (4 * count * count)).squareRoot()
    // At the ends the bounds are exactly 0 and 1; rounding must not move them.
    let low = successes == 0 ? 0 : max(0, center - half)
    let high = successes == count ? 1 : min(1, center + half)
    return low...high
  }
}

/// Quantiles of the normal distribution.
package enum NormalQuantile {
  /// 95 % lie between minus this and this.
  package static let twoSided95 = 1.959963984540054
  /// 95 % lie below this.
  package static let oneSided95 = 1.6448536269514722
}

/// Two answers to the same questions, each right or wrong: the four counts of a paired comparison.
package struct PairedProportions: Equatable, Sendable {
  package var bothRight = 0
  package var onlyFirst = 0
  package var onlySecond = 0
  package var bothWrong = 0

  package init(bothRight: Int = 0, onlyFirst: Int = 0, onlySecond: Int = 0, bothWrong: Int = 0) {
    self.bothRight = bothRight
    self.onlyFirst = onlyFirst
    self.onlySecond = onlySecond
    self.bothWrong = bothWrong
  }

  package mutating func add(first: Bool, second: Bool) {
    switch (first, second) {
    case (true, true): bothRight += 1
    case (true, false): onlyFirst += 1
    case (false, true): onlySecond += 1
    case (false, false): bothWrong += 1
    }
  }

  package var count: Int { bothRight + onlyFirst + onlySecond + bothWrong }
  package var first: Proportion { Proportion(successes: bothRight + onlyFirst, count: count) }
  package var second: Proportion { Proportion(successes: bothRight + onlySecond, count: count) }

  /// First minus second; NaN of nothing.
  package var difference: Double { Double(onlyFirst - onlySecond) / Double(count) }

  /// The 95 % interval of the difference (Newcombe 1998, Stat. Med. 17:2635-2650, method 10): the Wilson intervals of both,
  /// joined by the square-and-add rule with the correlation of the pairs, which is corrected for continuity. Two networks
  /// that agree nearly always have a narrow one, also where each accuracy alone is uncertain.
  package var interval: ClosedRange<Double> { interval(z: NormalQuantile.twoSided95) }

  /// The same at another level, and as it would be of `times` as many answers with the same shares.
  package func interval(z: Double, times: Double = 1) -> ClosedRange<Double> {
    guard count > 0 else { return -1...1 }
    let n = Double(count) * times
    let (right1, right2) = (Double(bothRight + onlyFirst) * times, Double(bothRight + onlySecond) * times)
    let (p1, p2) = (right1 / n, right2 / n)
    let (i1, i2) = (Proportion.interval(right1, of: n, z: z), Proportion.interval(right2, of: n, z: z))
    let r = correlation(times: times)
    func bound(_ a: Double, _ b: Double) -> Double { max(0, a * a - 2 * r * a * b + b * b).squareRoot() }
    let low = difference - bound(p1 - i1.lowerBound, i2.upperBound - p2)
    let high = difference + bound(i1.upperBound - p1, p2 - i2.lowerBound)
    return max(-1, low)...min(1, high)
  }

  /// The phi coefficient, its numerator reduced by half the count towards 0 where it is positive.
  private func correlation(times: Double) -> Double {
    let (a, b) = (Double(bothRight) * times, Double(onlyFirst) * times)
    let (c, d) = (Double(onlySecond) * times, Double(bothWrong) * times)
    let denominator = ((a + b) * (c + d) * (a + c) * (b + d)).squareRoot()
    guard denominator > 0 else { return 0 }
    let product = a * d - b * c
    return (product > 0 ? max(0, product - (a + b + c + d) / 2) : product) / denominator
  }
}
