extension AttributeDescription {
  /// The class that scores mean: the highest, or, of one score with a confidence, 1 where that is at least one half.
  package func predictedClass(_ scores: UnsafeBufferPointer<Float>) -> Int? {
    guard self.scores == 1, let score = scores.first else { return top(scores) }
    if score.isNaN { return nil }
    return confidence == "sigmoid" ? (score >= 0 ? 1 : 0) : (score >= 0.5 ? 1 : 0)
  }
}
