/// Identifies a value (tensor) of one `Graph`.
package struct ValueID: Hashable, Sendable, Comparable, CustomStringConvertible {
  package var index: Int
  package init(_ index: Int) { self.index = index }
  package static func < (a: ValueID, b: ValueID) -> Bool { a.index < b.index }
  package var description: String { "%\(index)" }
}

/// A named tensor: graph input, constant, or the output of one node.
package struct Value: Sendable {
  package var name: String
  package var shape: [Int]
}

/// One operator applied to values. Static single assignment: each value has one producer.
package struct Node: Sendable {
  package var name: String
  package var op: any Operator
  package var inputs: [ValueID]
  package var output: ValueID

  package init(name: String, op: any Operator, inputs: [ValueID], output: ValueID) {
    self.name = name
    self.op = op
    self.inputs = inputs
    self.output = output
  }
}

/// A result that the user can ask for.
package struct GraphOutput: Sendable, Equatable {
  package var name: String
  package var value: ValueID
  package init(name: String, value: ValueID) {
    self.name = name
    self.value = value
  }
}

/// A network: nodes in topological order over values, some of them constants.
///
/// Values are never removed (their ids stay valid across passes); unused ones simply have no producer and no use.
package struct Graph: Sendable {
  package private(set) var values: [Value] = []
  package private(set) var constants: [ValueID: Tensor] = [:]
  /// Of constants that were stored as integers.
  package var constantQuantizations: [ValueID: ConstantQuantization] = [:]
  package var inputs: [ValueID] = []
  package var outputs: [GraphOutput] = []
  /// In topological order: a node stands after the producers of its inputs.
  package var nodes: [Node] = []

  package init() {}

  package subscript(_ id: ValueID) -> Value {
    get { values[id.index] }
    set { values[id.index] = newValue }
  }

  /// The shape of a value.
  package func shape(_ id: ValueID) -> [Int] { values[id.index].shape }

  /// The constant behind a value, or nil where it is computed.
  package func constant(_ id: ValueID) -> Tensor? { constants[id] }

  // MARK: building

  package mutating func addValue(name: String, shape: [Int]) -> ValueID {
    values.append(Value(name: name, shape: shape))
    return ValueID(values.count - 1)
  }

  package mutating func addInput(name: String, shape: [Int]) -> ValueID {
    let id = addValue(name: name, shape: shape)
    inputs.append(id)
    return id
  }

  package mutating func addConstant(name: String, _ tensor: Tensor) -> ValueID {
    let id = addValue(name: name, shape: tensor.shape)
    constants[id] = tensor
    return id
  }

  /// Appends a node and gives its output, whose shape is inferred.
  package mutating func addNode(
    name: String, _ op: any Operator, _ inputs: [ValueID], outputName: String? = nil
  ) throws(ShapeError) -> ValueID {
    var shapes: [[Int]] = []
    for input in inputs { shapes.append(shape(input)) }
    let result = try op.outputShape(shapes)
    let output = addValue(name: outputName ?? name, shape: result)
    nodes.append(Node(name: name, op: op, inputs: inputs, output: output))
    return output
  }

  // MARK: looking

  /// The index in `nodes` of the node that computes each value.
  package func producers() -> [ValueID: Int] {
    var result: [ValueID: Int] = [:]
    for (index, node) in nodes.enumerated() { result[node.output] = index }
    return result
  }

  /// The indices in `nodes` of the nodes that read each value, once per use, in order.
  package func consumers() -> [ValueID: [Int]] {
    var result: [ValueID: [Int]] = [:]
    for (index, node) in nodes.enumerated() {
      for input in node.inputs { result[input, default: []].append(index) }
    }
    return result
  }

  package func isOutput(_ id: ValueID) -> Bool { outputs.contains { $0.value == id } }

  /// Shapes of a node's inputs.
  package func inputShapes(_ node: Node) -> [[Int]] { node.inputs.map(shape) }

  /// Sum of the elements of all constants that some node reads, each counted once.
  package var parameterCount: Int {
    Set(nodes.flatMap(\.inputs)).reduce(0) { $0 + (constants[$1]?.elements.count ?? 0) }
  }

  /// Sum over the nodes, for one evaluation; `Int.max` where it would be more.
  package var multiplyAccumulates: Int {
    nodes.reduce(0) {
      let (sum, overflow) = $0.addingReportingOverflow($1.op.multiplyAccumulates(inputShapes($1), output: shape($1.output)))
      return overflow ? .max : sum
    }
  }

  // MARK: changing

  /// Lets every reader of `old` (nodes and graph outputs) read `new`.
  package mutating func replaceUses(of old: ValueID, with new: ValueID) {
    for index in nodes.indices {
      for slot in nodes[index].inputs.indices where nodes[index].inputs[slot] == old { nodes[index].inputs[slot] = new }
    }
    for index in outputs.indices where outputs[index].value == old { outputs[index].value = new }
  }

  /// Gives a computed value its constant. The caller removes the node that computed it.
  package mutating func makeConstant(_ id: ValueID, _ tensor: Tensor) {
    values[id.index].shape = tensor.shape
    constants[id] = tensor
  }

  /// Forgets the constant behind a value that nobody reads; does nothing where there is none.
  package mutating func removeConstant(_ id: ValueID) {
    constants[id] = nil
    if !constantQuantizations.isEmpty { constantQuantizations[id] = nil }
  }

  /// Drops nodes whose results nobody needs, and constants that nobody reads.
  package mutating func removeDeadNodes() {
    var needed = [Bool](repeating: false, count: values.count)
    for output in outputs { needed[output.value.index] = true }
    for node in nodes.reversed() where needed[node.output.index] {
      for input in node.inputs { needed[input.index] = true }
    }
    if nodes.contains(where: { !needed[$0.output.index] }) { nodes.removeAll { !needed[$0.output.index] } }
    if constants.keys.contains(where: { !needed[$0.index] }) { constants = constants.filter { needed[$0.key.index] } }
    if !constantQuantizations.isEmpty { constantQuantizations = constantQuantizations.filter { constants[$0.key] != nil } }
  }
}
