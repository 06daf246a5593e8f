import Glibc

extension AttributeDescription {
  /// The class that scores mean: the highest, or, of one score with a confidence, 1 where that is at least one half.
  package func predictedClass(_ scores: UnsafeBufferPointer<Float>) -> Int? {
    guard self.scores == 1, let score = scores.first else { return top(scores) }
    if score.isNaN { return nil }
    return confidence == "sigmoid" ? (score >= 0 ? 1 : 0) : (score >= 0.5 ? 1 : 0)
  }

  /// The first class in each place of a map, or of the sample; empty for scores that mean no class, such as a number's.
  package func classes(_ scores: UnsafeBufferPointer<Float>) -> [Int?] {
    guard value == nil else { return [] }
    if isClassified { return [predictedClass(scores)] }
    let axis = axis
    guard axis.classes > 1 else { return [] }
    return (0..<axis.outer * axis.inner).map { top(scores, outer: $0 / axis.inner, inner: $0 % axis.inner) }
  }
}

extension AttributeDescription {
  /// The number that scores mean, for comparisons: the engine's own (`Session.value`) is the same but for its last bits. Nil for an attribute
  /// that is none.
  package func number(_ scores: UnsafeBufferPointer<Float>) -> Double? {
    guard let value, scores.count == self.scores else { return nil }
    guard let bins = value.bins else { return scores.first.map { Double($0) * Double(value.scale) + Double(value.offset) } }
    var weights = scores.map(Double.init)
    switch confidence {
    case "softmax":
      let highest = weights.max() ?? 0
      weights = weights.map { exp($0 - highest) }
      let sum = weights.reduce(0, +)
      weights = weights.map { $0 / sum }
    case "sigmoid": weights = weights.map { 1 / (1 + exp(-$0)) }
    default: break
    }
    return zip(weights, bins).reduce(Double(value.offset)) { $0 + $1.0 * Double($1.1) }
  }
}
