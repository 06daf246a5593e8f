import Glibc

/// How far one network's scores of an attribute lie from another's, over many samples.
package struct ScoreComparison: Equatable, Sendable {
  /// Stands for "no difference at all" and bounds what is reported, so that it is a number in JSON.
  package static let maximumDecibels = 300.0

  private var signal = 0.0
  /// Sum of the squared differences.
  package private(set) var noise = 0.0
  private var absolute = 0.0
  private var compared = 0
  /// Of |reference - value|; 0 of nothing.
  package private(set) var maxAbsoluteError = 0.0
  private var maxReference = 0.0
  /// Pairs with an infinite or NaN value: in none of the sums.
  package private(set) var notFinite = 0
  /// Places where both have the same highest score.
  package var agreement = Proportion()
  /// Of the samples that have classes: their number, and the sum of the shares of their places where both agree. A sample, not a place, is
  /// what was drawn by chance: the places of one image say the same thing many times.
  package private(set) var classifiedSamples = 0
  package private(set) var agreeingSamples = 0.0

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
      maxAbsoluteError = max(maxAbsoluteError, abs(expected - found))
      maxReference = max(maxReference, abs(expected))
      compared += 1
    }
  }

  /// The largest difference as a share of the largest |reference|, so that scores near 0 do not hide what the others say; nil where
  /// every reference is 0 and a value is not.
  package var maxRelativeError: Double? { maxAbsoluteError == 0 ? 0 : maxReference == 0 ? nil : maxAbsoluteError / maxReference }

  /// Signal-to-quantization-noise ratio: 10 log10(sum reference² / sum (reference - value)²), in dB.
  package var sqnr: Double {
    if noise == 0 { return Self.maximumDecibels }
    if signal == 0 { return -Self.maximumDecibels }
    return min(max(10 * log10(signal / noise), -Self.maximumDecibels), Self.maximumDecibels)
  }

  /// sum (reference - value)² / sum reference²; infinite where every reference is 0 and a value is not.
  package var noiseRatio: Double { noise == 0 ? 0 : noise / signal }

  /// Mean of |reference - value|; 0 of nothing.
  package var meanAbsoluteError: Double { compared == 0 ? 0 : absolute / Double(compared) }
}

extension ScoreComparison {
  /// Takes in an attribute's scores of one sample, and whether both have the same first class: of the sample, or, in a map, of each place.
  ///
  /// - Parameter classes: the first class in each place, of the reference and of the values; empty where the scores mean no class.
  package mutating func add(
    reference: UnsafeBufferPointer<Float>, _ values: UnsafeBufferPointer<Float>, classes: (reference: [Int?], values: [Int?])
  ) {
    add(reference: reference, values)
    let places = Proportion(zip(classes.reference, classes.values).map { $0 == $1 })
    guard places.count > 0 else { return }
    agreement.successes += places.successes
    agreement.count += places.count
    classifiedSamples += 1
    agreeingSamples += places.value
  }
}
