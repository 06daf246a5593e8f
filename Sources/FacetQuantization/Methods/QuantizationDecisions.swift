import FacetIR
import FacetStatistics

/// Everything about int8 that changes values: ranges of activations and codes of weights. Taken before the target is looked at, so
/// bundles of one model for all targets compute the same.
package struct QuantizationDecisions {
  /// Of roots that are computed in int8.
  private(set) var ranges: [ValueID: Quantization] = [:]
  /// By node index.
  package private(set) var layers: [Int: QuantizedWeights] = [:]
  /// Functions of results that are neither slopes nor hard-swish, by node index.
  package private(set) var pieces: [Int: FunctionPieces] = [:]

  /// Where the input's 0 lies between two codes: real = scale · (code − zero point − offset). Pixels then all have codes of their own.
  package private(set) var inputOffset: Float = 0

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
  ///   - pixels: where the input is made of pixels that all channels normalize alike: their step and the one that becomes 0.
  ///   - fixed: of roots whose quantization is decided already, because a bundle computes them.
  ///   - rounded: weights whose codes are not the nearest, by node index.
  package init(
    _ types: NumberTypes, measured: Measurements, inputRange: (low: Double, high: Double)?, pixels: (step: Double, zero: Double)? = nil,
    fixed: [ValueID: Quantization] = [:], rounded: [Int: RoundedWeights] = [:]
  ) {
    self.types = types
    let exact = pixels.flatMap { Self.exact($0, types, fixed) }
    let (graph, aliases) = (types.graph, types.aliases)
    inputOffset = exact?.offset ?? 0
    let truths = types.truths.truths
    for input in graph.inputs {
      let value = aliases.root(input)
      ranges[value] =
        exact?.quantization ?? fixed[value] ?? types.given[value] ?? inputRange.map { Quantization(low: $0.low, high: $0.high) }
        ?? measured.range(value)
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
        default: ranges[node.output] = measured.range(node.output, within: ResultBounds(node))
        }
      }
      let wide = types.wideLayers[index]
      var means: [Double]?
      if let wide, let layer = WeightedLayer(node, graph, aliases) {
        let input = fixed[wide.planes] ?? Quantization(wide, measured.extremes(layer.input))
        ranges[wide.planes] = input
        means = measured.means(layer.input)
        if !wide.isImage {
          layers[index] = Self.corrected(layer.withoutBias, input: input, means: means)
          continue
        }
        // What rounding leaves is as often above as below.
        means = means.map { $0 + [Double](repeating: 0, count: $0.count) }
      }
      // An affine among float32 operators has no codes.
      guard !types.precisions(node.output).isEmpty, !types.computesFloat(node), let layer = types.layer(index) else { continue }
      if case .any(let chain)? = layer.function {
        let measured = types.functionSources[node.output].flatMap(measured.extremes) ?? (-1, 1)
        pieces[index] = FunctionPieces(chain.apply, low: measured.low, high: measured.high, output: quantization(node.output))
      }
      let isInput = graph.inputs.first.map(aliases.root) == layer.input
      layers[index] = Self.quantize(
        layer, input: quantization(layer.input), offset: isInput ? inputOffset : 0,
        means: wide == nil ? measured.means(layer.input) : means,
        rounded: rounded[index])
    }
  }

  /// Takes weights as a bundle has them. Of values and layers that it does not say, nothing is decided then.
  ///
  /// - Parameter known: the values whose ranges are the bundle's.
  package mutating func take(_ layers: [Int: QuantizedWeights], ranges known: Set<ValueID>) {
    self.layers = layers
    ranges = ranges.filter { known.contains($0.key) }
  }

  /// A code for each pixel value, where the layers that read the input can take an offset into their biases. What they read in the border then
  /// is up to half a step from 0.
  private static func exact(
    _ pixels: (step: Double, zero: Double), _ types: NumberTypes, _ fixed: [ValueID: Quantization]
  ) -> (quantization: Quantization, offset: Float)? {
    guard types.graph.inputs.count == 1 else { return nil }
    let value = types.aliases.root(types.graph.inputs[0])
    guard types.precisions(value) == [.int8], types.given[value] == nil, fixed[value] == nil, Float(pixels.step).isNormal else {
      return nil
    }
    // What other fragments read is a fork, which people set and see without an offset.
    let trunk = Set(FragmentPartition(types.graph).fragments[0].nodes)
    for (index, node) in types.graph.nodes.enumerated()
    where !types.precisions(types.aliases.root(node.output)).isEmpty && !types.aliases.isAlias(node.output) {
      guard types.inputs(node).contains(value) else { continue }
      guard trunk.contains(index), let layer = WeightedLayer(node, types.graph, types.aliases), layer.input == value,
        layer.residual != value,
        !types.computesFloat(node)
      else { return nil }
    }
    let zero = (pixels.zero - 128).rounded(.toNearestOrEven)
    return (Quantization(scale: Float(pixels.step), zeroPoint: Int32(min(zero, 127))), Float(pixels.zero - 128 - min(zero, 127)))
  }

  private static func quantize(
    _ layer: WeightedLayer, input: Quantization, offset: Float, means: [Double]?, rounded: RoundedWeights?
  ) -> QuantizedWeights {
    var result = corrected(layer, input: input, means: means, rounded: rounded)
    guard offset != 0 else { return result }
    for channel in result.bias.indices {
      let bias = Double(result.bias[channel]) - Double(offset) * Double(result.sums[channel])
      result.bias[channel] = Int32(max(-1_073_741_824, min(1_073_741_824, bias.rounded(.toNearestOrEven))))
    }
    return result
  }

  private static func corrected(
    _ layer: WeightedLayer, input: Quantization, means: [Double]?, rounded: RoundedWeights? = nil
  ) -> QuantizedWeights {
    func quantized(_ bias: [Float]) -> QuantizedWeights {
      var result = WeightQuantizer.quantize(
        weights: layer.weights, bias: bias, inputScale: input.scale, scales: rounded?.scales ?? layer.weightScales)
      rounded?.apply(to: &result)
      return result
    }
    let first = quantized(layer.bias)
    guard let means, means.count == layer.groups * layer.groupInputs else { return first }
    return quantized(
      BiasCorrection.correctedBias(
        weights: layer.weights, quantized: first, bias: layer.bias, groups: layer.groups, groupInputs: layer.groupInputs,
        taps: layer.taps, inputMeans: means))
  }
}

