import FacetIR

/// The nodes of a graph that is being rewritten. A node keeps its index until it is removed, and changes cost time in proportion to
/// the uses that they change.
package struct NodeList {
  /// By index; those of removed nodes are left.
  private var nodes: [Node]
  private(set) var order: NodeOrder
  private(set) var uses: GraphUses
  /// What the patch has changed: nodes that were set or inserted and still stand, values that were made, or whose producer or
  /// readers changed.
  private(set) var changedNodes: Set<Int> = []
  private(set) var changedValues: [ValueID] = []

  init(_ graph: Graph) {
    nodes = graph.nodes
    order = NodeOrder(count: nodes.count)
    uses = GraphUses(graph)
    // The first patch also removes what was dead from the start.
    changedValues = graph.values.indices.map(ValueID.init)
  }

  package var count: Int { order.count }

  package var inOrder: [Node] { order.indices.map { nodes[$0] } }

  package subscript(_ index: Int) -> Node {
    get { nodes[index] }
    set {
      unlink(index)
      nodes[index] = newValue
      link(index)
    }
  }

  /// Whether node `a` stands before node `b`.
  package func precedes(_ a: Int, _ b: Int) -> Bool { order.precedes(a, b) }

  package mutating func insert(_ node: Node, before index: Int) { add(node, order.insert(before: index)) }

  package mutating func insert(_ node: Node, after index: Int) { add(node, order.insert(after: index)) }

  package mutating func remove(at index: Int) {
    unlink(index)
    order.remove(index)
    changedNodes.remove(index)
  }

  mutating func replaceUses(of old: ValueID, with new: ValueID) {
    for index in Set(uses.readers(old)) {
      for slot in nodes[index].inputs.indices where nodes[index].inputs[slot] == old {
        uses.removeReader(index, of: old, order)
        nodes[index].inputs[slot] = new
        uses.addReader(index, of: new, order)
      }
      changedNodes.insert(index)
    }
    changedValues += [old, new]
  }

  // MARK: values

  mutating func addValue() {
    uses.addValue()
    noteChange(of: ValueID(uses.valueCount - 1))
  }

  mutating func setOutput(_ id: ValueID, _ isOutput: Bool) {
    uses.setOutput(id, isOutput)
    noteChange(of: id)
  }

  mutating func noteChange(of id: ValueID) { changedValues.append(id) }
  mutating func noteChange(ofReaders id: ValueID) { changedNodes.formUnion(uses.readers(id)) }

  mutating func forgetChanges() {
    changedNodes.removeAll(keepingCapacity: true)
    changedValues.removeAll(keepingCapacity: true)
  }

  // MARK: the place of a sweep

  /// The node to visit; nil at the end.
  var cursor: Int? { order.cursor }
  /// How many nodes stand before it.
  var cursorRank: Int { order.rank }
  mutating func rewind() { order.rewind() }
  mutating func moveForward() { order.moveForward() }
  mutating func moveCursor(toRank rank: Int) { order.moveCursor(toRank: rank) }

  // MARK: private

  private mutating func add(_ node: Node, _ index: Int) {
    nodes.append(node)
    link(index)
  }

  private mutating func link(_ index: Int) {
    uses.link(index, nodes[index], order)
    changedNodes.insert(index)
    changedValues += nodes[index].inputs + [nodes[index].output]
  }

  private mutating func unlink(_ index: Int) {
    uses.unlink(index, nodes[index], order)
    changedValues += nodes[index].inputs + [nodes[index].output]
  }
}
