import COnnx

/// A function of the file, decoded once for all its calls.
final class ONNXFunctionBody {
  let inputs: [String]
  let outputs: [String]
  /// What attributes are where a call leaves them out.
  let defaults: [String: ONNXAttribute]
  let nodes: [(message: Onnx__NodeProto, attributes: ONNXNodeAttributes)]
  /// The version of the standard operators that it names.
  let opset: Int?
  /// Names that each call makes anew, and their bytes without what stands before them.
  private let names: (count: Int, bytes: Int)
  /// Attributes of nodes that each call copies, as one of them depends on the call.
  private let copies: Int

  /// - Parameter function: points into messages that must outlive this.
  init(_ function: Onnx__FunctionProto) {
    inputs = scalars(function.input, function.n_input).map(text)
    outputs = scalars(function.output, function.n_output).map(text)
    var defaults: [String: ONNXAttribute] = [:]
    for attribute in pointers(function.attribute_proto, function.n_attribute_proto) {
      defaults[text(attribute.name)] = ONNXAttribute(attribute).shared
    }
    self.defaults = defaults
    nodes = pointers(function.node, function.n_node).map { ($0, ONNXNodeAttributes($0, isShared: true)) }
    let imports = pointers(function.opset_import, function.n_opset_import)
    opset = imports.first { ["", "ai.onnx"].contains(text($0.domain)) }.flatMap { Int(exactly: $0.version) }
    var (count, bytes, copies) = (inputs.count + outputs.count, 0, 0)
    for (node, attributes) in nodes {
      count += node.n_input + node.n_output + 1
      for name in scalars(node.input, node.n_input) { bytes += text(name).utf8.count }
      for name in scalars(node.output, node.n_output) { bytes += text(name).utf8.count }
      bytes += text(node.name).utf8.count + text(node.op_type).utf8.count
      if !attributes.references.isEmpty { copies += attributes.values.count }
    }
    (names, self.copies) = ((count, bytes), copies)
  }

  /// About the bytes that a call takes, without those of the calls in it.
  ///
  /// - Parameter prefix: bytes that stand before every name.
  func cost(prefix: Int) -> Int { 512 + names.count * (64 + prefix) + names.bytes + copies * 64 + nodes.count * 256 }
}
