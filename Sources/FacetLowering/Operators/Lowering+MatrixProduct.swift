import FacetFormat
import FacetIR
import FacetQuantization

extension Lowering {
  mutating func lowerMatrixProduct(_ node: Node, _ index: Int, _ fragment: Int) {
    let values = node.inputs.map(aliases.root)
    guard graph.constant(values[0]) == nil else {
      refuse(values[0], node)
      return
    }
    // A vector is a matrix of one row or column.
    var (a, b) = (graph.shape(node.inputs[0]), graph.shape(node.inputs[1]))
    if a.count == 1 { a.insert(1, at: 0) }
    if b.count == 1 { b.append(1) }
    let rank = max(a.count, b.count) - 2
    guard rank <= 4 else {
      problem(node, "products over \(rank) batch dimensions are not supported; at most 4 are")
      return
    }
    var record = MatrixProductRecord()
    (record.rows, record.inner, record.columns) = (UInt32(a[a.count - 2]), UInt32(a[a.count - 1]), UInt32(b[b.count - 1]))
    let (aBatch, bBatch) = (batch(a, rank), batch(b, rank))
    for axis in 0..<rank { record.batch[axis] = UInt32(max(aBatch.sizes[axis], bBatch.sizes[axis])) }
    for axis in 0..<rank {
      record.aStrides[axis] = UInt32(aBatch.strides[axis])
      record.bStrides[axis] = UInt32(bBatch.strides[axis])
    }
    let left = require(values[0], .plainFloat32)
    let right = operand(values[1], offset: &record.constant, fragment)
    let output = TensorKey(node.output, .plainFloat32)
    let template = record
    append(
      PendingInstruction(node: index) { tensor in
        var record = template
        record.a = tensor(left)
        record.b = tensor(right)
        record.output = tensor(output)
        return record.instruction
      }, to: fragment)
  }

  /// Sizes and element strides of the axes before a matrix, `rank` of them.
  func batch(_ shape: [Int], _ rank: Int) -> (sizes: [Int], strides: [Int]) {
    let own = Array(shape.dropLast(2))
    let sizes = [Int](repeating: 1, count: rank - own.count) + own
    let matrix = shape[shape.count - 2] * shape[shape.count - 1]
    return (sizes, strides(own, over: [Int](repeating: 1, count: rank)).map { $0 * matrix })
  }
}
