import Dispatch
import FacetIR
import FacetStatistics

/// Codes of a layer's weights that were chosen for what the layer reads (`SecondOrderRounding`), and their scales; nil where they are the nearest.
package struct RoundedWeights: Sendable {
  var rows: [SecondOrderRounding.Row?]

  /// Their sums stay in a core's cache.
  private static let channelsAtOnce = 16

  /// Nil where no channel gains.
  ///
  /// - Parameters:
  ///   - moments: of the inputs of each group.
  ///   - inputScale: of the layer's input.
  ///   - threads: share the channels; what these become does not depend on it.
  package init?(_ layer: WeightedLayer, _ moments: [SecondMoments], inputScale: Float, threads: Int = 1) {
    let length = layer.groupInputs * layer.taps
    guard moments.count == layer.groups, moments.allSatisfy({ $0.size == length }), layer.weightScales == nil else { return nil }
    let nearest = WeightQuantizer.quantize(weights: layer.weights, bias: layer.bias, inputScale: inputScale)
    rows = [SecondOrderRounding.Row?](repeating: nil, count: layer.groups * layer.groupOutputs)
    for group in 0..<layer.groups {
      guard let rounding = SecondOrderRounding(covariance: moments[group].covariance, count: length) else { continue }
      let first = group * layer.groupOutputs
      let parts = stride(from: first, to: first + layer.groupOutputs, by: Self.channelsAtOnce).map {
        $0..<min($0 + Self.channelsAtOnce, first + layer.groupOutputs)
      }
      let found = inParallel(parts, threads: threads) { part in
        rounding.rows(
          part.map { output in
            let range = output * length..<(output + 1) * length
            return SecondOrderRounding.Nearest(weights: layer.weights[range], codes: nearest.codes[range], scale: nearest.scales[output])
          })
      }
      for (part, found) in zip(parts, found) { rows.replaceSubrange(part, with: found) }
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

/// What a function makes of each element, in their order, by some threads at once.
private func inParallel<Element: Sendable, Result: Sendable>(
  _ elements: [Element], threads: Int, _ body: @Sendable (Element) -> Result
) -> [Result] {
  guard threads > 1, elements.count > 1 else { return elements.map(body) }
  return [Result](unsafeUninitializedCapacity: elements.count) { results, count in
    nonisolated(unsafe) let places = results.baseAddress!
    DispatchQueue.concurrentPerform(iterations: min(threads, elements.count)) { thread in
      for index in stride(from: thread, to: elements.count, by: min(threads, elements.count)) {
        (places + index).initialize(to: body(elements[index]))
      }
    }
    count = elements.count
  }
}
