import FacetIR
import FacetStatistics
import Foundation

/// Gives the channels of a tensor equal ranges: a quiet channel is divided by a factor, which the weights that read it multiply (Nagel et al.,
/// "Data-Free Quantization Through Weight Equalization and Bias Correction", 2019, section 4.1; here by measured ranges, and only where it pays).
///
/// It is exact in real numbers through ReLU and slopes below zero, depthwise layers, padding, pooling, sums and concatenations, whose tensors take the
/// same factors (`EqualizationGroup`); a tensor that other functions or fragments read, or that a finite bound clips, stays as it is.
package struct Equalization {
  /// The factor of each channel, by value.
  package internal(set) var factors: [ValueID: [Double]] = [:]
  /// The same network, with changed constants.
  package private(set) var types: NumberTypes
  package private(set) var measured: Measurements

  /// Few images underestimate quiet channels: they get half of the tensor's range, and at most a hundredth of their size.
  private static let margin = 2.0
  static let leastFactor = 0.01
  /// Of the noise that the readers get, in decibels; less is not worth another range.
  private static let leastGain = 3.0

  /// Without any factors.
  init(_ types: NumberTypes, _ measured: Measurements) { (self.types, self.measured) = (types, measured) }

  /// Nil where no tensor gains enough.
  ///
  /// - Parameters:
  ///   - partition: groups lie inside of one fragment.
  ///   - fixed: values whose quantization is decided.
  ///   - tied: whether tensors that are added or joined count, too.
  package init?(
    _ types: NumberTypes, _ measured: Measurements, within partition: FragmentPartition, fixed: Set<ValueID>, tied: Bool
  ) {
    self.init(types, measured)
    // From the last to the first: a reader's channels count by their own factors.
    for group in EqualizationGroups(types, partition, fixed).groups.reversed() where tied || !group.isTied {
      guard let own = factors(group), gain(group, own) > Self.leastGain else { continue }
      for (value, slots) in group.slots {
        factors[value] = slots.map { own[$0] }
        self.measured.divide(value, by: slots.map { own[$0] })
      }
    }
    if factors.isEmpty { return nil }
    applyFactors()
  }

  /// Where it is exact, whatever the data: layers whose channels can be equalized, and why others cannot. Nil where the model says itself how it is quantized.
  package static func reach(_ types: NumberTypes) -> (layers: Int, stops: [EqualizationStop])? {
    guard types.given.isEmpty else { return nil }
    let found = EqualizationGroups(types, FragmentPartition(types.graph), [])
    return (found.groups.reduce(0) { $0 + $1.producers.count }, found.stops)
  }

  // MARK: what it brings

  /// Of each channel of a group, by the tensors that layers read: elsewhere a quiet one harms nobody. Nil where all are alike, or were not measured.
  private func factors(_ group: EqualizationGroup) -> [Double]? {
    guard group.slots.keys.allSatisfy({ measured.channels($0) != nil || !types.precisions($0).contains(.int8) }) else { return nil }
    var shares = [Double](repeating: 0, count: group.slotCount)
    for (value, slots) in group.slots where group.readers.contains(where: { $0.value == value }) {
      // A vector in float32 has the channels that it was pooled from.
      guard let figures = measured.channels(value) else { continue }
      let peaks = figures.map { Double(max(-$0.low, $0.high)) }
      guard let largest = peaks.max(), largest > 0, largest.isFinite, peaks.count == slots.count else { return nil }
      for (slot, peak) in zip(slots, peaks) { shares[slot] = max(shares[slot], peak / largest) }
    }
    // A channel that the data never excited says nothing of its range.
    let own = shares.map { $0 == 0 ? 1 : min(max(Self.margin * $0, Self.leastFactor), 1) }
    return own.contains { $0 < 1 } ? own : nil
  }

  /// How much less noise the sums of the readers get, in decibels: of rounded activations, and of weights that are rounded for their row's largest.
  private func gain(_ group: EqualizationGroup, _ factors: [Double]) -> Double {
    var (before, now) = (0.0, 0.0)
    for (node, value) in group.readers {
      guard let layer = WeightedLayer(types.graph.nodes[node], types.graph, types.aliases), let figures = measured.channels(value),
        let slots = group.slots[value]
      else { continue }
      let own = slots.map { factors[$0] }
      var after = measured
      after.divide(value, by: own)
      let made = self.factors[types.graph.nodes[node].output]
      let ones = [Double](repeating: 1, count: own.count)
      before += Self.noise(layer, figures, step: Double(measured.range(value).scale), ones, made)
      now += Self.noise(layer, figures, step: Double(after.range(value).scale), own, made)
    }
    return before > 0 && now > 0 ? 10 * log10(before / now) : 0
  }

  private static func noise(_ layer: WeightedLayer, _ figures: [ChannelFigures], step: Double, _ factors: [Double], _ made: [Double]?)
    -> Double
  {
    let length = layer.groupInputs * layer.taps
    var noise = 0.0
    for output in 0..<layer.outputChannels {
      let first = output / layer.groupOutputs * layer.groupInputs
      var (largest, squares, energy) = (0.0, 0.0, 0.0)
      for input in 0..<layer.groupInputs {
        let factor = factors[first + input]
        for tap in 0..<layer.taps {
          let w = Double(layer.weights[output * length + input * layer.taps + tap]) * factor
          largest = max(largest, abs(w))
          squares += w * w
        }
        energy += Double(layer.taps) * figures[first + input].square / (factor * factor)
      }
      let divisor = made?[output] ?? 1
      noise += (squares * step * step + energy * (largest / 127) * (largest / 127)) / 12 / (divisor * divisor)
    }
    return noise
  }

  // MARK: the network with factors

  mutating func applyFactors() {
    var graph = types.graph
    for (index, node) in types.graph.nodes.enumerated() {
      guard let layer = WeightedLayer(node, types.graph, types.aliases) else { continue }
      let (read, made) = (factors[layer.input], factors[node.output])
      guard read != nil || made != nil, let weights = types.graph.constant(node.inputs[1]), let bias = types.graph.constant(node.inputs[2])
      else { continue }
      var (w, b) = (weights, bias)
      let length = layer.groupInputs * layer.taps
      for output in 0..<layer.outputChannels {
        let first = output / layer.groupOutputs * layer.groupInputs
        let divisor = made?[output] ?? 1
        for input in 0..<layer.groupInputs {
          let factor = (read?[first + input] ?? 1) / divisor
          for at in output * length + input * layer.taps..<output * length + (input + 1) * layer.taps {
            w.elements[at] = Float(Double(w.elements[at]) * factor)
          }
        }
        b.elements[output] = Float(Double(b.elements[output]) / divisor)
      }
      graph.nodes[index].inputs[1] = graph.addConstant(name: types.graph[node.inputs[1]].name, w)
      graph.nodes[index].inputs[2] = graph.addConstant(name: types.graph[node.inputs[2]].name, b)
    }
    types = types.withConstants(of: graph)
  }
}
