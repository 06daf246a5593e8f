import FacetIR

/// Reshape → Reshape: the second alone has the same result.
struct MergeReshapes: Pass {
  let name = "merge-reshapes"
  let stage = PassStage.fold

  func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    guard node.op is Reshape, let before = uses.producer(node.inputs[0]), graph.nodes[before].op is Reshape else { return nil }
    let input = graph.nodes[before].inputs[0]
    return Patch(name, node: node.name, detail: "reads past \(graph.nodes[before].title)") {
      $0.nodes[index].inputs[0] = input
    }
  }
}
