import FacetIR
import FacetStatistics
import Foundation

/// Gives the channels of a tensor equal ranges: a quiet channel is divided by a factor, which the weights that read it multiply (Nagel et al.,
/// "Data-Free Quantization Through Weight Equalization and Bias Correction", 2019, section 4.1; here by measured ranges, and only where it pays).
///
/// It is exact in real numbers through ReLU and slopes below zero, depthwise layers, padding and pooling; a tensor that is added to another, that
/// other functions or fragments read, or that a finite bound clips, stays as it is.
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

  /// Tensors that take the same factors: one that a layer computes, and those that are pooled from it.
  struct Group {
    var producer: Int
    var values: [ValueID]
    /// Layers that read one of them.
    var readers: [Int]
  }

  /// Without any factors.
  init(_ types: NumberTypes, _ measured: Measurements) { (self.types, self.measured) = (types, measured) }

  /// Nil where no tensor gains enough.
  ///
  /// - Parameters:
  ///   - partition: groups lie inside of one fragment.
  ///   - fixed: values whose quantization is decided.
  package init?(_ types: NumberTypes, _ measured: Measurements, within partition: FragmentPartition, fixed: Set<ValueID>) {
    self.init(types, measured)
    // From the last to the first: a reader's channels count by their own factors.
    for group in Self.groups(types, partition, fixed).reversed() {
      guard let figures = measured.channels(group.values[0]) else { continue }
      let peaks = figures.map { Double(max(-$0.low, $0.high)) }
      guard let largest = peaks.max(), largest > 0, largest.isFinite else { continue }
      // A channel that the data never excited says nothing of its range.
      let own = peaks.map { $0 == 0 ? 1 : min(max(Self.margin * $0 / largest, Self.leastFactor), 1) }
      guard own.contains(where: { $0 < 1 }), gain(group, own) > Self.leastGain else { continue }
      for value in group.values {
        factors[value] = own
        self.measured.divide(value, by: own)
      }
    }
    if factors.isEmpty { return nil }
    applyFactors()
  }

  // MARK: which tensors

  static func groups(_ types: NumberTypes, _ partition: FragmentPartition, _ fixed: Set<ValueID>) -> [Group] {
    let (graph, aliases) = (types.graph, types.aliases)
    var fragments: [Int: Int] = [:]
    for (number, fragment) in partition.fragments.enumerated() {
      for node in fragment.nodes { fragments[node] = number }
    }
    var readers: [ValueID: [Int]] = [:]
    for (index, node) in graph.nodes.enumerated() where !aliases.isAlias(node.output) && !types.precisions(node.output).isEmpty {
      for value in Set(types.inputs(node)) where graph.constant(value) == nil { readers[value, default: []].append(index) }
    }
    let outputs = Set(graph.outputs.map { aliases.root($0.value) })
    func isFree(_ value: ValueID) -> Bool {
      (types.precisions(value).contains(.int8) || graph.isOnePixel(value)) && types.given[value] == nil && !fixed.contains(value)
        && !outputs.contains(value)
    }
    func group(_ producer: Int) -> Group? {
      var group = Group(producer: producer, values: [graph.nodes[producer].output], readers: [])
      var next = 0
      while next < group.values.count {
        let value = group.values[next]
        next += 1
        guard isFree(value) else { return nil }
        for reader in readers[value] ?? [] {
          guard fragments[reader] != nil, fragments[reader] == fragments[producer] else { return nil }
          let node = graph.nodes[reader]
          if let layer = WeightedLayer(node, graph, aliases) {
            guard layer.input == value, layer.residual != value, layer.weightScales == nil else { return nil }
            group.readers.append(reader)
          } else if node.op is MaxPool || node.op is AveragePool || node.op is GlobalAveragePool, !types.computesFloat(node) {
            group.values.append(node.output)
          } else {
            return nil
          }
        }
      }
      return group.readers.isEmpty ? nil : group
    }
    return graph.nodes.indices.compactMap { index in
      let node = graph.nodes[index]
      guard fragments[index] != nil, !aliases.isAlias(node.output), !types.precisions(node.output).isEmpty,
        let layer = WeightedLayer(node, graph, aliases), layer.residual == nil, layer.weightScales == nil,
        layer.clamp.high == .infinity, layer.clamp.low == 0 || layer.clamp.low == -.infinity
      else { return nil }
      switch layer.function {
      case nil, .slopes: return group(index)
      case .hardSwish, .any: return nil
      }
    }
  }

  // MARK: what it brings

  /// How much less noise the sums of the readers get, in decibels: of rounded activations, and of weights that are rounded for their row's largest.
  private func gain(_ group: Group, _ factors: [Double]) -> Double {
    guard let figures = measured.channels(group.values[0]) else { return 0 }
    let step = Double(measured.range(group.values[0]).scale)
    var after = measured
    after.divide(group.values[0], by: factors)
    let newStep = Double(after.range(group.values[0]).scale)
    let ones = [Double](repeating: 1, count: factors.count)
    var (before, now) = (0.0, 0.0)
    for reader in group.readers {
      guard let layer = WeightedLayer(types.graph.nodes[reader], types.graph, types.aliases) else { continue }
      let made = self.factors[types.graph.nodes[reader].output]
      before += Self.noise(layer, figures, step: step, ones, made)
      now += Self.noise(layer, figures, step: newStep, factors, made)
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
