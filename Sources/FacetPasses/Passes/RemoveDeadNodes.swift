import FacetIR

/// Removes what no output needs, so that a reader nobody needs hinders no fold. The pipeline does the same after each patch.
struct RemoveDeadNodes: Pass {
  let name = "remove-dead-nodes"
  let stage = PassStage.fold

  func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    guard uses.readers(node.output).isEmpty, !uses.isOutput(node.output) else { return nil }
    return Patch(name, node: node.name, detail: "no output needs \(node.title)") { $0.removeDeadNodes() }
  }
}
