import FacetIR
import FacetQuantization

extension Int8Oracle {
  /// Sums of whole numbers, of which each takes one rounding.
  mutating func multiply(_ op: StridedProduct, _ node: Node) {
    let values = node.inputs.map { aliases.root($0) }
    let quantizations = (values + [node.output]).map { decisions.quantization($0) }
    let (a, b) = (codes[values[0]]!, codes[values[1]]!)
    let real = Double(quantizations[0].scale) * Double(quantizations[1].scale) * Double(op.scale)
    let count = graph.shape(node.output).elementCount
    var (result, scores) = ([Int32](repeating: 0, count: count), [Float](repeating: 0, count: count))
    // Every loop's index from the number of the product that it is in.
    let axes = op.axes.filter { $0.role != .inner } + op.loops(.inner)
    let inner = op.loops(.inner).reduce(1) { $0 * $1.size }
    for element in 0..<count {
      var (acc, at): (Int64, Int) = (0, 0)
      for k in 0..<inner {
        var (rest, places) = (element * inner + k, (a: op.aOffset, b: op.bOffset, result: 0))
        for axis in axes.reversed() {
          let index = rest % axis.size
          rest /= axis.size
          places = (places.a + index * axis.a, places.b + index * axis.b, places.result + index * axis.result)
        }
        acc += Int64(a[places.a] - quantizations[0].zeroPoint) * Int64(b[places.b] - quantizations[1].zeroPoint)
        at = places.result
      }
      scores[at] = Float(Int32(acc)) * Float(real)
      result[at] = requantize(Float(Int32(acc)) * Float(real / Double(quantizations[2].scale)), quantizations[2], .none)
    }
    (codes[node.output], floats[node.output]) = (result, scores)
  }
}
