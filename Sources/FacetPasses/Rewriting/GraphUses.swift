import FacetIR

/// Who computes and who reads each value of a graph, also while it is being rewritten.
package struct GraphUses {
  private var producers: [Int]
  /// In the order of the nodes, once for each use.
  private var readerLists: [[Int]]
  private var outputFlags: [Bool]
  /// In the middle of a patch two nodes may compute one value: the one that did so first, until one of them is gone.
  private var displaced: [(value: ValueID, producer: Int)] = []

  /// Precondition: the graph keeps its invariants.
  package init(_ graph: Graph) {
    producers = [Int](repeating: -1, count: graph.values.count)
    readerLists = [[Int]](repeating: [], count: graph.values.count)
    outputFlags = [Bool](repeating: false, count: graph.values.count)
    for output in graph.outputs { setOutput(output.value, true) }
    let order = NodeOrder(count: graph.nodes.count)
    for (index, node) in graph.nodes.enumerated() { link(index, node, order) }
  }

  /// The index of the node that computes a value; nil for inputs and constants.
  package func producer(_ id: ValueID) -> Int? { producers[id.index] < 0 ? nil : producers[id.index] }

  /// The indices of the nodes that read a value, in the order of the nodes, once for each use.
  package func readers(_ id: ValueID) -> [Int] { readerLists[id.index] }

  package func isOutput(_ id: ValueID) -> Bool { outputFlags[id.index] }

  /// The node that alone reads a value, once; nil where several do or the value is an output of the graph.
  package func soleReader(_ id: ValueID) -> Int? {
    readerLists[id.index].count == 1 && !isOutput(id) ? readerLists[id.index][0] : nil
  }

  var valueCount: Int { producers.count }

  /// A value that several nodes compute.
  var computedTwice: ValueID? { displaced.first?.value }

  /// Whether a value of this graph has this number: a patch may be wrong.
  func contains(_ id: ValueID) -> Bool { producers.indices.contains(id.index) }

  // MARK: changing

  mutating func addValue() {
    producers.append(-1)
    readerLists.append([])
    outputFlags.append(false)
  }

  mutating func setOutput(_ id: ValueID, _ isOutput: Bool) { outputFlags[id.index] = isOutput }

  mutating func link(_ index: Int, _ node: Node, _ order: NodeOrder) {
    for input in node.inputs where contains(input) { addReader(index, of: input, order) }
    guard contains(node.output) else { return }
    if let other = producer(node.output) { displaced.append((node.output, other)) }
    producers[node.output.index] = index
  }

  mutating func unlink(_ index: Int, _ node: Node, _ order: NodeOrder) {
    for input in node.inputs where contains(input) { removeReader(index, of: input, order) }
    guard contains(node.output) else { return }
    let other = displaced.lastIndex { $0.value == node.output && (producers[node.output.index] == index || $0.producer == index) }
    if producers[node.output.index] == index { producers[node.output.index] = other.map { displaced[$0].producer } ?? -1 }
    if let other { displaced.remove(at: other) }
  }

  mutating func addReader(_ index: Int, of id: ValueID, _ order: NodeOrder) {
    let place = Self.place(of: index, in: readerLists[id.index], order)
    readerLists[id.index].insert(index, at: place)
  }

  mutating func removeReader(_ index: Int, of id: ValueID, _ order: NodeOrder) {
    let place = Self.place(of: index, in: readerLists[id.index], order)
    readerLists[id.index].remove(at: place)
  }

  /// The first place in a list in order where this node stands or would stand.
  private static func place(of index: Int, in list: [Int], _ order: NodeOrder) -> Int {
    var (low, high) = (0, list.count)
    while low < high {
      let middle = (low + high) / 2
      if order.precedes(list[middle], index) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
