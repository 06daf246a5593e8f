import Glibc
import Testing

@testable import FacetMetrics

/// What a gate says of few and many samples.
@Suite struct NonInferiorityTests {
  /// Two scores; `agreeing` samples have the same first class in both.
  private func comparison(agreeing: Int, of count: Int) -> ScoreComparison {
    var result = ScoreComparison()
    let (first, second): ([Float], [Float]) = ([1, 0], [0, 1])
    for index in 0..<count {
      let agrees = index < agreeing
      first.withUnsafeBufferPointer { expected in
        (agrees ? first : second).withUnsafeBufferPointer { result.add(reference: expected, $0, classes: ([0], [agrees ? 0 : 1])) }
      }
    }
    return result
  }

  /// The oracle adds up the binomial distribution, term by term.
  @Test(arguments: [(1, 1, 0.05), (7, 10, 0.5), (496, 500, 0.98), (500, 500, 0.994), (30, 2000, 0.02), (1990, 2000, 0.99), (3, 9, 0.9)])
  func theTailIsTheBinomialDistributions(_ successes: Int, _ count: Int, _ share: Double) {
    var sum = 0.0
    for k in successes...count {
      let ways = lgamma(Double(count + 1)) - lgamma(Double(k + 1)) - lgamma(Double(count - k + 1))
      sum += exp(ways + Double(k) * log(share) + Double(count - k) * log(1 - share))
    }
    let found = BinomialBound.incompleteBeta(Double(successes), Double(count - successes + 1), share)
    #expect(abs(found - sum) < 1e-10, "\(found), not \(sum)")
  }

  /// Where all agree, the bound is 0.05^(1/n); Clopper and Pearson's for 8 of 10 at 95 %, one-sided, is 0.4931.
  @Test func theBoundIsClopperAndPearsons() {
    for count in [1.0, 20, 149, 5000] {
      #expect(abs(BinomialBound.lower(successes: count, of: count) - pow(0.05, 1 / count)) < 1e-9)
    }
    #expect(abs(BinomialBound.lower(successes: 8, of: 10) - 0.4931) < 5e-5)
    #expect(BinomialBound.lower(successes: 0, of: 10) == 0 && BinomialBound.lower(successes: 0, of: 0) == 0)
  }

  /// 0.98^149 is the first below 0.05.
  @Test func agreementOfAllSamplesIsShownBy149() throws {
    func tell(_ count: Int) throws -> NonInferiority {
      try #require(NonInferiority(comparison(agreeing: count, of: count), agreementAtLeast: 98))
    }
    #expect(try tell(149).verdict == .met)
    for count in [1, 4, 148] {
      let found = try tell(count)
      #expect(found.verdict == .undecided && found.samples == count && found.samplesNeeded == 149 && found.value == 100)
    }
    #expect(NonInferiority(ScoreComparison(), agreementAtLeast: 98) == nil)
  }

  @Test func aMeasuredValueBeyondTheLimitIsMissedHoweverFew() throws {
    let few = try #require(NonInferiority(comparison(agreeing: 1, of: 2), agreementAtLeast: 98))
    #expect(few.verdict == .missed && few.samplesNeeded == nil)
    // On the limit, no number of samples would show it.
    let equal = try #require(NonInferiority(comparison(agreeing: 49, of: 50), agreementAtLeast: 98))
    #expect(equal.verdict == .undecided && equal.samplesNeeded == nil)
    let drop = try #require(NonInferiority(PairedProportions(bothRight: 1, onlyFirst: 1), dropAtMost: 1))
    #expect(drop.verdict == .missed && drop.value == 50)
  }

  /// Where both are always right, the bound is z² / (n + z²): for one point, 268 samples.
  @Test func accuracyOfOneSampleShowsNothing() throws {
    func tell(_ count: Int) throws -> NonInferiority { try #require(NonInferiority(PairedProportions(bothRight: count), dropAtMost: 1)) }
    let z2 = NormalQuantile.oneSided95 * NormalQuantile.oneSided95
    let one = try tell(1)
    #expect(one.verdict == .undecided && one.samplesNeeded == 268 && one.value == 0 && abs(one.bound - 100 * z2 / (1 + z2)) < 1e-9)
    #expect(try tell(267).verdict == .undecided)
    #expect(try tell(268).verdict == .met)
    #expect(NonInferiority(PairedProportions(), dropAtMost: 1) == nil)
  }

  /// As many as it says would do at the same rates, do; one fewer of each would not.
  @Test func theNumberOfSamplesThatWouldDoDoes() throws {
    let pairs = PairedProportions(bothRight: 45, onlyFirst: 1, onlySecond: 1, bothWrong: 3)
    let needed = try #require(NonInferiority(pairs, dropAtMost: 1)?.samplesNeeded)
    func scaled(_ factor: Int) -> PairedProportions {
      PairedProportions(bothRight: 45 * factor, onlyFirst: factor, onlySecond: factor, bothWrong: 3 * factor)
    }
    #expect(NonInferiority(scaled(needed / 50), dropAtMost: 1)?.verdict == .undecided)
    #expect(NonInferiority(scaled(needed / 50 + 1), dropAtMost: 1)?.verdict == .met)
  }

  /// A map of 100 places says what one sample says, not a hundred.
  @Test func placesOfOneSampleAreNotSamples() throws {
    let map = [Int?](repeating: 1, count: 100)
    var comparison = ScoreComparison()
    let scores = (0..<200).map { Float($0) }
    scores.withUnsafeBufferPointer { scores in
      for _ in 0..<3 { comparison.add(reference: scores, scores, classes: (map, map)) }
    }
    #expect(comparison.agreement.count == 300 && comparison.classifiedSamples == 3)
    let found = try #require(NonInferiority(comparison, agreementAtLeast: 97))
    #expect(found.verdict == .undecided && found.samples == 3 && found.samplesNeeded == 99)
  }

  @Test func theIntervalOfMoreOfTheSameIsThatOfMultipliedCounts() {
    let pairs = PairedProportions(bothRight: 36, onlyFirst: 12, onlySecond: 2, bothWrong: 3)
    let (scaled, more) = (
      pairs.interval(z: 1.5, times: 7), PairedProportions(bothRight: 252, onlyFirst: 84, onlySecond: 14, bothWrong: 21).interval(z: 1.5)
    )
    #expect(abs(scaled.lowerBound - more.lowerBound) < 1e-12 && abs(scaled.upperBound - more.upperBound) < 1e-12)
  }

  /// Tables of Student's distribution.
  @Test func quantilesOfStudentsTAreThoseOfItsTables() {
    for (count, oneSided, twoSided) in [(2.0, 6.3138, 12.7062), (3, 2.9200, 4.3027), (11, 1.8125, 2.2281), (121, 1.6577, 1.9799)] {
      #expect(abs(StudentT.quantile(0.95, count: count) - oneSided) < 1e-4 && abs(StudentT.quantile(0.975, count: count) - twoSided) < 1e-4)
    }
    #expect(StudentT.quantile(0.95, count: 1) == .infinity)
  }
}
