import FacetFormat
import FacetIR
import FacetQuantization

extension Lowering {
  mutating func appendFunction(_ template: FunctionRecord, _ input: TensorKey, _ output: TensorKey, _ index: Int, _ fragment: Int) {
    appendMap(input, output, index, fragment) {
      var record = template
      (record.input, record.output) = ($0, $1)
      return record.instruction
    }
  }

  /// An instruction of one input and one output, whose tensors' numbers `record` takes in this order.
  mutating func appendMap(
    _ input: TensorKey, _ output: TensorKey, _ index: Int, _ fragment: Int,
    record: @escaping (UInt32, UInt32) -> Instruction
  ) {
    append(
      PendingInstruction(node: index) { tensor in
        record(tensor(input), tensor(output))
      }, to: fragment)
  }

  /// Over the channels of an image; over another axis by seeing the plain tensor as rows of that axis, with it last.
  mutating func lowerSoftmax(_ op: Softmax, _ node: Node, _ index: Int, _ fragment: Int) {
    let value = aliases.root(node.inputs[0])
    let shape = graph.shape(node.inputs[0])
    var softmax = UnaryRecord()
    softmax.opcode = .softmax
    if op.axis == 1, shape.count == 4, PixelShape(shape) != nil {
      appendUnary(softmax, require(value, .float32), TensorKey(node.output, .float32), index, fragment)
      return
    }
    if shape.elementCount == shape.last {
      let input = require(value, int8: false)
      if pixels(value).height * pixels(value).width == 1 {
        appendUnary(softmax, input, TensorKey(node.output, input.form), index, fragment)
        return
      }
    }
    guard op.axis == shape.count - 1, let dimensions = grid(shape, node) else {
      problem(node, Self.axisMessage(op, shape))
      return
    }
    // A copy first, because another fragment's tensor cannot be seen in another geometry.
    let (input, output) = (require(value, .plainFloat32), TensorKey(node.output, .plainFloat32))
    appendFunction(FunctionRecord(.affine(alpha: 1, beta: 0)), input, output, index, fragment)
    let count = dimensions[dimensions.count - 1]
    let geometry = PixelShape(height: shape.elementCount / max(count, 1), width: 1, channels: count)
    append(
      PendingInstruction(node: index, geometry: geometry) { tensor in
        var record = softmax
        record.input = tensor(output)
        record.output = tensor(output)
        return record.instruction
      }, to: fragment)
  }
}

extension FunctionRecord {
  /// A function that has no opcode of its own. The engine refuses any other.
  init(_ function: UnaryFunction) {
    self.init()
    let parameters = function.parameters.map(\.value)
    self.function = function.number ?? .max
    alpha = parameters.first ?? 0
    beta = parameters.count > 1 ? parameters[1] : 0
  }
}
