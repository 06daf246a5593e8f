import FacetIR

extension Equalization {
  /// The one with which a bundle was made, found by the scales of its layers: a channel that was divided by a factor has weights of a scale that is
  /// smaller by it. Nil where there was none.
  ///
  /// - Parameters:
  ///   - decisions: of the network as its model has it, with the bundle's ranges.
  ///   - stored: the bundle's weights, by node.
  package init?(_ decisions: QuantizationDecisions, stored: [Int: QuantizedWeights]) {
    let types = decisions.types
    self.init(types, Measurements())
    // From the first to the last: what a layer makes is told by its scales only when the factors of what it reads are known.
    for group in Self.groups(types, FragmentPartition(types.graph), []) {
      guard let layer = WeightedLayer(types.graph.nodes[group.producer], types.graph, types.aliases), let known = stored[group.producer]
      else { continue }
      let read = factors[layer.input]
      let length = layer.groupInputs * layer.taps
      var weights = layer.weights
      for index in weights.indices {
        let input = index / length / layer.groupOutputs * layer.groupInputs + index % length / layer.taps
        weights[index] = Float(Double(weights[index]) * (read?[input] ?? 1))
      }
      let plain = WeightQuantizer.quantize(
        weights: weights, bias: layer.bias, inputScale: decisions.quantization(layer.input).scale, scales: layer.weightScales)
      let own = zip(plain.scales, known.scales).map { Double($0) / Double($1) }
      // Beyond what rounding does to a scale, and no more than equalization does.
      guard own.contains(where: { abs($0 - 1) > 1e-4 }), own.allSatisfy({ $0 > Self.leastFactor * 0.99 && $0 < 1.0001 }) else { continue }
      for value in group.values { factors[value] = own }
    }
    if factors.isEmpty { return nil }
    applyFactors()
  }
}
