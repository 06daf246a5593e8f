import FacetIR

/// A graph while passes rewrite it: a patch costs time in proportion to what it touches, not to the graph.
package struct PassGraph {
  /// All but the nodes.
  private var base: Graph
  /// Which values are inputs.
  private let inputs: Set<ValueID>
  package var nodes: NodeList

  /// Precondition: the graph keeps its invariants.
  init(_ graph: Graph) {
    nodes = NodeList(graph)
    inputs = Set(graph.inputs)
    base = graph
    base.nodes = []
  }

  /// The graph as others see it.
  package var graph: Graph {
    var result = base
    result.nodes = nodes.inOrder
    return result
  }

  package var uses: GraphUses { nodes.uses }

  // MARK: looking, as in a `Graph`

  package subscript(_ id: ValueID) -> Value { base[id] }
  package func shape(_ id: ValueID) -> [Int] { base.shape(id) }
  package func constant(_ id: ValueID) -> Tensor? { base.constant(id) }
  package var constantQuantizations: [ValueID: ConstantQuantization] {
    get { base.constantQuantizations }
    _modify { yield &base.constantQuantizations }
  }
  package func inputShapes(_ node: Node) -> [[Int]] { base.inputShapes(node) }

  // MARK: changing

  package mutating func addValue(name: String, shape: [Int]) -> ValueID {
    nodes.addValue()
    return base.addValue(name: name, shape: shape)
  }

  package mutating func addConstant(name: String, _ tensor: Tensor) -> ValueID {
    nodes.addValue()
    return base.addConstant(name: name, tensor)
  }

  /// Gives a computed value its constant. The caller removes the node that computed it.
  package mutating func makeConstant(_ id: ValueID, _ tensor: Tensor) {
    if tensor.shape != shape(id) { nodes.noteChange(ofReaders: id) }
    base.makeConstant(id, tensor)
    nodes.noteChange(of: id)
  }

  /// Lets every reader of `old` (nodes and graph outputs) read `new`.
  package mutating func replaceUses(of old: ValueID, with new: ValueID) {
    nodes.replaceUses(of: old, with: new)
    guard uses.isOutput(old) else { return }
    for index in base.outputs.indices where base.outputs[index].value == old { base.outputs[index].value = new }
    nodes.setOutput(old, false)
    nodes.setOutput(new, true)
  }

  /// Drops the nodes and constants that nobody needs since the last patch; the first time, all that nobody needs.
  mutating func removeDeadNodes() {
    var candidates = nodes.changedValues
    while let id = candidates.popLast() {
      guard uses.readers(id).isEmpty, !uses.isOutput(id) else { continue }
      if let index = uses.producer(id) {
        candidates += nodes[index].inputs
        nodes.remove(at: index)
      } else {
        base.removeConstant(id)
      }
    }
  }

  // MARK: invariants

  /// What the last patch broke, or nil: of the invariants of `Graph`, those of the nodes and values that it touched.
  func brokenInvariant() -> String? {
    if let id = uses.computedTwice { return "\(id) is computed a second time" }
    for id in nodes.changedValues {
      if let problem = problem(id) { return problem }
    }
    for index in nodes.changedNodes.sorted() {
      if let problem = problem(index) { return problem }
    }
    return nil
  }

  private func problem(_ id: ValueID) -> String? {
    guard uses.contains(id) else { return "\(id) is not a value" }
    let (producer, constant, readers) = (uses.producer(id), constant(id), uses.readers(id))
    guard [producer != nil, constant != nil, inputs.contains(id)].count(where: { $0 }) <= 1 else {
      return "\(id) '\(self[id].name)' has two origins"
    }
    if let constant, constant.shape != shape(id) || constant.shape.checkedElementCount != constant.elements.count {
      return "constant \(id) '\(self[id].name)' has shape \(constant.shape), its value \(shape(id))"
    }
    guard let first = readers.first else {
      return uses.isOutput(id) && producer == nil && constant == nil && !inputs.contains(id) ? "output \(id) is not computed" : nil
    }
    let isKnown = producer.map { nodes.precedes($0, first) } ?? (constant != nil || inputs.contains(id))
    return isKnown ? nil : "node '\(nodes[first].name)' reads \(id) before it is computed"
  }

  /// Its inputs are changed values: what they come from is checked there.
  private func problem(_ index: Int) -> String? {
    nodes[index].inputs.allSatisfy(uses.contains)
      ? base.shapeProblem(nodes[index]) : "node '\(nodes[index].name)' reads what is not a value"
  }
}
