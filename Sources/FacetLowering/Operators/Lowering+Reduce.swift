import FacetFormat
import FacetIR
import FacetQuantization

extension Lowering {
  mutating func lowerReduce(_ op: Reduce, _ node: Node, _ index: Int, _ fragment: Int) {
    let value = aliases.root(node.inputs[0])
    guard let dimensions = grid(graph.shape(node.inputs[0]), node) else { return }
    var template = ReduceRecord()
    template.function = op.function.instruction.rawValue
    template.rank = UInt32(dimensions.count)
    template.dimensions = words(dimensions)
    for axis in op.axes { template.axes |= 1 << UInt32(axis) }
    let (input, output) = (require(value, .plainFloat32), TensorKey(node.output, .plainFloat32))
    let record = template
    appendMap(input, output, index, fragment) {
      var record = record
      (record.input, record.output) = ($0, $1)
      return record.instruction
    }
  }

  mutating func lowerTopK(_ op: TopK, _ node: Node, _ index: Int, _ fragment: Int) {
    let value = aliases.root(node.inputs[0])
    let shape = graph.shape(value)
    var template = TopKRecord()
    template.outer = UInt32(shape[..<op.axis].reduce(1, *))
    template.inner = UInt32(shape[(op.axis + 1)...].reduce(1, *))
    (template.size, template.count) = (UInt32(shape[op.axis]), UInt32(op.count))
    (template.smallest, template.indices) = (op.largest ? 0 : 1, op.result == .indices ? 1 : 0)
    let (input, output) = (require(value, .plainFloat32), TensorKey(node.output, .plainFloat32))
    let record = template
    appendMap(input, output, index, fragment) {
      var record = record
      (record.input, record.output) = ($0, $1)
      return record.instruction
    }
  }
}

extension ReduceFunction {
  var instruction: ReductionCode {
    switch self {
    case .sum: .sum
    case .mean: .mean
    case .maximum: .maximum
    case .minimum: .minimum
    case .product: .product
    case .l1: .l1
    case .l2: .l2
    case .sumOfSquares: .sumOfSquares
    case .indexOfMaximum: .indexOfMaximum
    case .indexOfMinimum: .indexOfMinimum
    }
  }
}
