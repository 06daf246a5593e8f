import FacetFormat
import FacetIR
import FacetQuantization

extension Lowering {
  mutating func lowerResample(_ op: Resample, int8: Bool, _ node: Node, _ index: Int, _ fragment: Int) {
    let value = aliases.root(node.inputs[0])
    let shape = graph.shape(node.inputs[0])
    var template = ResampleRecord()
    template.outer = UInt32(shape[..<op.axis].reduce(1, *))
    template.inner = UInt32(shape[(op.axis + 1)...].reduce(1, *))
    (template.inputSize, template.outputSize) = (UInt32(shape[op.axis]), UInt32(op.size))
    template.taps = UInt32(op.taps)
    template.indices = fragments[fragment].constant(op.indices.map { Int32($0) })
    template.weights = int8 ? fragments[fragment].constant(op.fixedPointWeights) : fragments[fragment].constant(op.weights)
    let form = TensorForm(int8: int8, plain: true)
    let (input, output) = (require(value, form), TensorKey(node.output, form))
    let record = template
    appendMap(input, output, index, fragment) {
      var record = record
      (record.input, record.output) = ($0, $1)
      return record.instruction
    }
  }
}

extension Resample {
  /// The weights in units of 2^-11, each sum as near to the real one as can be: the largest takes what rounding leaves.
  var fixedPointWeights: [Int32] {
    stride(from: 0, to: weights.count, by: taps).flatMap { start in
      let row = weights[start..<start + taps].map { Double($0) * 2048 }
      var result = row.map { Int32($0.rounded(.toNearestOrEven)) }
      let left = Int32(row.reduce(0, +).rounded(.toNearestOrEven)) - result.reduce(0, +)
      if let largest = result.indices.max(by: { result[$0] < result[$1] }) { result[largest] += left }
      return result
    }
  }
}
