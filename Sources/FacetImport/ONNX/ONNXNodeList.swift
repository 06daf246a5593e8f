import COnnx
import FacetIR

/// Makes nodes with unique names of a file's messages; calls of the file's own functions become the nodes of their bodies.
final class ONNXNodeList {
  private(set) var nodes: [ONNXNode] = []
  /// Whether there were more than `maximum`; what is beyond is left out.
  private(set) var isTooLong = false
  /// Calls of functions that were taken apart.
  private(set) var inlined = 0
  private var names: Set<String> = []
  private let functions: [String: Onnx__FunctionProto]
  private let opset: Int
  let taken: ONNXTakenNames

  /// More nodes than any network has; bounds the work on a hostile file.
  static let maximum = 100_000
  /// More functions in functions than anyone writes.
  private static let maximumDepth = 64

  /// - Parameters:
  ///   - functions: point into messages that must outlive this.
  ///   - opset: the model's.
  ///   - taken: names of values that the file's graph has.
  init(functions: [Onnx__FunctionProto], opset: Int, taken: ONNXTakenNames) {
    (self.opset, self.taken) = (opset, taken)
    self.functions = Dictionary(
      functions.prefix(Self.maximum).map { (Self.key(text($0.domain), text($0.name), text($0.overload)), $0) }
    ) { first, _ in first }
  }

  /// Appends the nodes of a graph or subgraph.
  func append(_ messages: [Onnx__NodeProto], scope: ONNXNameScope? = nil) {
    for (position, message) in messages.enumerated() { append(message, position, scope, path: []) }
  }

  /// Appends a node that stands in no file: what a name of a body or subgraph is, under another name.
  func appendIdentity(of input: String, as output: String, scope: ONNXNameScope) {
    var node = ONNXNode(Onnx__NodeProto(), index: 0, scope: scope)
    (node.operatorType, node.inputs, node.outputs) = ("Identity", [input], [output])
    (node.name, node.opset) = ("\(scope.prefix)/Identity", scope.opset)
    append(node)
  }

  private static func key(_ domain: String, _ name: String, _ overload: String) -> String {
    [domain == "ai.onnx" ? "" : domain, name, overload].joined(separator: "\n")
  }

  /// - Parameter path: the functions around it.
  private func append(_ message: Onnx__NodeProto, _ position: Int, _ scope: ONNXNameScope?, path: [String]) {
    var node = ONNXNode(message, index: 0, scope: scope)
    node.opset = scope?.opset ?? opset
    if let scope {
      node.name = "\(scope.prefix)/\(node.name.isEmpty ? "\(node.operatorType)_\(position)" : node.name)"
    } else if node.name.isEmpty {
      node.name = "\(node.operatorType)_\(position)"
    }
    let key = Self.key(node.domain, node.operatorType, text(message.overload))
    // A function may also say what a known operator does.
    guard let function = functions[key], ONNXOperatorTable.row(of: node) == nil else { return append(node) }
    guard !path.contains(key), path.count < Self.maximumDepth else {
      node.problem = ONNXProblem(
        .unsupportedForm,
        path.contains(key)
          ? "The function '\(node.operatorName)' calls itself." : "Functions call functions more than \(Self.maximumDepth) deep.",
        "Inline the functions before the conversion (onnx.inliner.inline_local_functions).")
      return append(node)
    }
    inline(node, function, path: path + [key])
  }

  private func append(_ node: ONNXNode) {
    guard nodes.count < Self.maximum else {
      isTooLong = true
      return
    }
    var node = node
    node.index = nodes.count
    while !names.insert(node.name).inserted { node.name += "_\(node.index)" }
    nodes.append(node)
  }

  private func inline(_ call: ONNXNode, _ function: Onnx__FunctionProto, path: [String]) {
    let inputs = scalars(function.input, function.n_input).map(text)
    let outputs = scalars(function.output, function.n_output).map(text)
    guard call.inputs.count <= inputs.count, call.outputs.count <= outputs.count, !isTooLong else {
      var node = call
      node.problem = ONNXProblem(
        .inputs,
        "It calls a function of \(plural(inputs.count, "input")) and \(plural(outputs.count, "output")) with \(call.inputs.count) and "
          + "\(call.outputs.count).", ONNXProblem.damaged)
      return append(node)
    }
    let version = opset(of: function) ?? call.opset
    guard supportedONNXOpsets.contains(version) else {
      var node = call
      node.problem = .opset("The function '\(call.operatorName)'", Int64(version))
      return append(node)
    }
    // Names of nodes must differ before those of their values are made of them.
    var prefix = call.name
    while !names.insert(prefix).inserted { prefix += "_\(nodes.count)" }
    var known: [String: String] = [:]
    for (index, name) in inputs.enumerated() { known[name] = index < call.inputs.count ? call.inputs[index] : "" }
    var copies: [(from: String, to: String)] = []
    for (name, outer) in zip(outputs, call.outputs) where !outer.isEmpty {
      if known[name] == nil { known[name] = outer } else { copies.append((name, outer)) }
    }
    var attributes: [String: ONNXAttribute] = [:]
    for attribute in pointers(function.attribute_proto, function.n_attribute_proto) {
      attributes[text(attribute.name)] = ONNXAttribute(attribute)
    }
    attributes.merge(call.attributes) { $1 }
    let scope = ONNXNameScope(function: prefix, names: known, attributes: attributes, opset: version, taken: taken)
    inlined += 1
    // Functions may be empty, but for calls of others.
    isTooLong = isTooLong || inlined > Self.maximum
    for (position, message) in pointers(function.node, function.n_node).enumerated() where !isTooLong {
      append(message, position, scope, path: path)
    }
    for copy in copies { appendIdentity(of: scope.global(copy.from), as: copy.to, scope: scope) }
  }

  private func opset(of function: Onnx__FunctionProto) -> Int? {
    let imports = pointers(function.opset_import, function.n_opset_import)
    return imports.first { ["", "ai.onnx"].contains(text($0.domain)) }.flatMap { Int(exactly: $0.version) }
  }
}
