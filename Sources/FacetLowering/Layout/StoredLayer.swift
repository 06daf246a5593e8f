import FacetFormat
import FacetQuantization

/// The weights of an int8 layer as a bundle has them, out of the order in which kernels read them.
package struct StoredLayer {
  private let record: ConvolutionRecord
  private let constants: ByteView
  private let packed: ByteView
  private let storedUnsigned: Bool

  /// - Parameters:
  ///   - constants: of the fragment.
  ///   - packed: weights of the fragment.
  package init(_ record: ConvolutionRecord, constants: ByteView, packed: ByteView, storedUnsigned: Bool) {
    (self.record, self.constants, self.packed, self.storedUnsigned) = (record, constants, packed, storedUnsigned)
  }

  /// Nil where the record is not of this layer.
  ///
  /// - Parameters:
  ///   - layer: its shape, and its weights as the model has them, in case that the bundle does not say what a function's arguments are steps of.
  ///   - input: the quantization of what it reads.
  ///   - output: of its result, as int8.
  package func weights(_ layer: WeightedLayer, input: Quantization, output: Quantization) -> QuantizedWeights? {
    let isRow = record.rowSegments == 1
    let layout = ConvolutionLayout(
      type: .int8, groups: Int64(layer.groups), groupInputs: Int64(layer.groupInputs), groupOutputs: Int64(layer.groupOutputs),
      kernelHeight: Int64(layer.kernelHeight), kernelWidth: Int64(layer.kernelWidth), rowSegments: isRow)
    guard Int(record.outputChannels) == layer.outputChannels, (record.opcode == .depthwise) == layer.isDepthwise else { return nil }
    var result = QuantizedWeights(
      codes: [Int8](repeating: 0, count: layer.weights.count), scales: [], bias: [], sums: [])
    if layer.isDepthwise {
      for tap in 0..<layer.taps {
        for channel in 0..<layer.groups { result.codes[channel * layer.taps + tap] = code(tap * layer.groups + channel) }
      }
    } else {
      WeightPacking.convolution(layer, layout, rowSegments: isRow) { offset, index in result.codes[index] = code(offset) }
    }
    let length = layer.groupInputs * layer.taps
    let zero = input.zeroPoint + (storedUnsigned ? 128 : 0)
    for channel in 0..<layer.outputChannels {
      let sum = result.codes[channel * length..<(channel + 1) * length].reduce(Int32(0)) { $0 &+ Int32($1) }
      let place = layer.isDepthwise ? channel : WeightPacking.place(channel, layer: layer, layout: layout)
      guard let initial = constants.u32(Int64(record.initial) + Int64(place) * 4) else { return nil }
      result.sums.append(sum)
      result.bias.append(Int32(bitPattern: initial) &+ zero &* sum)
    }
    let isScored = record.scoresMultiplier != BundleFormat.none
    let start = Int64(isScored ? record.scoresMultiplier : record.multiplier)
    guard isScored || record.multiplier != BundleFormat.none else { return nil }
    var multipliers: [Float] = []
    for channel in 0..<layer.outputChannels {
      let place = layer.isDepthwise ? channel : WeightPacking.place(channel, layer: layer, layout: layout)
      guard let multiplier = constants.f32(start + Int64(place) * 4) else { return nil }
      multipliers.append(multiplier)
    }
    let step =
      isScored ? 1 : record.function == ResultFunction.pieces.rawValue ? pieceStep(layer, input, multipliers) : Double(output.scale)
    result.scales = multipliers.map { Float(Double($0) * step / Double(input.scale)) }
    return result
  }

  private func code(_ place: Int) -> Int8 { Int8(bitPattern: packed.u8(Int64(record.weights) + Int64(place)) ?? 0) }

  /// What a function's arguments are steps of is no part of a bundle: that with which most scales are those of the model's weights.
  private func pieceStep(_ layer: WeightedLayer, _ input: Quantization, _ multipliers: [Float]) -> Double {
    let scales = WeightQuantizer.quantize(weights: layer.weights, bias: layer.bias, inputScale: input.scale, scales: layer.weightScales)
      .scales
    let steps = zip(scales, multipliers).map { Double($0) * Double(input.scale) / Double($1) }.sorted()
    return steps.isEmpty ? 1 : steps[steps.count / 2]
  }
}
