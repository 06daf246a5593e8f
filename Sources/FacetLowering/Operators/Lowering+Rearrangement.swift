import FacetFormat
import FacetIR
import FacetQuantization

extension Lowering {
  mutating func lowerRearrangement(_ op: any RearrangingOperator, int8: Bool, _ node: Node, _ index: Int, _ fragment: Int) {
    let value = aliases.root(node.inputs[0])
    let rearrangement: Rearrangement
    do {
      rearrangement = try op.rearrangement(graph.shape(node.inputs[0]))
    } catch {
      problem(node, "\(error)")
      return
    }
    let form = TensorForm(int8: int8, plain: true)
    appendRearrangement(
      rearrangement, require(value, form), TensorKey(node.output, form),
      fill: int8 ? UInt32(bitPattern: quantization(value).code(Double(rearrangement.fill))) : rearrangement.fill.bitPattern, node, index,
      fragment)
  }

  mutating func appendRearrangement(
    _ rearrangement: Rearrangement, _ input: TensorKey, _ output: TensorKey, fill: UInt32, _ node: Node, _ index: Int, _ fragment: Int
  ) {
    guard let dimensions = grid(rearrangement.dimensions, node) else { return }
    var template = RearrangeRecord()
    template.rank = UInt32(dimensions.count)
    template.dimensions = words(dimensions)
    template.tables = fragments[fragment].constant((rearrangement.inputTables + rearrangement.outputTables).flatMap { $0 })
    template.fill = fill
    let record = template
    appendMap(input, output, index, fragment) {
      var record = record
      (record.input, record.output) = ($0, $1)
      return record.instruction
    }
  }

  /// A value as a plain tensor, also where it is a constant: zeros (moved from nowhere in `computed`), and the constant added.
  mutating func materialized(
    _ value: ValueID, beside computed: ValueID, _ node: Node, _ index: Int, _ fragment: Int
  ) -> TensorKey? {
    guard let constant = graph.constant(value) else { return require(value, .plainFloat32) }
    let key = TensorKey(value, .plainFloat32)
    if let home = home[key] {
      if home == fragment { return key }
      refuse(value, node)
      return nil
    }
    guard let dimensions = grid(constant.shape, node) else { return nil }
    let steps = strides(dimensions, over: dimensions)
    do {
      let zeros = try Rearrangement(dimensions, input: { _, _ in -1 }, output: { steps[$0] * $1 })
      appendRearrangement(zeros, require(computed, .plainFloat32), key, fill: 0, node, index, fragment)
    } catch {
      problem(node, "\(error)")
      return nil
    }
    var record = ElementwiseRecord()
    record.function = ElementwiseFunction.add.rawValue
    record.rank = UInt32(dimensions.count)
    record.dimensions = words(dimensions)
    record.aStrides = words(steps)
    record.bStrides = words(steps)
    record.constant = fragments[fragment].constant(constant.elements)
    let template = record
    append(
      PendingInstruction(node: index) { tensor in
        var record = template
        record.a = tensor(key)
        record.output = tensor(key)
        return record.instruction
      }, to: fragment)
    return key
  }
}
