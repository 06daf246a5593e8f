import FacetFormat
import FacetIR
import FacetQuantization

extension Lowering {
  /// Over the channels of an image, or over rows of a plain tensor, whose last axis it then is.
  ///
  /// - Parameter hasInt8Result: otherwise float32.
  mutating func lowerSoftmaxRows(_ op: Softmax, int8 hasInt8Result: Bool, _ node: Node, _ index: Int, _ fragment: Int) {
    let value = aliases.root(node.inputs[0])
    let shape = graph.shape(node.inputs[0])
    var template = SoftmaxRowsRecord()
    let input: TensorKey
    if op.axis == 1, shape.count == 4, PixelShape(shape) != nil {
      input = require(value, .float32)
    } else if shape.elementCount == shape.last, pixels(value).height * pixels(value).width == 1 {
      input = require(value, int8: false)
    } else if op.axis == shape.count - 1 {
      input = require(value, .plainFloat32)
      template.pixels = UInt32(shape.elementCount / max(shape[op.axis], 1))
    } else {
      problem(node, Self.axisMessage(op, shape))
      return
    }
    let output = TensorKey(node.output, TensorForm(int8: hasInt8Result, plain: input.form.isPlain))
    appendMap(input, output, index, fragment) { [template] in
      var record = template
      (record.input, record.output) = ($0, $1)
      return record.instruction
    }
  }

  static func axisMessage(_ op: Softmax, _ shape: [Int]) -> String {
    "softmax over axis \(op.axis) of \(shape.count) is not supported: only over the channels or the last axis"
  }
}