extension NumberTypes {
  /// Whether int8 needs the range of a value that neither the model nor the pre-processing says.
  package func needsMeasurements(inputRange: (low: Double, high: Double)?) -> Bool {
    func isOpen(_ value: ValueID) -> Bool { precisions(value).contains(.int8) && given[value] == nil }
    return inputRange == nil && graph.inputs.contains { isOpen(aliases.root($0)) }
      || graph.nodes.contains { $0.op.quantization.isMeasured && isOpen($0.output) || takesFunction($0) } || !wideLayers.isEmpty
  }
}

extension NumberTypes {
  /// Whether calibration saw all that an int8 program of these types needs to know: it may have looked at one of other types.
  package func isMeasured(_ measured: Measurements, fixed: Set<ValueID>) -> Bool {
    graph.nodes.enumerated().allSatisfy { index, node in
      let value = node.output
      if let wide = wideLayers[index], !fixed.contains(wide.planes), !measured.has(inputs(node)[0]) { return false }
      if let source = functionSources[value], takesFunction(node), !measured.has(source) { return false }
      guard precisions(value).contains(.int8), !aliases.isAlias(value), given[value] == nil, !fixed.contains(value) else { return true }
      return !node.op.quantization.isMeasured || truths.truths.contains(value) || measured.has(value)
    }
  }

  /// Whether a node takes a function for which the range of its arguments must be measured.
  private func takesFunction(_ node: Node) -> Bool {
    guard case .any? = (node.op as? LayerWithFunction)?.function else { return false }
    return true
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

extension WeightedLayer {
  fileprivate var withoutBias: WeightedLayer {
    var result = self
    result.bias = [Float](repeating: 0, count: bias.count)
    return result
  }
}
