/// What int8 makes of an attribute that is a number: how far its numbers lie from float's, and both from the right ones.
package struct NumberComparison: Equatable, Sendable {
  /// Mean and spread of paired values, taken in one by one (Welford 1962, Technometrics 4:419-420).
  package struct Mean: Equatable, Sendable {
    package private(set) var count = 0
    package private(set) var value = 0.0
    private var squares = 0.0

    package mutating func add(_ number: Double) {
      count += 1
      let difference = number - value
      value += difference / Double(count)
      squares += difference * (number - value)
    }

    /// Of one number; 0 of fewer than two.
    package var deviation: Double { count < 2 ? 0 : (squares / Double(count - 1)).squareRoot() }

    /// Below this lies, with the certainty `share` (above one half), what the mean stands for; infinity for fewer than two numbers.
    ///
    /// - Parameter samples: as if there were so many, with the same mean and deviation; nil for as many as there are.
    package func upper(_ share: Double, samples: Double? = nil) -> Double {
      guard count >= 2 else { return .infinity }
      let samples = samples ?? Double(count)
      return value + StudentT.quantile(share, count: samples) * deviation / samples.squareRoot()
    }
  }

  /// |float - int8|
  package private(set) var difference = Mean()
  package private(set) var largestDifference = 0.0
  /// |float - right| and |int8 - right|, over samples with a label.
  package private(set) var floatError = Mean()
  package private(set) var int8Error = Mean()
  /// The second less the first, of each sample.
  package private(set) var increase = Mean()
  /// Errors of at most the recipe's "within".
  package private(set) var within = PairedProportions()

  package init() {}

  /// - Parameters:
  ///   - right: what the label says; nil without one.
  ///   - tolerance: the recipe's "within".
  package mutating func add(float: Double, int8: Double, right: Double?, tolerance: Double?) {
    guard float.isFinite, int8.isFinite else { return }
    difference.add(abs(float - int8))
    largestDifference = max(largestDifference, abs(float - int8))
    guard let right else { return }
    let (first, second) = (abs(float - right), abs(int8 - right))
    floatError.add(first)
    int8Error.add(second)
    increase.add(second - first)
    if let tolerance { within.add(first: first <= tolerance, second: second <= tolerance) }
  }
}
