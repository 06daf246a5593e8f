import FacetIR

/// Affine → Affine: one, where the first has no other reader and no activation.
struct MergeAffines: Pass {
  let name = "merge-affines"
  let stage = PassStage.fold

  func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    guard let second = AffineConstants(node, in: graph), let before = uses.producer(node.inputs[0]),
      let op = graph.nodes[before].op as? Affine, op.clamp.isNone,
      uses.soleReader(node.inputs[0]) == index, let first = AffineConstants(graph.nodes[before], in: graph),
      let merged = first.followed(by: second)
    else { return nil }
    let input = graph.nodes[before].inputs[0]
    return Patch(
      name, node: node.name, detail: "takes \(graph.nodes[before].title)",
      traces: [.merged(graph.nodes[before].output, into: [node.output])]
    ) {
      $0.setAffine(at: index, reading: input, merged)
    }
  }
}
