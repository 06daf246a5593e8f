import FacetFiles
import FacetIR
import Testing

@testable import FacetQuantization
@testable import FacetStatistics

/// Weights rounded so that their errors cancel on what they read.
@Suite struct SecondOrderRoundingTests {
  private func row(_ weights: [Float], nearest: [Int8], scale: Float, covariance: [Double]) -> SecondOrderRounding.Row? {
    SecondOrderRounding(covariance: covariance, count: weights.count)?
      .rows([SecondOrderRounding.Nearest(weights: weights[...], codes: nearest[...], scale: scale)])[0]
  }

  private func error(_ weights: [Float], _ codes: [Int8], _ scale: Float, _ matrix: [Double]) -> Double {
    let e: [Double] = zip(weights, codes).map { Double($1) * Double(scale) - Double($0) }
    var sum = 0.0
    for i in e.indices { for j in e.indices { sum += e[i] * matrix[i * e.count + j] * e[j] } }
    return sum
  }

  private func nearest(_ weights: [Float], _ scale: Float) -> [Int8] {
    weights.map { Int8(max(-127, min(127, (Double($0) / Double(scale)).rounded(.toNearestOrEven)))) }
  }

  private func damped(_ matrix: [Double], _ count: Int) -> [Double] {
    let mean = (0..<count).reduce(0) { $0 + matrix[$1 * count + $1] } / Double(count)
    var result = matrix
    for i in 0..<count { result[i * count + i] += 0.01 * mean }
    return result
  }

  /// Three inputs that are always the same number: only the sum of the errors counts.
  @Test func errorsOfEqualInputsCancel() throws {
    let weights: [Float] = [0.4, 0.4, 0.4, 127]
    var matrix = [Double](repeating: 0, count: 16)
    for i in 0..<3 { for j in 0..<3 { matrix[i * 4 + j] = 1 } }
    let found = try #require(row(weights, nearest: nearest(weights, 1), scale: 1, covariance: matrix))
    let sum = found.codes[..<3].reduce(0) { $0 + Double($1) } * Double(found.scale)
    #expect(abs(sum - 1.2) <= 0.25)
    #expect(abs(found.error - error(weights, found.codes, found.scale, damped(matrix, 4))) < 1e-9)
  }

  @Test func inputsThatVaryAloneKeepTheNearestCodes() {
    let weights: [Float] = [0.4, -1.3, 0.9, 2.2, 127]
    var matrix = [Double](repeating: 0, count: 25)
    for i in 0..<5 { matrix[i * 5 + i] = 1 }
    // Another scale might be better by chance: of more inputs than scales are tried for, none is.
    let few = row(weights, nearest: nearest(weights, 1), scale: 1, covariance: matrix)
    #expect(few == nil || few?.scale != 1)
    let many = (0..<80).map { Float($0) * 1.37 }
    var wide = [Double](repeating: 0, count: 6400)
    for i in 0..<80 { wide[i * 80 + i] = Double(1 + i % 7) }
    #expect(row(many, nearest: nearest(many, 1), scale: 1, covariance: wide) == nil)
  }

  /// Against all codes within one of the nearest, at the same scale.
  @Test func itComesNearTheBestOfAllCodes() {
    var random = SplitMix64(seed: 7)
    var (found, best) = (0.0, 0.0)
    for _ in 0..<60 {
      let count = 4
      let weights = (0..<count).map { $0 == 3 ? 20 : Float(random.below(4000)) / 100 - 20 }
      // Neighbours are alike.
      let factors = (0..<12 * count).map { _ in Double(random.below(200)) / 100 - 1 }
      var matrix = [Double](repeating: 0, count: count * count)
      for sample in 0..<12 {
        let common = factors[sample * count] * 3
        let x = (0..<count).map { common + factors[sample * count + $0] * 0.5 }
        for i in 0..<count { for j in 0..<count { matrix[i * count + j] += x[i] * x[j] } }
      }
      let scale: Float = 1
      let start = nearest(weights, scale)
      let exact = damped(matrix, count)
      var least = error(weights, start, scale, exact)
      let before = least
      for choice in 0..<81 {
        var (codes, rest) = (start, choice)
        for i in 0..<count {
          codes[i] += Int8(rest % 3 - 1)
          rest /= 3
        }
        least = min(least, error(weights, codes, scale, exact))
      }
      let mine = row(weights, nearest: start, scale: scale, covariance: matrix)?.error ?? before
      #expect(mine <= before)
      found += mine / before
      best += least / before
    }
    #expect(found <= best * 1.1, "\(found) of 60, the best \(best)")
  }

  @Test func whatIsNotANumberOrDoesNotVaryIsLeft() {
    #expect(row([1, 2], nearest: [1, 2], scale: 1, covariance: [0, 0, 0, 0]) == nil)
    #expect(row([1, 2], nearest: [1, 2], scale: 1, covariance: [.nan, 0, 0, 1]) == nil)
    #expect(row([1], nearest: [1], scale: 1, covariance: [1]) == nil)
  }

  /// Channels are taken together for speed alone: each becomes what it becomes by itself.
  @Test(arguments: [20, 70]) func channelsDoNotDependOnEachOther(_ count: Int) throws {
    var random = SplitMix64(seed: 11)
    let factors = (0..<3 * count * count).map { _ in Double(random.below(200)) / 100 - 1 }
    let matrix = (0..<count * count).map { place in
      (0..<3 * count).reduce(0) { $0 + factors[$1 * count + place / count] * factors[$1 * count + place % count] }
    }
    let channels = (0..<37).map { _ in (0..<count).map { $0 == 0 ? 127 : Float(random.below(4000)) / 100 - 20 } }
    let rounding = try #require(SecondOrderRounding(covariance: matrix, count: count))
    let together = rounding.rows(
      channels.map { SecondOrderRounding.Nearest(weights: $0[...], codes: nearest($0, 1)[...], scale: 1) })
    #expect(together.contains { $0 != nil })
    for (channel, found) in zip(channels, together) {
      #expect(found == row(channel, nearest: nearest(channel, 1), scale: 1, covariance: matrix))
    }
  }
}
