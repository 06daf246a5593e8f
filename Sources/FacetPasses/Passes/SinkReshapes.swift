import FacetIR

/// Reshape → function of one number becomes function → Reshape: nearer to the convolution that can take it, and reshapes meet.
///
/// A network over lines has a reshape before and one behind each convolution, which is one over images of height 1.
struct SinkReshapes: Pass {
  let name = "sink-reshape"
  let stage = PassStage.fold

  func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    guard node.op is Unary, let before = uses.producer(node.inputs[0]), let reshape = graph.nodes[before].op as? Reshape,
      uses.soleReader(node.inputs[0]) == index
    else { return nil }
    let (input, title, reshapeName) = (graph.nodes[before].inputs[0], graph.nodes[before].title, graph.nodes[before].name)
    return Patch(name, node: node.name, detail: "\(title) below \(node.title)") {
      let result = $0.addValue(name: "\($0[node.output].name).unshaped", shape: $0.shape(input))
      $0.nodes[index] = Node(name: node.name, op: node.op, inputs: [input], output: result)
      $0.nodes.insert(Node(name: reshapeName, op: reshape, inputs: [result], output: node.output), after: index)
      $0.nodes.remove(at: before)
    }
  }
}
