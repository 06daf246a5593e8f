import FacetIR
import FacetQuantization

extension Int8Oracle {
  /// A layer of one pixel in 16 bits: two int8 vectors, two sums, joined by a chain of fused operations in float32.
  mutating func wide(_ layer: WeightedLayer, _ weights: QuantizedWeights, _ wide: WideLayer) {
    let scale = decisions.quantization(wide.planes).scale
    let (r, x) = (Float(1 / Double(scale)), floats[layer.input]!)
    func rounded(_ p: Float) -> Int32 { Int32(min(max(p, -127), 127).rounded(.toNearestOrEven)) }
    let high = x.map { rounded($0 * r) }
    let low = zip(x, high).map { rounded(($0 * r - Float($1)) * 254) }
    floats[layer.output] = (0..<layer.outputChannels).map { output in
      let row = weights.codes[output * x.count..<(output + 1) * x.count].map(Int64.init)
      func sum(_ codes: [Int32]) -> Float {
        let acc = zip(row, codes).reduce(Int64(weights.bias[output])) { $0 + $1.0 * Int64($1.1) }
        return Float(Int32(acc)) * Float(Double(scale) * Double(weights.scales[output]))
      }
      var y = layer.bias[output] + sum(high)
      y.addProduct(sum(low), 1 / 254)
      return min(max(y, layer.clamp.low), layer.clamp.high)
    }
  }
}
