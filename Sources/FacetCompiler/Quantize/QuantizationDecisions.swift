import FacetIR
import FacetQuantization

/// Everything about int8 that changes values: ranges of activations and codes of weights. Taken before the target is looked at, so
/// bundles of one model for all targets compute the same.
struct QuantizationDecisions {
  /// Of roots that are computed in int8.
  private(set) var ranges: [ValueID: Quantization] = [:]
  /// By node index.
  private(set) var layers: [Int: QuantizedWeights] = [:]

  /// Values whose quantization the model says.
  let given: Set<ValueID>

  func quantization(_ value: ValueID) -> Quantization { ranges[value] ?? Quantization(scale: 1, zeroPoint: 0) }

  /// - Parameters:
  ///   - model: the graph, and what a quantized model itself says.
  ///   - inputRange: of the network's input where pre-processing bounds it; otherwise it is measured like any other tensor.
  ///   - measured: histograms and channel means of roots.
  ///   - fixed: of roots whose quantization is decided already, because a bundle computes them.
  init(
    _ model: GivenQuantizations, measured: Measurements, inputRange: (low: Double, high: Double)?, fixed: [ValueID: Quantization] = [:]
  ) {
    let graph = model.graph
    given = Set(model.quantizations.keys)
    let aliases = ValueAliases(graph)
    let representations = Representations(graph, aliases, int8: true, given: given)
    let truths = TruthValues(graph, aliases).truths
    for input in graph.inputs {
      let value = aliases.root(input)
      ranges[value] =
        fixed[value] ?? model.quantizations[value] ?? inputRange.map { Quantization(low: $0.low, high: $0.high) } ?? measured.range(value)
    }
    for (index, node) in graph.nodes.enumerated() where !aliases.isAlias(node.output) {
      if let quantization = fixed[node.output] ?? model.quantizations[node.output] {
        ranges[node.output] = quantization
      } else if representations.precisions(node.output).contains(.int8), truths.contains(node.output) {
        // Also where the calibration data give one of them only.
        ranges[node.output] = Quantization(low: 0, high: 1)
      } else if representations.precisions(node.output).contains(.int8) {
        ranges[node.output] =
          node.op.quantization == .sameRange ? ranges[aliases.root(node.inputs[0])] : measured.range(node.output)
      }
      guard !representations.precisions(node.output).isEmpty, let layer = WeightedLayer(node, graph, aliases) else { continue }
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

  /// Whether int8 needs the range of a value that neither the model nor the pre-processing says.
  static func needsMeasurements(_ model: GivenQuantizations, inputRange: (low: Double, high: Double)?) -> Bool {
    let graph = model.graph
    let aliases = ValueAliases(graph)
    let representations = Representations(graph, aliases, int8: true, given: Set(model.quantizations.keys))
    func isOpen(_ value: ValueID) -> Bool {
      representations.precisions(value).contains(.int8) && model.quantizations[value] == nil
    }
    return inputRange == nil && graph.inputs.contains { isOpen(aliases.root($0)) }
      || graph.nodes.contains { $0.op.quantization != .sameRange && isOpen($0.output) }
  }
}

/// What calibration found out about each value.
struct Measurements {
  private var histograms: [ValueID: Histogram] = [:]
  private var channelMeans: [ValueID: [Double]] = [:]

  /// Nothing was measured: every range is the same.
  init() {}

  init(_ calibrator: Calibrator, values: [ValueID]) {
    for (index, value) in values.enumerated() {
      histograms[value] = calibrator.histograms[index]
      if calibrator.taps[index].wantsMeans { channelMeans[value] = calibrator.means(index) }
    }
  }

  func range(_ value: ValueID) -> Quantization {
    guard let histogram = histograms[value] else { return Quantization(scale: 1, zeroPoint: 0) }
    let range = RangeSearch.range(histogram)
    return Quantization(low: range.low, high: range.high)
  }

  func means(_ value: ValueID) -> [Double]? { channelMeans[value] }

  /// Values that were NaN or infinite on some sample.
  var notFinite: [ValueID] { histograms.filter { $0.value.notFinite > 0 }.map(\.key).sorted() }
}
