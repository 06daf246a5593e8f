import FacetIR

/// Affine → average pooling becomes average pooling → Affine: on fewer elements, and nearer to a Gemm that can take it.
///
/// Exact because an average of `x·s + t` is the average of x, times s, plus t; but not where zeros of a padding count.
struct SinkAffines: Pass {
  let name = "sink-affine-below-pool"
  let stage = PassStage.fold

  func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    guard let affine = node.op as? Affine, affine.clamp.isNone, AffineConstants(node, in: graph) != nil,
      let reader = uses.soleReader(node.output), averages(graph.nodes[reader].op)
    else { return nil }
    let pool = graph.nodes[reader]
    return Patch(
      name, node: node.name, detail: "below \(pool.title)", traces: [.moved(node.output, to: pool.output)]
    ) {
      let pooled = $0.addValue(name: "\(pool.name).pooled", shape: $0.shape(pool.output))
      $0.nodes[reader].inputs[0] = node.inputs[0]
      $0.nodes[reader].output = pooled
      var moved = node
      moved.inputs[0] = pooled
      moved.output = pool.output
      $0.nodes.insert(moved, after: reader)
      $0.nodes.remove(at: index)
    }
  }

  private func averages(_ op: any Operator) -> Bool {
    switch op {
    case is GlobalAveragePool: true
    case let pool as AveragePool: !pool.countIncludePad || pool.pads.allSatisfy { $0 == 0 }
    default: false
    }
  }
}
