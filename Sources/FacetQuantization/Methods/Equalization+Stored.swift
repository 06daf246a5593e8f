import FacetIR

extension Equalization {
  /// The one with which a bundle was made, found by the weights of its layers: a channel that was divided by a factor has weights that are smaller by it. Nil where there was none.
  ///
  /// - Parameters:
  ///   - decisions: of the network as its model has it, with the bundle's ranges.
  ///   - stored: the bundle's weights, by node.
  package init?(_ decisions: QuantizationDecisions, stored: [Int: QuantizedWeights]) {
    let types = decisions.types
    self.init(types, Measurements())
    // From the first to the last: what a layer makes is told by its scales only when the factors of what it reads are known.
    for group in EqualizationGroups(types, FragmentPartition(types.graph), []).groups {
      // Each factor by the first layer that computes its channel.
      var own = [Double?](repeating: nil, count: group.slotCount)
      for producer in group.producers {
        guard let slots = group.slots[types.graph.nodes[producer].output], slots.contains(where: { own[$0] == nil }),
          let found = factors(of: producer, decisions, stored)
        else { continue }
        for (slot, factor) in zip(slots, found) where own[slot] == nil { own[slot] = factor }
      }
      let found = own.map { $0 ?? 1 }
      // Beyond what rounding changes, and no more than equalization does.
      guard found.contains(where: { $0 < 0.9 }), found.allSatisfy({ $0 > Self.leastFactor * 0.9 && $0 < 1.1 }) else { continue }
      for (value, slots) in group.slots { factors[value] = slots.map { found[$0] } }
    }
    if factors.isEmpty { return nil }
    applyFactors()
  }

  /// Of the channels that a layer computes; nil where the bundle does not have it.
  private func factors(of producer: Int, _ decisions: QuantizationDecisions, _ stored: [Int: QuantizedWeights]) -> [Double]? {
    guard let layer = WeightedLayer(types.graph.nodes[producer], types.graph, types.aliases), let known = stored[producer] else {
      return nil
    }
    let read = factors[layer.input]
    let length = layer.groupInputs * layer.taps
    var weights = layer.weights
    for index in weights.indices {
      let input = index / length / layer.groupOutputs * layer.groupInputs + index % length / layer.taps
      weights[index] = Float(Double(weights[index]) * (read?[input] ?? 1))
    }
    let plain = WeightQuantizer.quantize(
      weights: weights, bias: layer.bias, inputScale: decisions.quantization(layer.input).scale, scales: layer.weightScales)
    return (0..<layer.outputChannels).map { channel in
      Self.factor(Array(weights[channel * length..<(channel + 1) * length]), scale: plain.scales[channel], channel, known)
    }
  }

  /// By what the weights of a channel were divided: about what makes the stored ones most like them, exactly what their scales say, of which second-order
  /// rounding may have taken one of a few shares.
  private static func factor(_ weights: [Float], scale: Float, _ channel: Int, _ stored: QuantizedWeights) -> Double {
    // Of a layer that reads two planes, the high one's come first.
    let (stride, own) = (stored.codes.count / max(stored.scales.count, 1), Double(stored.scales[channel]))
    var (square, product) = (0.0, 0.0)
    for (index, weight) in weights.enumerated() {
      square += Double(weight) * Double(weight)
      product += Double(weight) * own * Double(stored.codes[channel * stride + index])
    }
    guard square > 0, product > 0 else { return 1 }
    let about = square / product
    let exact = SecondOrderRounding.scales.map { Double(scale) / own * $0 }
    let nearest = exact.min { abs($0 / about - 1) < abs($1 / about - 1) } ?? about
    return abs(nearest / about - 1) < 0.03 ? nearest : about
  }
}
