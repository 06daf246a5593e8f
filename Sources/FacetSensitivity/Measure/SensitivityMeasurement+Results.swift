import FacetMetrics

/// What rounding an operator's result to int8 costs by itself.
package struct ResultNoise {
  package var name: String
  /// Its place in the int8 program's graph.
  package var node: Int
  /// By attribute: the scores' squared error over their own square.
  package var noise: [Double]
  /// The same of its weights; zeros where it has none, or they were not rounded.
  package var weightNoise: [Double]
}

extension SensitivityMeasurement {
  /// Of operators whose results are int8, in the graph's order.
  package var resultNoise: [ResultNoise] {
    operators.indices.filter { operators[$0].rounding != nil && operators[$0].node >= 0 }.map { index in
      func ratios(_ comparisons: [ScoreComparison]) -> [Double] { comparisons.map { $0.notFinite > 0 ? .infinity : $0.noiseRatio } }
      return ResultNoise(
        name: operators[index].name, node: operators[index].node, noise: ratios(results[index]), weightNoise: ratios(weights[index]))
    }
  }
}
