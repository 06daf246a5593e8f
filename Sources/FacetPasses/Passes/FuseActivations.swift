import FacetIR

/// Relu and Clip into the Conv, Gemm, Affine, Add, Mul or normalization before them, or into another Relu or Clip.
///
/// Only where nobody else needs the value before the activation.
struct FuseActivations: Pass {
  let name = "fuse-activation"
  let stage = PassStage.fuse

  func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    guard let clamp = (node.op as? Unary)?.clamp, let before = uses.producer(node.inputs[0]),
      uses.soleReader(node.inputs[0]) == index, let op = adding(clamp, to: graph.nodes[before].op)
    else { return nil }
    let producer = graph.nodes[before]
    let traces = op is Affine ? [AffineTrace.moved(producer.output, to: node.output)] : []
    return Patch(name, node: node.name, detail: "into \(producer.title)", traces: traces) {
      $0.nodes[before].op = op
      $0.nodes[before].output = node.output
      $0.nodes.remove(at: index)
    }
  }

  private func adding(_ clamp: Clamp, to op: any Operator) -> (any Operator)? {
    switch op {
    case var op as Convolution:
      op.clamp = op.clamp.intersection(clamp)
      return op
    case var op as FullyConnected:
      op.clamp = op.clamp.intersection(clamp)
      return op
    case var op as Affine:
      op.clamp = op.clamp.intersection(clamp)
      return op
    case var op as Normalization:
      op.clamp = op.clamp.intersection(clamp)
      return op
    case var op as Binary where op.function == .add || op.function == .multiply:
      op.clamp = op.clamp.intersection(clamp)
      return op
    case let op as Unary:
      guard let first = op.clamp else { return nil }
      let both = first.intersection(clamp)
      return Unary(function: both == .relu ? .relu : .clip(both.low, both.high))
    default: return nil
    }
  }
}
