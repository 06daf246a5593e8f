/// Rounding weights shifts a layer's mean output; the bias takes the shift back (Nagel et al., "Data-Free Quantization Through Weight
/// Equalization and Bias Correction", 2019, section 4.2, with the input means measured on calibration data).
package enum BiasCorrection {
  /// The corrected bias: `bias[o] + Σ_i (w - s·q)[o, i, …] · mean_i`.
  ///
  /// - Parameters:
  ///   - weights: float weights, `[outputs][groupInputs][taps]`.
  ///   - quantized: of the same weights.
  ///   - inputMeans: mean of each input channel of the layer, `groups * groupInputs`.
  package static func correctedBias(
    weights: [Float], quantized: QuantizedWeights, bias: [Float], groups: Int, groupInputs: Int, taps: Int, inputMeans: [Double]
  ) -> [Float] {
    let outputs = bias.count
    guard outputs > 0, groups > 0, inputMeans.count == groups * groupInputs else { return bias }
    let perGroup = outputs / groups
    var result = bias
    for output in 0..<outputs {
      let firstInput = (output / max(perGroup, 1)) * groupInputs
      let scale = Double(quantized.scales[output])
      var shift = 0.0
      var index = output * groupInputs * taps
      for input in 0..<groupInputs {
        var difference = 0.0
        for _ in 0..<taps {
          difference += Double(weights[index]) - scale * Double(quantized.codes[index])
          index += 1
        }
        shift += difference * inputMeans[firstInput + input]
      }
      result[output] = Float(Double(bias[output]) + shift)
    }
    return result
  }
}
