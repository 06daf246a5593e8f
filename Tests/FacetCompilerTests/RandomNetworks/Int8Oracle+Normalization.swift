import FacetIR
import FacetQuantization

extension Int8Oracle {
  /// From int8: sums exact, mean and deviation in float64, the rest float32.
  mutating func normalize(_ op: Normalization, _ node: Node, _ x: ValueID) {
    let shape = graph.shape(node.inputs[0])
    let (a, b) = (decisions.quantization(x), decisions.quantization(node.output))
    let values = codes[x]!.map { $0 - a.zeroPoint }
    let parameters = node.inputs.dropFirst().map { graph.constant($0)! }
    let strides = shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
    func place(_ index: Int, _ axis: Int) -> Int { index / strides[axis] % shape[axis] }
    let groups = Dictionary(grouping: values.indices) { index in
      shape.indices.map { axis in
        if !op.axes.contains(axis) { return place(index, axis) }
        return axis == op.axes[0] ? place(index, axis) * op.groups / shape[axis] : 0
      }
    }
    var (result, scores) = ([Int32](repeating: 0, count: values.count), [Float](repeating: 0, count: values.count))
    for members in groups.values {
      let n = Int64(members.count)
      let s1 = members.reduce(Int64(0)) { $0 + Int64(values[$1]) }
      let s2 = members.reduce(Int64(0)) { $0 + Int64(values[$1]) * Int64(values[$1]) }
      let (s, count) = (Double(a.scale), Double(n))
      let isStandard = op.kind == .standard
      let variance = isStandard ? s * s * Double(n * s2 - s1 * s1) / (count * count) : s * s * Double(s2) / count
      let mean = isStandard ? Float(Double(s1) / count) : 0
      let factor = Float(s / (variance + Double(op.epsilon)).squareRoot())
      for index in members {
        func parameter(_ number: Int, _ unit: Double) -> Float {
          guard number < parameters.count else { return Float((number == 0 ? 1 : 0) / unit) }
          let tensor = parameters[number]
          let skipped = shape.count - tensor.shape.count
          var at = 0
          for axis in tensor.shape.indices {
            at = at * tensor.shape[axis] + (tensor.shape[axis] == 1 ? 0 : place(index, axis + skipped))
          }
          return Float(Double(tensor.elements[at]) / unit)
        }
        let t = (Float(values[index]) - mean) * factor
        let (wide, narrow) = (t * parameter(0, 1) + parameter(1, 1), t * parameter(0, Double(b.scale)) + parameter(1, Double(b.scale)))
        scores[index] = min(max(wide, op.clamp.low), op.clamp.high)
        result[index] = requantize(narrow, b, op.clamp)
      }
    }
    (codes[node.output], floats[node.output]) = (result, scores)
  }
}
