import FacetFormat
import FacetQuantization

/// Weights in the order that the kernels read (`facet_kernels.h`, `facet_conv`; Formats/facet-bundle.md, "Weight layouts").
enum WeightPacking {
  /// Packs `[outputs][groupInputs][kh][kw]` for the convolution kernels, element by element through `write`.
  ///
  /// - Parameter write: (byte offset, index into the weights).
  static func convolution(
    _ layer: WeightedLayer, _ layout: ConvolutionLayout, rowSegments: Bool, write: (_ offset: Int, _ index: Int) -> Void
  ) {
    let block = Int(ConvolutionLayout.block)
    let (blocks, segments, steps) = (Int(layout.blocks), Int(layout.segments), Int(layout.steps))
    let stepBytes = block * 4
    for output in 0..<layer.outputChannels {
      let (group, channel) = (output / layer.groupOutputs, output % layer.groupOutputs)
      let first = (group * blocks + channel / block) * segments * steps * stepBytes
      let lane = channel % block
      for segment in 0..<segments {
        for element in 0..<Int(layout.segmentLength) {
          let input = element % layer.groupInputs
          let tap = rowSegments ? segment * layer.kernelWidth + element / layer.groupInputs : segment
          let index = (output * layer.groupInputs + input) * layer.taps + tap
          let base = first + segment * steps * stepBytes
          switch layout.type {
          case .int8: write(base + element / 4 * stepBytes + lane * 4 + element % 4, index)
          case .float32: write(base + element * stepBytes + lane * 4, index)
          }
        }
      }
    }
  }

  /// `[taps][channels]` from `[channels][taps]`.
  static func depthwise<T>(_ weights: [T], channels: Int, taps: Int) -> [T] {
    var result: [T] = []
    result.reserveCapacity(weights.count)
    for tap in 0..<taps {
      for channel in 0..<channels { result.append(weights[channel * taps + tap]) }
    }
    return result
  }

  /// A per-channel array in the padded order of the packed blocks.
  static func padded<T>(_ values: [T], layer: WeightedLayer, layout: ConvolutionLayout, fill: T) -> [T] {
    var result = [T](repeating: fill, count: Int(layout.paddedChannels))
    for (output, value) in values.enumerated() { result[place(output, layer: layer, layout: layout)] = value }
    return result
  }

  /// Where a channel stands in such an array.
  static func place(_ output: Int, layer: WeightedLayer, layout: ConvolutionLayout) -> Int {
    output / layer.groupOutputs * Int(layout.blocks * ConvolutionLayout.block) + output % layer.groupOutputs
  }
}
