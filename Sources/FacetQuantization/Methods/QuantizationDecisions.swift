import FacetIR
import FacetStatistics

/// Everything about int8 that changes values: ranges of activations and codes of weights. Taken before the target is looked at, so
/// bundles of one model for all targets compute the same.
package struct QuantizationDecisions {
  /// Of roots that are computed in int8.
  private(set) var ranges: [ValueID: Quantization] = [:]
  /// By node index.
  package private(set) var layers: [Int: QuantizedWeights] = [:]

  package let types: NumberTypes

  /// Whether a root's int8 has a meaning.
  package func isDecided(_ value: ValueID) -> Bool { ranges[value] != nil }

  package func quantization(_ value: ValueID) -> Quantization { ranges[value] ?? Quantization(scale: 1, zeroPoint: 0) }

  /// Of a network all in float32: there is nothing to decide.
  package init(float32 graph: Graph) { types = NumberTypes(float32: graph) }

  /// - Parameters:
  ///   - types: of the int8 program.
  ///   - inputRange: of the network's input where pre-processing bounds it; otherwise it is measured like any other tensor.
  ///   - measured: histograms and channel means of roots.
  ///   - fixed: of roots whose quantization is decided already, because a bundle computes them.
  package init(
    _ types: NumberTypes, measured: Measurements, inputRange: (low: Double, high: Double)?, fixed: [ValueID: Quantization] = [:]
  ) {
    self.types = types
    let (graph, aliases) = (types.graph, types.aliases)
    let truths = types.truths.truths
    for input in graph.inputs {
      let value = aliases.root(input)
      ranges[value] =
        fixed[value] ?? types.given[value] ?? inputRange.map { Quantization(low: $0.low, high: $0.high) } ?? measured.range(value)
    }
    for (index, node) in graph.nodes.enumerated() where !aliases.isAlias(node.output) {
      if let quantization = fixed[node.output] ?? types.given[node.output] {
        ranges[node.output] = quantization
      } else if types.precisions(node.output).contains(.int8), truths.contains(node.output) {
        // Also where the calibration data give one of them only.
        ranges[node.output] = Quantization(low: 0, high: 1)
      } else if types.precisions(node.output).contains(.int8) {
        switch node.op.quantization {
        // What it moves may be float32 alone.
        case .sameRange: ranges[node.output] = ranges[aliases.root(node.inputs[0])] ?? measured.range(node.output)
        case .fraction: ranges[node.output] = Quantization(low: 0, high: measured.largest(node.output).map { min($0, 1) } ?? 1)
        default: ranges[node.output] = measured.range(node.output)
        }
      }
      // An affine among float32 operators has no codes.
      guard !types.precisions(node.output).isEmpty, !types.computesFloat(node), let layer = WeightedLayer(node, graph, aliases) else {
        continue
      }
      layers[index] = Self.quantize(layer, input: quantization(layer.input), means: measured.means(layer.input))
    }
  }

  private static func quantize(_ layer: WeightedLayer, input: Quantization, means: [Double]?) -> QuantizedWeights {
    let first = WeightQuantizer.quantize(
      weights: layer.weights, bias: layer.bias, inputScale: input.scale, scales: layer.weightScales)
    guard let means, means.count == layer.groups * layer.groupInputs else { return first }
    let bias = BiasCorrection.correctedBias(
      weights: layer.weights, quantized: first, bias: layer.bias, groups: layer.groups, groupInputs: layer.groupInputs,
      taps: layer.taps, inputMeans: means)
    return WeightQuantizer.quantize(weights: layer.weights, bias: bias, inputScale: input.scale, scales: layer.weightScales)
  }
}

extension NumberTypes {
  /// Whether int8 needs the range of a value that neither the model nor the pre-processing says.
  package func needsMeasurements(inputRange: (low: Double, high: Double)?) -> Bool {
    func isOpen(_ value: ValueID) -> Bool { precisions(value).contains(.int8) && given[value] == nil }
    return inputRange == nil && graph.inputs.contains { isOpen(aliases.root($0)) }
      || graph.nodes.contains { $0.op.quantization.isMeasured && isOpen($0.output) }
  }
}

extension QuantizationRule {
  /// Whether what calibration sees of a value decides its range.
  fileprivate var isMeasured: Bool {
    switch self {
    case .sameRange: false
    case .weighted, .ownRange, .table, .tablePerInput, .fraction, .floatOnly: true
    }
  }
}
