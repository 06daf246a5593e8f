import COnnx
import FacetDiagnostics
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
  /// Functions that have been called, decoded.
  private var bodies: [String: ONNXFunctionBody] = [:]
  /// Bytes of names and attributes that calls of functions may still make.
  private var memory: Int
  /// Whether calls of functions asked for more than that; what is beyond is left out.
  private(set) var isExhausted = false
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
  ///   - memory: bytes that calls of functions may take.
  init(functions: [Onnx__FunctionProto], opset: Int, taken: ONNXTakenNames, memory: Int) {
    (self.opset, self.taken, self.memory) = (opset, taken, memory)
    self.functions = Dictionary(
      functions.prefix(Self.maximum).map { (Self.key(text($0.domain), text($0.name), text($0.overload)), $0) }
    ) { first, _ in first }
  }

  /// Why nodes were left out; nil where none were.
  var problem: ONNXProblem? {
    if isTooLong { return ONNXProblem(.tooLarge, "The graph has more than \(Self.maximum) nodes.", tooLargeRemedy) }
    guard isExhausted else { return nil }
    return ONNXProblem(
      .memory, "Inlining its functions needs more memory than a file of this size may ask for (4 times the file and 64 MB).",
      "Inline the functions before the conversion (onnx.inliner.inline_local_functions).")
  }

  /// Appends the nodes of a graph or subgraph.
  func append(_ messages: [Onnx__NodeProto], scope: ONNXNameScope? = nil) {
    for (position, message) in messages.enumerated() { append(message, nil, position, scope, path: []) }
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
  private func append(
    _ message: Onnx__NodeProto, _ attributes: ONNXNodeAttributes?, _ position: Int, _ scope: ONNXNameScope?, path: [String]
  ) {
    var node = ONNXNode(message, attributes, index: 0, scope: scope)
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
          ? "The function '\(node.operatorName)' calls itself." : "Functions call each other more than \(Self.maximumDepth) levels deep.",
        "Inline the functions before the conversion (onnx.inliner.inline_local_functions).")
      return append(node)
    }
    inline(node, body(key, function), path: path + [key])
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

  private func body(_ key: String, _ function: Onnx__FunctionProto) -> ONNXFunctionBody {
    if let body = bodies[key] { return body }
    let body = ONNXFunctionBody(function)
    bodies[key] = body
    return body
  }

  /// Accounts for what a call makes; false where that is too much.
  private func charge(_ bytes: Int) -> Bool {
    isExhausted = isExhausted || bytes > memory
    if !isExhausted { memory -= bytes }
    return !isExhausted
  }

  private func inline(_ call: ONNXNode, _ function: ONNXFunctionBody, path: [String]) {
    let (inputs, outputs) = (function.inputs, function.outputs)
    guard call.inputs.count <= inputs.count, call.outputs.count <= outputs.count else {
      var node = call
      node.problem = ONNXProblem(
        .inputs,
        "It calls a function of \(plural(inputs.count, "input")) and \(plural(outputs.count, "output")) with \(call.inputs.count) and "
          + "\(call.outputs.count).", ONNXProblem.damaged)
      return append(node)
    }
    let version = function.opset ?? call.opset
    guard supportedONNXOpsets.contains(version) else {
      var node = call
      node.problem = .opset("The function '\(call.operatorName)'", Int64(version))
      return append(node)
    }
    guard !isTooLong, charge(function.cost(prefix: call.name.utf8.count)) else { return }
    // Names of nodes must differ before those of their values are made of them.
    var prefix = call.name
    if !names.insert(prefix).inserted {
      prefix += "_\(nodes.count)"
      // Grows even where functions have no nodes, so that few tries are enough.
      while !names.insert(prefix).inserted { prefix += "_\(names.count)" }
    }
    var known: [String: String] = [:]
    for (index, name) in inputs.enumerated() { known[name] = index < call.inputs.count ? call.inputs[index] : "" }
    var copies: [(from: String, to: String)] = []
    for (name, outer) in zip(outputs, call.outputs) where !outer.isEmpty {
      if known[name] == nil { known[name] = outer } else { copies.append((name, outer)) }
    }
    let scope = ONNXNameScope(
      function: prefix, names: known, attributes: call.attributes, defaults: function.defaults, opset: version, taken: taken)
    inlined += 1
    // Functions may be empty, but for calls of others.
    isTooLong = isTooLong || inlined > Self.maximum
    for (position, (message, attributes)) in function.nodes.enumerated() where !isTooLong && !isExhausted {
      append(message, attributes, position, scope, path: path)
    }
    for copy in copies { appendIdentity(of: scope.global(copy.from), as: copy.to, scope: scope) }
  }
}
