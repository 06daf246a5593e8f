import FacetIR

/// Conv → Affine and Gemm → Affine: the affine goes into weights and bias, also grouped and depthwise.
///
/// Only where nobody else needs what the weighted operator gives: its readers are this affine, or affines that are all the
/// same, and it is no output of the graph. An activation or a residual between the two forbids it.
struct FoldAffinesIntoProducers: Pass {
  let name = "fold-affine-into-producer"
  let stage = PassStage.fold

  func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    guard let affine = node.op as? Affine, let constants = AffineConstants(node, in: graph),
      let before = uses.producer(node.inputs[0]), let op = withClamp(graph.nodes[before], affine.clamp),
      !uses.isOutput(node.inputs[0])
    else { return nil }
    let readers = uses.readers(node.inputs[0])
    for reader in readers where reader != index {
      let other = graph.nodes[reader]
      guard other.op as? Affine == affine, AffineConstants(other, in: graph) == constants else { return nil }
    }
    guard let folded = WeightedConstants(graph.nodes[before], in: graph)?.followed(by: constants) else { return nil }
    let target = graph.nodes[before]
    let affines = readers.map { graph.nodes[$0] }
    return Patch(
      "fold-affine-into-\(target.op.name.lowercased())", node: node.name, detail: "into \(target.title)",
      traces: affines.map { .folded($0.output, into: [target.title]) }
    ) {
      // The weighted node takes over the value of the first affine; the others' readers read that, too.
      for other in affines.dropFirst() { $0.replaceUses(of: other.output, with: affines[0].output) }
      $0.setWeights(at: before, folded, factors: constants.scale)
      $0.nodes[before].op = op
      $0.nodes[before].output = affines[0].output
      for reader in readers.reversed() { $0.nodes.remove(at: reader) }
    }
  }

  /// The operator of a weighted node with the activation that follows the affine; nil where an affine cannot go into it.
  private func withClamp(_ node: Node, _ clamp: Clamp) -> (any Operator)? {
    switch node.op {
    case var convolution as Convolution where convolution.clamp.isNone && node.inputs.count == 3:
      convolution.clamp = clamp
      return convolution
    case var connected as FullyConnected where connected.clamp.isNone:
      connected.clamp = clamp
      return connected
    default: return nil
    }
  }
}
