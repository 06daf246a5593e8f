import Glibc

/// How far one network's scores of an attribute lie from another's, over many samples.
package struct ScoreComparison: Equatable, Sendable {
  /// Stands for "no difference at all" and bounds what is reported, so that it is a number in JSON.
  package static let maximumDecibels = 300.0

  private var signal = 0.0
  private var noise = 0.0
  private var absolute = 0.0
  private var compared = 0
  /// Pairs with an infinite or NaN value: in none of the sums.
  package private(set) var notFinite = 0
  /// Places where both have the same highest score.
  package var agreement = Proportion()

  package init() {}

  /// Precondition: equal counts.
  package mutating func add(reference: UnsafeBufferPointer<Float>, _ values: UnsafeBufferPointer<Float>) {
    for index in 0..<min(reference.count, values.count) {
      let (expected, found) = (Double(reference[index]), Double(values[index]))
      guard expected.isFinite, found.isFinite else {
        notFinite += 1
        continue
      }
      signal += expected * expected
      noise += (expected - found) * (expected - found)
      absolute += abs(expected - found)
      compared += 1
    }
  }

  /// Signal-to-quantization-noise ratio: 10 log10(sum reference² / sum (reference - value)²), in dB.
  package var sqnr: Double {
    if noise == 0 { return Self.maximumDecibels }
    if signal == 0 { return -Self.maximumDecibels }
    return min(max(10 * log10(signal / noise), -Self.maximumDecibels), Self.maximumDecibels)
  }

  /// Mean of |reference - value|; 0 of nothing.
  package var meanAbsoluteError: Double { compared == 0 ? 0 : absolute / Double(compared) }
}
