import FacetIR
import FacetQuantization

extension Int8Oracle {
  /// What a layer that reads an image in 16 bits has in place of it.
  func planes(of node: Node) -> ValueID? {
    guard let index = graph.nodes.firstIndex(where: { $0.output == node.output }), let wide = types.wideLayers[index], wide.isImage else {
      return nil
    }
    return wide.planes
  }

  func sources(_ node: Node) -> [ValueID] {
    let inputs = types.inputs(node)
    return planes(of: node).map { [$0] + inputs.dropFirst() } ?? inputs
  }

  /// An image's two planes, one behind the other, channels first.
  mutating func split(_ value: ValueID, _ wide: WideLayer) {
    let q = decisions.quantization(wide.planes)
    let (r, x) = (Float(1 / Double(q.scale)), floats[value]!)
    func rounded(_ p: Float) -> Int32 {
      Int32(min(max(p, Float(-127 - q.zeroPoint)), Float(127 - q.zeroPoint)).rounded(.toNearestOrEven))
    }
    let high = x.map { rounded($0 * r) }
    let low = zip(x, high).map { rounded(($0 * r - Float($1)) * wide.ratio) }
    codes[wide.planes] = (high + low).map { $0 + q.zeroPoint }
  }

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
