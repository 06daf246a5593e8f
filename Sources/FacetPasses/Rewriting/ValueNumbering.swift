import FacetIR

/// Finds the values of a graph that are computed alike: by the same operator with the same attributes, from inputs that are computed
/// alike, down to the graph's inputs and constants of the same shape and bits. What things are called does not matter.
///
/// Hash-based value numbering (Briggs, Cooper, Simpson, "Value Numbering", Software: Practice and Experience 27(6), 1997) over a whole
/// graph: what it finds in several networks that were put side by side (`Graph.union`) is what they share. Linear in nodes and elements.
package struct ValueNumbering {
  /// Two operators of different networks whose constants are nearly equal, and all else is alike.
  package struct NearMatch: Sendable, Equatable {
    /// What the second and the first of them compute.
    package var value: ValueID
    package var representative: ValueID
    /// The constant of the second that differs most.
    package var constant: ValueID
    /// The largest absolute difference of two elements, relative to the largest magnitude in either tensor.
    package var difference: Double
  }

  /// For each computed value that an earlier node computes alike: that node's output.
  package private(set) var representatives: [ValueID: ValueID] = [:]
  /// In the order of the nodes. Empty without a tolerance.
  package private(set) var nearMatches: [NearMatch] = []

  /// What identifies a computation. Constants and inputs count by their number; where a structure is looked up, constants by -1.
  private struct Key: Hashable {
    var operation: String
    var inputs: [Int]
  }

  /// More operators of one structure are not compared element by element: a hostile model must not take hours.
  private static let candidateLimit = 64

  private let graph: Graph
  private var constants: ConstantNumbering
  private var nodes: [Key: Int] = [:]
  private var structures: [Key: [Int]] = [:]

  /// - Parameters:
  ///   - tolerance: constants whose `difference` is at most this count as equal between nodes of different owners. 0: only equal bits.
  ///   - owners: for each node, the networks that need it, one bit each; wanted with a tolerance.
  package init(_ graph: Graph, tolerance: Double = 0, owners: [UInt64] = []) {
    self.graph = graph
    constants = ConstantNumbering(graph)
    for (index, node) in graph.nodes.enumerated() { number(node, index, tolerance: tolerance, owners: owners) }
  }

  private mutating func number(_ node: Node, _ index: Int, tolerance: Double, owners: [UInt64]) {
    var inputs = node.inputs.map { graph.constant($0) == nil ? (representatives[$0] ?? $0).index : constants.number($0).index }
    let operation = "\(node.op.name) \(node.op.attributes)"
    if node.isCommutative { inputs.sort() }
    let key = Key(operation: operation, inputs: inputs)
    if let found = nodes[key], graph.nodes[found].op.isSame(as: node.op) {
      representatives[node.output] = graph.nodes[found].output
      return
    }
    guard tolerance > 0, owners.indices.contains(index) else {
      if nodes[key] == nil { nodes[key] = index }
      return
    }
    var structure = Key(
      operation: operation, inputs: node.inputs.map { graph.constant($0) == nil ? (representatives[$0] ?? $0).index : -1 })
    if node.isCommutative { structure.inputs.sort() }
    let others = structures[structure, default: []].filter { owners[$0] & owners[index] == 0 }
    if let match = nearest(node, others, tolerance) {
      representatives[node.output] = match.representative
      nearMatches.append(match)
      return
    }
    nodes[key] = index
    if structures[structure, default: []].count < Self.candidateLimit { structures[structure, default: []].append(index) }
  }

  /// The one of `others` whose constants are the nearest to those of `node`, within the tolerance.
  private mutating func nearest(_ node: Node, _ others: [Int], _ tolerance: Double) -> NearMatch? {
    let own = node.inputs.filter { graph.constant($0) != nil }
    var best: NearMatch?
    for other in others where graph.nodes[other].op.isSame(as: node.op) {
      let theirs = graph.nodes[other].inputs.filter { graph.constant($0) != nil }
      guard own.count == theirs.count, !own.isEmpty else { continue }
      var match = NearMatch(value: node.output, representative: graph.nodes[other].output, constant: own[0], difference: 0)
      let isNear = zip(own, theirs).allSatisfy { mine, their in
        guard let difference = constants.difference(mine, their, atMost: tolerance) else { return false }
        if difference > match.difference { (match.constant, match.difference) = (mine, difference) }
        return true
      }
      if isNear, match.difference < best?.difference ?? .infinity { best = match }
    }
    return best
  }
}

extension Graph {
  /// Leaves of the values that are computed alike the first, and drops what nobody needs then.
  package mutating func merge(_ numbering: ValueNumbering) {
    let representatives = numbering.representatives
    guard !representatives.isEmpty else { return }
    nodes.removeAll { representatives[$0.output] != nil }
    for index in nodes.indices { nodes[index].inputs = nodes[index].inputs.map { representatives[$0] ?? $0 } }
    for index in outputs.indices { outputs[index].value = representatives[outputs[index].value] ?? outputs[index].value }
    removeDeadNodes()
  }
}

extension Node {
  /// Whether the order of its inputs does not matter, to the last bit.
  package var isCommutative: Bool {
    switch (op as? Binary)?.function {
    case .add, .multiply: true
    default: false
    }
  }
}

extension Operator {
  /// Equal names and attributes stand for equal functions; where long tables are abbreviated in the text, these are compared, too.
  fileprivate func isSame(as other: any Operator) -> Bool {
    guard let operand = self as? any Equatable else { return true }
    return operand.equals(other)
  }
}

extension Equatable {
  fileprivate func equals(_ other: Any) -> Bool { (other as? Self) == self }
}
