import FacetFormat
import FacetRecipe

extension Calibration {
  /// Attributes whose scores are said to be probabilities, and in float32 are not, a sentence each.
  ///
  /// - Parameter attributes: in the order of the float program's.
  func notProbabilities(_ attributes: [AttributeInterface]) -> [String] {
    attributes.indices.compactMap { index in
      guard attributes[index].confidence == .identity else { return nil }
      let scores = checked.lazy.flatMap { $0.scores.indices.contains(index) ? $0.scores[index] : [] }.filter(\.isFinite)
      // Rounding of a softmax may leave 0 ... 1 by little.
      guard let low = scores.min(), let high = scores.max(), low < -1e-3 || high > 1.001 else { return nil }
      return
        "'\(attributes[index].name)': its confidence is probabilities, but its scores reach from \(low) to \(high), so they are not probabilities. Write "
        + "\"softmax\" or \"sigmoid\" in the recipe."
    }
  }
}
