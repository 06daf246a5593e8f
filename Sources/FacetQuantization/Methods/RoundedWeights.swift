import FacetIR
import FacetStatistics

/// Codes of a layer's weights that were chosen for what the layer reads (`SecondOrderRounding`), and their scales; nil where they are the nearest.
package struct RoundedWeights: Sendable {
  var rows: [SecondOrderRounding.Row?]

  /// Nil where no channel gains.
  ///
  /// - Parameters:
  ///   - moments: of the inputs of each group.
  ///   - input: scale of the layer's input.
  package init?(_ layer: WeightedLayer, _ moments: [SecondMoments], inputScale: Float) {
    let length = layer.groupInputs * layer.taps
    guard moments.count == layer.groups, moments.allSatisfy({ $0.size == length }), layer.weightScales == nil else { return nil }
    let nearest = WeightQuantizer.quantize(weights: layer.weights, bias: layer.bias, inputScale: inputScale)
    rows = []
    for group in 0..<layer.groups {
      let covariance = moments[group].covariance
      for output in group * layer.groupOutputs..<(group + 1) * layer.groupOutputs {
        let range = output * length..<(output + 1) * length
        rows.append(
          SecondOrderRounding.row(
            Array(layer.weights[range]), nearest: Array(nearest.codes[range]), scale: nearest.scales[output], covariance: covariance))
      }
    }
    if rows.allSatisfy({ $0 == nil }) { return nil }
  }

  /// The scale of each channel, 0 where the nearest codes stay.
  var scales: [Float] { rows.map { $0?.scale ?? 0 } }

  /// Puts the codes in where the scale is theirs.
  func apply(to weights: inout QuantizedWeights) {
    for (channel, row) in rows.enumerated() {
      guard let row, weights.scales[channel] == row.scale else { continue }
      weights.codes.replaceSubrange(channel * row.codes.count..<(channel + 1) * row.codes.count, with: row.codes)
      weights.sums[channel] = row.codes.reduce(0) { $0 + Int32($1) }
    }
  }
}
