import Testing

@testable import FacetMetrics

@Suite struct ProportionTests {
  /// Newcombe 1998 (Stat. Med. 17:857-872), table I, method 3 (Wilson): 81/263, 15/148, 0/20, 1/29.
  @Test(arguments: [
    (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718),
  ])
  func theIntervalIsWilsons(_ successes: Int, _ count: Int, _ low: Double, _ high: Double) {
    let interval = Proportion(successes: successes, count: count).interval
    #expect(abs(interval.lowerBound - low) < 5e-5 && abs(interval.upperBound - high) < 5e-5, "\(interval)")
  }

  @Test func theEndsAreExact() {
    #expect(Proportion(successes: 0, count: 7).interval.lowerBound == 0)
    #expect(Proportion(successes: 7, count: 7).interval.upperBound == 1)
    #expect(Proportion().interval == 0...1)
  }

  /// Newcombe 1998 (Stat. Med. 17:2635-2650), table III, method 10.
  @Test(arguments: [
    (PairedProportions(bothRight: 36, onlyFirst: 12, onlySecond: 2, bothWrong: 0), 0.0569, 0.3404),
    (PairedProportions(bothRight: 20, onlyFirst: 12, onlySecond: 2, bothWrong: 16), 0.0562, 0.3292),
  ])
  func theDifferenceOfPairsHasNewcombesInterval(_ pairs: PairedProportions, _ low: Double, _ high: Double) {
    let interval = pairs.interval
    #expect(abs(interval.lowerBound - low) < 1e-4 && abs(interval.upperBound - high) < 1e-4, "\(interval)")
  }

  @Test func answersAreCountedInPairs() {
    var pairs = PairedProportions()
    for (first, second) in [(true, true), (true, false), (true, false), (false, true), (false, false)] {
      pairs.add(first: first, second: second)
    }
    #expect(pairs == PairedProportions(bothRight: 1, onlyFirst: 2, onlySecond: 1, bothWrong: 1))
    #expect(pairs.first.value == 0.6 && pairs.second.value == 0.4 && abs(pairs.difference - 0.2) < 1e-15)
  }

  @Test func whatAgreesOnEverythingHasANarrowDifference() {
    let interval = PairedProportions(bothRight: 900, bothWrong: 100).interval
    #expect(interval.contains(0) && interval.upperBound - interval.lowerBound < 0.01)
    #expect(PairedProportions().interval == -1...1)
  }
}
