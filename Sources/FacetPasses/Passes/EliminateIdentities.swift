import FacetIR

/// Removes nodes that give what they read: Identity, a Reshape to the same shape, a Slice of all, a Pad by nothing, a Clip without bounds, a Concat of one
/// input, an Affine by 1 and 0.
///
/// One stays: where an output of the graph would become an input or a constant of it.
struct EliminateIdentities: Pass {
  let name = "eliminate-identity"
  let stage = PassStage.fold

  func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    guard doesNothing(node, in: graph) else { return nil }
    let (input, output) = (node.inputs[0], node.output)
    guard uses.producer(input) != nil || !uses.isOutput(output) else { return nil }
    let traces = node.op is Affine ? [AffineTrace.removed(output, reason: "multiplies by 1 and adds 0")] : []
    return Patch(name, node: node.name, detail: "\(node.title) gives what it reads", traces: traces) {
      $0.nodes.remove(at: index)
      $0.replaceUses(of: output, with: input)
    }
  }

  private func doesNothing(_ node: Node, in graph: PassGraph) -> Bool {
    switch node.op {
    case is Identity: true
    case let reshape as Reshape: reshape.shape == graph.shape(node.inputs[0])
    case let slice as Slice: slice.sizes == graph.shape(node.inputs[0]) && slice.steps.allSatisfy { $0 > 0 }
    case let pad as Pad: (pad.before + pad.after).allSatisfy { $0 == 0 }
    case is Expand, is Tile, is Stretch: graph.shape(node.output) == graph.shape(node.inputs[0])
    case let unary as Unary: unary.clamp?.isNone ?? (unary.function == .affine(alpha: 1, beta: 0))
    case is Concat: node.inputs.count == 1
    case let affine as Affine:
      affine.clamp.isNone
        && AffineConstants(node, in: graph).map { $0.scale.allSatisfy { $0 == 1 } && $0.shift.allSatisfy { $0 == 0 } } ?? false
    default: false
    }
  }
}
