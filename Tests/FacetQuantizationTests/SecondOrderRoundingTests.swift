import FacetFiles
import FacetIR
import Testing

@testable import FacetQuantization
@testable import FacetStatistics

/// Weights rounded so that their errors cancel on what they read.
@Suite struct SecondOrderRoundingTests {
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
    let row = try #require(SecondOrderRounding.row(weights, nearest: nearest(weights, 1), scale: 1, covariance: matrix))
    let sum = row.codes[..<3].reduce(0) { $0 + Double($1) } * Double(row.scale)
    #expect(abs(sum - 1.2) <= 0.25)
    #expect(abs(row.error - error(weights, row.codes, row.scale, damped(matrix, 4))) < 1e-9)
  }

  @Test func inputsThatVaryAloneKeepTheNearestCodes() {
    let weights: [Float] = [0.4, -1.3, 0.9, 2.2, 127]
    var matrix = [Double](repeating: 0, count: 25)
    for i in 0..<5 { matrix[i * 5 + i] = 1 }
    // Another scale might be better by chance: of more inputs than scales are tried for, none is.
    let few = SecondOrderRounding.row(weights, nearest: nearest(weights, 1), scale: 1, covariance: matrix)
    #expect(few == nil || few?.scale != 1)
    let many = (0..<80).map { Float($0) * 1.37 }
    var wide = [Double](repeating: 0, count: 6400)
    for i in 0..<80 { wide[i * 80 + i] = Double(1 + i % 7) }
    #expect(SecondOrderRounding.row(many, nearest: nearest(many, 1), scale: 1, covariance: wide) == nil)
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
      let row = SecondOrderRounding.row(weights, nearest: start, scale: scale, covariance: matrix)
      let mine = row?.error ?? before
      #expect(mine <= before)
      found += mine / before
      best += least / before
    }
    #expect(found <= best * 1.1, "\(found) of 60, the best \(best)")
  }

  @Test func whatIsNotANumberOrDoesNotVaryIsLeft() {
    #expect(SecondOrderRounding.row([1, 2], nearest: [1, 2], scale: 1, covariance: [0, 0, 0, 0]) == nil)
    #expect(SecondOrderRounding.row([1, 2], nearest: [1, 2], scale: 1, covariance: [.nan, 0, 0, 1]) == nil)
    #expect(SecondOrderRounding.row([1], nearest: [1], scale: 1, covariance: [1]) == nil)
  }
}
