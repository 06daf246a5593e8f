import FacetIR
import FacetQuantization

extension Int8Oracle {
  /// By the definitions of both instructions: the sum is binary64 in 16 parts where operators read the result, otherwise binary32 in order.
  mutating func softmax(_ op: Softmax, _ node: Node, _ x: ValueID) {
    let shape = graph.shape(node.inputs[0])
    guard let values = floats[x] else { return }
    var result = values
    let (count, step) = (shape[op.axis], shape[(op.axis + 1)...].reduce(1, *))
    for row in 0..<values.count / max(count, 1) {
      let places = (0..<count).map { (row / step * count + $0) * step + row % step }
      let highest = places.reduce(-Float.infinity) { values[$1] > $0 ? values[$1] : $0 }
      let powers = places.map { Self.exponential(values[$0] - highest) }
      var sum: Float = 0
      if decisions.types.isReadByOperators(node.output) {
        var parts = [Double](repeating: 0, count: 16)
        for (i, power) in powers.enumerated() { parts[i % 16] += Double(power) }
        for k in [8, 4, 2, 1] { for j in 0..<k { parts[j] += parts[j + k] } }
        sum = Float(parts[0])
      } else {
        for power in powers { sum += power }
      }
      for (place, power) in zip(places, powers) { result[place] = power / sum }
    }
    floats[node.output] = result
  }

  /// As `facet_exp_f32.h` says, for x <= 0.
  private static func exponential(_ x: Float) -> Float {
    if x < -87 { return 0 }
    let s: Float = x * 0x1.715476p+0 + 12_582_912
    let f = s - 12_582_912
    let r: Float = (x - f * 0x1.63p-1) - f * -0x1.bd0106p-13
    var q: Float = 0x1.6a2256p-10
    for c: Float in [0x1.123b02p-7, 0x1.5558f8p-5, 0x1.55549p-3, 0x1.fffffcp-2, 1, 1] { q = q * r + c }
    return q * Float(bitPattern: (s.bitPattern &- 0x4B40_0000 &+ 127) << 23)
  }
}
