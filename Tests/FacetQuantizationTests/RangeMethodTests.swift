import Foundation
import Testing

@testable import FacetQuantization
@testable import FacetStatistics

/// How ranges follow from histograms.
@Suite struct RangeMethodTests {
  private func histogram(_ elements: [Float]) -> Histogram {
    var histogram = Histogram()
    elements.withUnsafeBufferPointer { histogram.add($0) }
    return histogram
  }

  /// Evenly from -1 to 1, and one number far away.
  private var withOutlier: Histogram { histogram((0..<20_000).map { Float($0) / 10_000 - 1 } + [40]) }

  @Test func theWholeRangeHoldsEveryNumberAndZero() {
    let range = RangeMethod.minmax.range(withOutlier)
    #expect(range.low == -1 && range.high == 40)
    #expect(RangeMethod.minmax.range(histogram([2, 3])) == (0, 3))
  }

  @Test func thePercentileLeavesOutATenthOfAThousandth() {
    let range = RangeMethod.percentile.range(withOutlier)
    #expect(abs(range.low + 1) < 0.1 && range.high < 1.2 && range.high >= 0.95)
    // Too few numbers for one to be left out.
    #expect(RangeMethod.percentile.range(histogram([1, 2, 40])).high > 39)
  }

  @Test func entropyCutsOffWhatIsRareAndKeepsWhatIsNot() {
    #expect(RangeMethod.entropy.range(withOutlier).high < 20)
    let even = RangeMethod.entropy.range(histogram((0..<40_000).map { Float($0) / 20_000 - 1 }))
    #expect(even.low < -0.95 && even.high > 0.95)
  }

  @Test func everyMethodHasARangeForWhatWasNeverMeasured() {
    for method in RangeMethod.allCases {
      #expect(method.range(Histogram()) == (0, 0))
      #expect(method.range(histogram([0, 0, 0])) == (0, 0))
      let range = method.range(histogram([5, 5, 5]))
      #expect(range.low == 0 && range.high > 4.9 && range.high < 5.1, "\(method)")
    }
  }

  @Test(arguments: [1e-300, 0.001, 0.5, 1, 1.4142, 2, 3, 10, 1e17]) func theLogarithmIsTheLogarithm(_ x: Double) {
    #expect(abs(RangeMethod.logarithm(x) - log(x)) <= 1e-14 * max(1, abs(log(x))))
  }
}
