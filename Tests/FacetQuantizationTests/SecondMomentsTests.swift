import FacetFiles
import Testing

@testable import FacetStatistics

/// Sums of products of int8 inputs, exact in whatever order and parts.
@Suite struct SecondMomentsTests {
  private func rows(_ count: Int, size: Int, seed: UInt64) -> [Int16] {
    var random = SplitMix64(seed: seed)
    return (0..<count * size).map { _ in Int16(random.below(511)) - 255 }
  }

  @Test func theyAreTheSumsOfProductsAndOfInputs() {
    let (size, rows) = (5, rows(70, size: 5, seed: 1))
    var moments = SecondMoments(size: size)
    moments.add(rows)
    #expect(moments.count == 70)
    for i in 0..<size {
      let own = (0..<70).map { Int64(rows[$0 * size + i]) }
      #expect(moments.sums[i] == own.reduce(0, +))
      for j in 0..<size {
        let products: [Int64] = (0..<70).map { own[$0] * Int64(rows[$0 * size + j]) }
        #expect(moments.products[i * size + j] == products.reduce(0, +))
      }
    }
  }

  @Test func partsMergeToTheSameInAnyOrder() {
    let all = rows(90, size: 4, seed: 2)
    var (whole, first, second) = (SecondMoments(size: 4), SecondMoments(size: 4), SecondMoments(size: 4))
    whole.add(all)
    first.add(Array(all[..<120]))
    second.add(Array(all[120...]))
    second.merge(first)
    #expect(second == whole)
  }

  /// 255 · 255 · 70,000 is more than 32 bits hold.
  @Test func largeSumsDoNotWrap() {
    var moments = SecondMoments(size: 2)
    moments.add([Int16](repeating: 255, count: 140_000))
    #expect(moments.products == [Int64](repeating: 255 * 255 * 70_000, count: 4))
    #expect(moments.covariance.allSatisfy { abs($0) < 1e-6 })
  }

  @Test func theCovarianceIsThatOfItsDefinition() {
    var moments = SecondMoments(size: 2)
    moments.add([1, 2, 3, 6, 5, 4])
    // Means 3 and 4; deviations (-2, -2), (0, 2), (2, 0).
    let expected: [Double] = [2.6666666666, 1.3333333333, 1.3333333333, 2.6666666666]
    for (found, wanted) in zip(moments.covariance, expected) { #expect(abs(found - wanted) < 1e-9) }
  }
}
