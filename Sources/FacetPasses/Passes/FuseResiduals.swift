import FacetIR

/// Add into the convolution that computes one of its operands, as that convolution's residual.
///
/// The convolution has no activation and no residual yet, nobody else needs what it gives, and both operands have the shape
/// of the sum. Of two such convolutions the later takes the sum.
struct FuseResiduals: Pass {
  let name = "fuse-residual"
  let stage = PassStage.fuse

  func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    guard let add = node.op as? Binary, add.function == .add else { return nil }
    let shape = graph.shape(node.output)
    guard node.inputs.allSatisfy({ graph.shape($0) == shape && graph.constant($0) == nil }) else { return nil }
    let candidates = [0, 1].compactMap { slot -> (convolution: Int, residual: ValueID)? in
      guard let producer = uses.producer(node.inputs[slot]), uses.soleReader(node.inputs[slot]) == index,
        let convolution = graph.nodes[producer].op as? Convolution, convolution.clamp.isNone,
        graph.nodes[producer].inputs.count == 3
      else { return nil }
      return (producer, node.inputs[1 - slot])
    }
    guard let (before, residual) = candidates.max(by: { graph.nodes.precedes($0.convolution, $1.convolution) }),
      var convolution = graph.nodes[before].op as? Convolution
    else { return nil }
    convolution.clamp = add.clamp
    var fused = graph.nodes[before]
    fused.op = convolution
    fused.inputs.append(residual)
    fused.output = node.output
    return Patch(name, node: node.name, detail: "into \(fused.title)") {
      // At the place of the Add both operands are known.
      $0.nodes[index] = fused
      $0.nodes.remove(at: before)
    }
  }
}
