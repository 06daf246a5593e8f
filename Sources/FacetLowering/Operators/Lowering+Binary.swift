import FacetFormat
import FacetIR
import FacetQuantization

extension Lowering {
  mutating func lowerBinary(_ op: Binary, _ node: Node, _ index: Int, _ fragment: Int) {
    let values = node.inputs.map(aliases.root)
    let precisions = types.precisions(node.output)
    var record = BinaryRecord()
    record.opcode = op.function == .add ? .add : .multiply
    record.lowFloat = op.clamp.low
    record.highFloat = op.clamp.high
    let isFloat = types.computesFloat(node)
    let isPlain = isPlain(values, node)
    let form = TensorForm(int8: !isFloat, plain: isPlain)
    var output: TensorKey? = TensorKey(node.output, form)
    var scores: TensorKey?
    if !isFloat {
      let (a, b, y) = (quantization(values[0]), quantization(values[1]), quantization(node.output))
      (record.low, record.high) = bounds(op.clamp, y)
      switch op.function {
      case .add:
        record.aMultiplier = positive(Double(a.scale) / Double(y.scale))
        record.bMultiplier = positive(Double(b.scale) / Double(y.scale))
        (record.scoresAMultiplier, record.scoresBMultiplier) = (a.scale, b.scale)
        if precisions.contains(.float32) { scores = TensorKey(node.output, TensorForm(int8: false, plain: isPlain)) }
        if !precisions.contains(.int8) { output = nil }
      default:
        record.aMultiplier = positive(Double(a.scale) * Double(b.scale) / Double(y.scale))
      }
    }
    let template = record
    let (a, b) = (require(values[0], form), require(values[1], form))
    append(
      PendingInstruction(node: index) { tensor in
        var record = template
        record.a = tensor(a)
        record.b = tensor(b)
        record.output = tensor(output)
        record.scores = tensor(scores)
        return record.instruction
      }, to: fragment)
    if let scores { appendClamp(op.clamp, scores, index, fragment) }
  }

  /// Whether operands of one shape are better taken as plain tensors: both are that already, in whichever number type.
  private func isPlain(_ values: [ValueID], _ node: Node) -> Bool {
    values.allSatisfy { value in
      guard graph.shape(value).elementCount == graph.shape(node.output).elementCount else { return false }
      func has(plain: Bool) -> Bool { [true, false].contains { home[TensorKey(value, TensorForm(int8: $0, plain: plain))] != nil } }
      return has(plain: true) && !has(plain: false)
    }
  }

  /// PRelu: `p = float(x − z) · m`, m by the sign and the channel, then as every result; as a table, since one byte goes in.
  mutating func lowerChannelTable(_ op: Binary, _ slopes: ChannelSlopes, _ node: Node, _ index: Int, _ fragment: Int) {
    let value = aliases.root(node.inputs[0])
    let (a, b) = (quantization(value), quantization(node.output))
    let (low, high) = bounds(op.clamp, b)
    var table: [UInt8] = []
    table.reserveCapacity(slopes.slopes.count * 256)
    for slope in slopes.slopes {
      let positive = Float(Double(a.scale) / Double(b.scale))
      let negative = Float(Double(a.scale) * Double(slope) / Double(b.scale))
      for code in Int32(-128)...127 {
        let x = code - a.zeroPoint
        let p = min(max(Float(x) * (x >= 0 ? positive : negative), Float(low - b.zeroPoint)), Float(high - b.zeroPoint))
        table.append(UInt8(Int32(p.rounded(.toNearestOrEven)) + b.zeroPoint + 128))
      }
    }
    var record = UnaryRecord()
    record.opcode = .channelTable
    record.table = fragments[fragment].constant(table)
    appendUnary(record, require(value, .int8), TensorKey(node.output, .int8), index, fragment)
  }
}
