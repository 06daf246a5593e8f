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
  /// The version of the standard operators that it is written for: the model's, or that of the function whose body it stands in.
  var opset = 0
  /// What was wrong with its attributes, or with the function that it calls.
  var problem: ONNXProblem?
  /// What names mean where it stands; nil in the file's graph itself.
  var scope: ONNXNameScope?

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
  /// A subgraph, not yet decoded; the bytes stay in the message that holds the node.
  case graph(UnsafeRawBufferPointer)
  /// In a function's body: the attribute of the call that it stands for.
  case reference(String)
  /// A kind that no supported operator has: a sparse tensor, strings.
  case other(String)

  /// The same for several nodes: a tensor whose data stays when one of them has read it.
  var shared: ONNXAttribute {
    guard case .tensor(var source) = self else { return self }
    source.isShared = true
    return .tensor(source)
  }

  /// The kind, in words, for messages.
  var kind: String {
    switch self {
    case .int: "an integer"
    case .float: "a number"
    case .string: "a string"
    case .ints: "integers"
    case .floats: "numbers"
    case .tensor: "a tensor"
    case .graph: "a graph"
    case .reference: "a reference"
    case .other(let kind): kind
    }
  }
}

extension ONNXNode {
  /// - Parameters:
  ///   - attributes: the message's own, where they have been decoded before.
  ///   - scope: what names and references to attributes mean where the node stands.
  init(_ node: Onnx__NodeProto, _ attributes: ONNXNodeAttributes? = nil, index: Int, scope: ONNXNameScope? = nil) {
    self.index = index
    self.scope = scope
    operatorType = text(node.op_type)
    let domain = text(node.domain)
    self.domain = domain == "ai.onnx" ? "" : domain
    name = text(node.name)
    func global(_ name: UnsafeMutablePointer<CChar>?) -> String { scope?.global(text(name)) ?? text(name) }
    inputs = scalars(node.input, node.n_input).map(global)
    while inputs.last?.isEmpty == true { inputs.removeLast() }
    outputs = scalars(node.output, node.n_output).map(global)
    let own = attributes ?? ONNXNodeAttributes(node, isShared: false)
    (self.attributes, problem) = (own.values, own.problem)
    guard let scope else { return }
    for (name, outer) in own.references {
      // One that the call leaves out is left out here, too.
      self.attributes[name] = scope.attribute(outer)?.shared
    }
  }
}

/// The attributes of a node as they stand in the file.
struct ONNXNodeAttributes {
  private(set) var values: [String: ONNXAttribute] = [:]
  /// Those of them that stand for an attribute of a function's call.
  private(set) var references: [(name: String, outer: String)] = []
  private(set) var problem: ONNXProblem?

  /// - Parameter isShared: whether several nodes are made with them.
  init(_ node: Onnx__NodeProto, isShared: Bool) {
    for attribute in pointers(node.attribute, node.n_attribute) {
      let (name, value) = (text(attribute.name), ONNXAttribute(attribute))
      guard values.updateValue(isShared ? value.shared : value, forKey: name) == nil else {
        problem = ONNXProblem(.attribute, "The attribute '\(name)' appears twice.", ONNXProblem.damaged)
        continue
      }
      if case .reference(let outer) = value { references.append((name, outer)) }
    }
  }
}

extension ONNXAttribute {
  /// AttributeProto.AttributeType; files older than that field leave it out, and what is there tells the kind.
  init(_ attribute: Onnx__AttributeProto) {
    let reference = text(attribute.ref_attr_name)
    guard reference.isEmpty else {
      self = .reference(reference)
      return
    }
    switch attribute.has_type != 0 ? attribute.type : Self.guessType(attribute) {
    case 1: self = .float(attribute.f)
    case 2: self = .int(attribute.i)
    case 3: self = .string(text(attribute.s))
    case 4: self = attribute.t.map { .tensor(ONNXTensorSource($0)) } ?? .other("a missing tensor")
    case 5: self = .graph(UnsafeRawBufferPointer(start: attribute.g.data, count: attribute.g.data == nil ? 0 : attribute.g.len))
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
    if attribute.has_g != 0 { return 5 }
    if attribute.n_floats > 0 { return 6 }
    if attribute.n_ints > 0 { return 7 }
    return 0
  }
}
