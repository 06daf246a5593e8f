/// int8 weights of one layer: per output channel, symmetric, in [-127, 127] (DESIGN, "Numerics").
package struct QuantizedWeights: Sendable {
  /// In the order of the float weights: output channel outermost.
  package var codes: [Int8]
  /// One scale for each output channel.
  package var scales: [Float]
  /// At scale `s_in * scales[c]`; the input's zero point is not folded in.
  package var bias: [Int32]
  /// Sum of each channel's codes.
  package var sums: [Int32]

  package init(codes: [Int8], scales: [Float], bias: [Int32], sums: [Int32]) {
    (self.codes, self.scales, self.bias, self.sums) = (codes, scales, bias, sums)
  }
}

package enum WeightQuantizer {
  /// Quantizes `weights` (output channel outermost, `bias.count` channels) for an input of scale `inputScale`.
  ///
  /// A scale is at least what keeps the bias within 2^30 and the products' sum, at the worst input, within 2^30, so that the final
  /// accumulator fits 32 bits for every input. An all-zero channel gets scale 1.
  ///
  /// - Parameter scales: those that the weights already have, one for each channel, 0 where there is none; taken where they keep these bounds.
  ///   The codes are then the weights' own, and -128 becomes -127.
  package static func quantize(
    weights: [Float], bias: [Float], inputScale: Float, scales: [Float]? = nil
  ) -> QuantizedWeights {
    let channels = bias.count
    let length = channels == 0 ? 0 : weights.count / channels
    var result = QuantizedWeights(codes: [], scales: [], bias: [], sums: [])
    result.codes.reserveCapacity(weights.count)
    let limit = 1073741824.0  // 2^30
    for channel in 0..<channels {
      let row = weights[channel * length..<(channel + 1) * length]
      var largest = 0.0
      var sum = 0.0
      for weight in row {
        largest = max(largest, Double(abs(weight)))
        sum += Double(abs(weight))
      }
      let b = Double(bias[channel])
      let bounds = max(abs(b) / (Double(inputScale) * limit), sum * 255 / limit)
      var scale = scales?[channel] ?? 0
      if !(Double(scale) >= bounds && scale.isNormal) {
        let smallest = max(largest / 127, bounds)
        scale = Float(smallest)
        if Double(scale) < smallest { scale = scale.nextUp }
        if !(scale >= Float.leastNormalMagnitude) { scale = 1 }
      }
      var codeSum: Int32 = 0
      for weight in row {
        let code = Int8(max(-127, min(127, (Double(weight) / Double(scale)).rounded(.toNearestOrEven))))
        codeSum &+= Int32(code)
        result.codes.append(code)
      }
      let q = (b / (Double(inputScale) * Double(scale))).rounded(.toNearestOrEven)
      result.bias.append(Int32(max(-limit, min(limit, q))))
      result.scales.append(scale)
      result.sums.append(codeSum)
    }
    return result
  }
}
