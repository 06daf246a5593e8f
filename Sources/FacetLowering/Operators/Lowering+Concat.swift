import FacetFormat
import FacetIR
import FacetQuantization

extension Lowering {
  mutating func lowerImageConcat(
    _ axis: ConcatAxis, int8: Bool, _ node: Node, _ index: Int, _ fragment: Int
  ) {
    let form = TensorForm(int8: int8, plain: false)
    let output = TensorKey(node.output, form)
    var position = 0
    for input in node.inputs.map(aliases.root) {
      let shape = pixels(input)
      let key = require(input, form)
      let slice = ConcatSlice(axis: axis, position: position, shape: shape)
      position += axis.size(shape)
      var record = UnaryRecord()
      record.opcode = int8 ? .table : .copy
      if int8 {
        record.table = fragments[fragment].constant(table(from: quantization(input), to: quantization(node.output)) { $0 })
      }
      let template = record
      append(
        PendingInstruction(node: index, slice: slice) { tensor in
          var record = template
          record.input = tensor(key)
          record.output = tensor(output)
          return record.instruction
        }, to: fragment)
    }
  }

  /// Concatenation over any axis: each input moves to its place.
  mutating func lowerPlainConcat(_ op: Concat, _ node: Node, _ index: Int, _ fragment: Int) {
    let values = node.inputs.map(aliases.root)
    guard let computed = values.first(where: { graph.constant($0) == nil }) else {
      refuse(values[0], node)
      return
    }
    let output = TensorKey(node.output, .plainFloat32)
    let whole = strides(graph.shape(node.output), over: graph.shape(node.output))
    var position = 0
    for (value, shape) in zip(values, graph.inputShapes(node)) {
      let own = strides(shape, over: shape)
      let start = position
      let rearrangement: Rearrangement
      do {
        rearrangement = try Rearrangement(shape, input: { own[$0] * $1 }, output: { ($0 == op.axis ? $1 + start : $1) * whole[$0] })
      } catch {
        problem(node, "\(error)")
        return
      }
      position += shape[op.axis]
      guard let input = materialized(value, beside: computed, node, index, fragment) else { return }
      appendRearrangement(rearrangement, input, output, fill: 0, node, index, fragment)
    }
  }
}
