import COnnx

/// A node of the file as Swift values.
struct ONNXNode {
  /// Its place in the file, from 0.
  var index: Int
  /// The file's name, made unique; `Conv_12` (operator and index) where the file has none.
  var name: String
  var operatorType: String
  /// Empty for the standard domain.
  var domain: String
  /// Empty names are left-out optional inputs; trailing ones are dropped.
  var inputs: [String]
  var outputs: [String]
  var attributes: [String: ONNXAttribute]
  /// What was wrong with its attributes.
  var problem: ONNXProblem?

  /// The operator for messages: with the domain where it is not the standard one.
  var operatorName: String { domain.isEmpty ? operatorType : domain + "." + operatorType }
}

enum ONNXAttribute {
  case int(Int64)
  case float(Float)
  case string(String)
  case ints([Int64])
  case floats([Float])
  case tensor(ONNXTensorSource)
  /// A kind that no supported operator has: a graph, a sparse tensor, strings.
  case other(String)

  /// The kind, in words, for messages.
  var kind: String {
    switch self {
    case .int: "an integer"
    case .float: "a number"
    case .string: "a string"
    case .ints: "integers"
    case .floats: "numbers"
    case .tensor: "a tensor"
    case .other(let kind): kind
    }
  }
}

extension ONNXNode {
  init(_ node: Onnx__NodeProto, index: Int) {
    self.index = index
    operatorType = text(node.op_type)
    let domain = text(node.domain)
    self.domain = domain == "ai.onnx" ? "" : domain
    name = text(node.name)
    inputs = scalars(node.input, node.n_input).map(text)
    while inputs.last?.isEmpty == true { inputs.removeLast() }
    outputs = scalars(node.output, node.n_output).map(text)
    attributes = [:]
    for attribute in pointers(node.attribute, node.n_attribute) {
      let name = text(attribute.name)
      guard attributes.updateValue(ONNXAttribute(attribute), forKey: name) == nil else {
        problem = ONNXProblem(.attribute, "The attribute '\(name)' stands there twice.", ONNXProblem.damaged)
        continue
      }
    }
  }
}

extension ONNXAttribute {
  /// AttributeProto.AttributeType; files older than that field leave it out, and what is there tells the kind.
  init(_ attribute: Onnx__AttributeProto) {
    guard text(attribute.ref_attr_name).isEmpty else {
      self = .other("a reference")
      return
    }
    switch attribute.has_type != 0 ? attribute.type : Self.guessType(attribute) {
    case 1: self = .float(attribute.f)
    case 2: self = .int(attribute.i)
    case 3: self = .string(text(attribute.s))
    case 4: self = attribute.t.map { .tensor(ONNXTensorSource($0)) } ?? .other("a missing tensor")
    case 5: self = .other("a graph")
    case 6: self = .floats(Array(scalars(attribute.floats, attribute.n_floats)))
    case 7: self = .ints(Array(scalars(attribute.ints, attribute.n_ints)))
    case 8: self = .other("strings")
    case 9: self = .other("tensors")
    case 10: self = .other("graphs")
    case let type: self = .other("of unknown type \(type)")
    }
  }

  private static func guessType(_ attribute: Onnx__AttributeProto) -> Int32 {
    if attribute.has_f != 0 { return 1 }
    if attribute.has_i != 0 { return 2 }
    if attribute.has_s != 0 { return 3 }
    if attribute.t != nil { return 4 }
    if attribute.n_floats > 0 { return 6 }
    if attribute.n_ints > 0 { return 7 }
    return 0
  }
}

/// The file's nodes with unique names.
func onnxNodes(_ graph: Onnx__GraphProto) -> [ONNXNode] {
  var names: Set<String> = []
  var nodes: [ONNXNode] = []
  nodes.reserveCapacity(graph.n_node)
  for (index, message) in pointers(graph.node, graph.n_node).enumerated() {
    var node = ONNXNode(message, index: index)
    if node.name.isEmpty { node.name = "\(node.operatorType)_\(index)" }
    while !names.insert(node.name).inserted { node.name += "_\(index)" }
    nodes.append(node)
  }
  return nodes
}
