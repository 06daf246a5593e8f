import FacetFormat
import FacetIR
import FacetQuantization

extension Lowering {
  mutating func lowerUnary(_ op: Unary, int8: Bool, _ node: Node, _ index: Int, _ fragment: Int) {
    let value = aliases.root(node.inputs[0])
    var record = UnaryRecord()
    if int8, node.fakeQuantization != nil, types.given[value] == nil {
      record.opcode = .quantize
      let input = require(value, int8: false)
      appendUnary(record, input, TensorKey(node.output, TensorForm(int8: true, plain: input.form.isPlain)), index, fragment)
      return
    }
    let input = require(value, int8: int8)
    let output = TensorKey(node.output, input.form)
    if int8 {
      record.opcode = .table
      record.table = fragments[fragment].constant(
        table(from: quantization(value), to: quantization(node.output)) { Double(op.function.apply(Float($0))) })
    } else {
      switch op.function {
      case .relu: (record.opcode, record.alpha, record.beta) = (.clip, 0, .infinity)
      case .clip(let low, let high): (record.opcode, record.alpha, record.beta) = (.clip, low, high)
      case .sigmoid: record.opcode = .sigmoid
      case .hardSigmoid(let alpha, let beta): (record.opcode, record.alpha, record.beta) = (.hardSigmoid, alpha, beta)
      case .hardSwish: record.opcode = .hardSwish
      default:
        appendFunction(FunctionRecord(op.function), input, output, index, fragment)
        return
      }
    }
    appendUnary(record, input, output, index, fragment)
  }

  mutating func lowerFunctionChain(_ op: FunctionChain, _ node: Node, _ index: Int, _ fragment: Int) {
    let value = aliases.root(node.inputs[0])
    let (from, to) = (quantization(value), quantization(node.output))
    let results = op.apply((Int32(-128)...127).map { Float(from.real($0)) })
    var record = UnaryRecord()
    record.opcode = .table
    record.table = fragments[fragment].constant(results.map { UInt8(to.code(Double($0)) + 128) })
    let input = require(value, int8: true)
    appendUnary(record, input, TensorKey(node.output, input.form), index, fragment)
  }

  mutating func lowerFunctionPool(_ op: FunctionPool, _ node: Node, _ index: Int, _ fragment: Int) {
    let value = aliases.root(node.inputs[0])
    let (from, shape) = (quantization(value), pixels(value))
    var record = UnaryRecord()
    record.opcode = .tableSum
    record.table = fragments[fragment].constant(op.chain.apply((Int32(-128)...127).map { Float(from.real($0)) }))
    record.alpha = op.pooling == .mean ? Float(shape.height * shape.width) : 1
    record.beta = op.pooling == .rootOfSum ? 1 : 0
    appendUnary(record, require(value, .int8), TensorKey(node.output, .float32), index, fragment)
  }

  mutating func lowerReshape(int8: Bool, _ node: Node, _ index: Int, _ fragment: Int) {
    let input = require(aliases.root(node.inputs[0]), int8: int8)
    var record = UnaryRecord()
    record.opcode = .reshape
    // Elements in order stay so, unless an operator on images reads them.
    let isImage = readAsImage.contains(node.output) || !input.form.isPlain && pixels(node.output).isPlanar
    let output = TensorKey(node.output, TensorForm(int8: int8, plain: !isImage || PixelShape(graph.shape(node.output)) == nil))
    appendUnary(record, input, output, index, fragment)
  }

  mutating func appendUnary(
    _ template: UnaryRecord, _ input: TensorKey, _ output: TensorKey, _ index: Int, _ fragment: Int
  ) {
    append(
      PendingInstruction(node: index) { tensor in
        var record = template
        record.input = tensor(input)
        record.output = tensor(output)
        return record.instruction
      }, to: fragment)
  }

  /// 256 entries by q + 128: the function of each code's real number, as the output's code + 128.
  func table(from input: Quantization, to output: Quantization, _ function: (Double) -> Double) -> [UInt8] {
    (0..<256).map { UInt8(output.code(function(input.real(Int32($0) - 128))) + 128) }
  }
}
