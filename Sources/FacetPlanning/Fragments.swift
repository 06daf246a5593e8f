import FacetIR

/// The parts of a network by who needs them: nodes with the same set of attributes form a fragment. The trunk is what all need.
package struct FragmentPartition: Sendable {
  package struct Fragment: Sendable {
    /// Bit i: graph output i needs it.
    package var attributes: UInt64
    /// Indices in `graph.nodes`, in order.
    package var nodes: [Int]

    package init(attributes: UInt64, nodes: [Int]) { (self.attributes, self.nodes) = (attributes, nodes) }
  }

  /// Fragment 0 is the trunk (perhaps without nodes). A fragment stands after those it reads from.
  package var fragments: [Fragment]

  package init(fragments: [Fragment]) { self.fragments = fragments }

  /// Precondition: at most 64 graph outputs.
  package init(_ graph: Graph) {
    var masks: [ValueID: UInt64] = [:]
    for (index, output) in graph.outputs.enumerated() { masks[output.value, default: 0] |= 1 << UInt64(index) }
    for node in graph.nodes.reversed() {
      guard let mask = masks[node.output] else { continue }
      for input in node.inputs { masks[input, default: 0] |= mask }
    }
    let all: UInt64 = graph.outputs.count >= 64 ? .max : (1 << UInt64(graph.outputs.count)) - 1
    var byMask: [UInt64: [Int]] = [all: []]
    for (index, node) in graph.nodes.enumerated() {
      if let mask = masks[node.output], mask != 0 { byMask[mask, default: []].append(index) }
    }
    // A fragment's inputs come from fragments with more attributes, so this order puts them first.
    fragments = byMask.map { Fragment(attributes: $0.key, nodes: $0.value) }.sorted {
      let (a, b) = ($0.attributes.nonzeroBitCount, $1.attributes.nonzeroBitCount)
      if a != b { return a > b }
      return ($0.nodes.first ?? -1) < ($1.nodes.first ?? -1)
    }
  }
}
