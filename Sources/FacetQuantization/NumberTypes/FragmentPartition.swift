import FacetFormat
import FacetIR

/// The parts of a network by who needs them: nodes with the same set of attributes form a fragment. The trunk is what all need.
package struct FragmentPartition: Sendable {
  package struct Fragment: Sendable {
    /// The graph outputs that need it, by number.
    package var attributes: AttributeSet
    /// Indices in `graph.nodes`, in order.
    package var nodes: [Int]

    package init(attributes: AttributeSet, nodes: [Int]) { (self.attributes, self.nodes) = (attributes, nodes) }
  }

  /// Fragment 0 is the trunk (perhaps without nodes). A fragment stands after those it reads from.
  package var fragments: [Fragment]

  package init(fragments: [Fragment]) { self.fragments = fragments }

  /// Precondition: at most 64 graph outputs.
  package init(_ graph: Graph) {
    var sets: [ValueID: AttributeSet] = [:]
    for (index, output) in graph.outputs.enumerated() { sets[output.value, default: []].insert(index) }
    for node in graph.nodes.reversed() {
      guard let set = sets[node.output] else { continue }
      for input in node.inputs { sets[input, default: []].formUnion(set) }
    }
    var bySet: [AttributeSet: [Int]] = [AttributeSet(first: graph.outputs.count): []]
    for (index, node) in graph.nodes.enumerated() {
      if let set = sets[node.output], !set.isEmpty { bySet[set, default: []].append(index) }
    }
    // A fragment's inputs come from fragments with more attributes, so this order puts them first.
    fragments = bySet.map { Fragment(attributes: $0.key, nodes: $0.value) }.sorted {
      let (a, b) = ($0.attributes.count, $1.attributes.count)
      if a != b { return a > b }
      return ($0.nodes.first ?? -1) < ($1.nodes.first ?? -1)
    }
  }
}
