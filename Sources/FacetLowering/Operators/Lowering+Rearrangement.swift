import FacetFormat
import FacetIR
import FacetQuantization

extension Lowering {
  mutating func lowerRearrangement(_ op: any RearrangingOperator, int8: Bool, _ node: Node, _ index: Int, _ fragment: Int) {
    let value = aliases.root(node.inputs[0])
    if let op = op as? Transpose, lowerChannelMove(op, value, int8: int8, node, index, fragment) { return }
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

  /// A transpose that only says which axis the channels are: an image in memory has its channels last, as a plain tensor of the same elements in the
  /// order of rows, columns, channels has. Then nothing changes its place, and the elements are copied as they are.
  ///
  /// - Returns: false for all others.
  private mutating func lowerChannelMove(
    _ op: Transpose, _ value: ValueID, int8: Bool, _ node: Node, _ index: Int, _ fragment: Int
  ) -> Bool {
    let (from, to) = (graph.shape(node.inputs[0]), graph.shape(node.output))
    let axes = op.permutation
    func isInOrder(_ axes: [Int]) -> Bool {
      let long = axes.filter { from[$0] > 1 }
      return long == long.sorted()
    }
    let (image, plain) = (TensorForm(int8: int8, plain: false), TensorForm(int8: int8, plain: true))
    var record = UnaryRecord()
    record.opcode = .reshape
    let (input, output): (TensorKey, TensorKey)
    var (geometry, inputGeometry): (PixelShape?, PixelShape?)
    if let pixels = PixelShape(to), let order = channelsLast(to.count), isInOrder(order.map { axes[$0] }),
      readAsImage.contains(node.output)
    {
      (input, output) = (require(value, plain), TensorKey(node.output, image))
      if border(output) == .none {
        geometry = PixelShape(height: 1, width: 1, channels: pixels.height * pixels.width * pixels.channels)
        readAsPlain.insert(output)
      } else if home[input] == fragment, input.form.isPlain {
        inputGeometry = pixels
      } else {
        return false
      }
    } else if let pixels = PixelShape(from), let order = channelsLast(from.count),
      axes.filter({ from[$0] > 1 }) == order.filter({ from[$0] > 1 })
    {
      (input, output) = (require(value, image), TensorKey(node.output, plain))
      geometry = pixels
    } else {
      return false
    }
    let template = record
    append(
      PendingInstruction(node: index, geometry: geometry, inputGeometry: inputGeometry) { tensor in
        var record = template
        record.input = tensor(input)
        record.output = tensor(output)
        return record.instruction
      }, to: fragment)
    return true
  }

  /// The axes of an image in the order of memory.
  private func channelsLast(_ rank: Int) -> [Int]? {
    switch rank {
    case 3: [0, 2, 1]
    case 4: [0, 2, 3, 1]
    default: nil
    }
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
