import FacetIR

/// Normalization → Mul or Add of a constant, or Affine: into gamma and beta.
///
/// Only where nobody else needs what the normalization gives, no activation stands between, and the engine's normalization takes such parameters:
/// numbers for each channel.
struct FoldIntoNormalizations: Pass {
  let name = "fold-into-normalization"
  let stage = PassStage.fold

  func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    guard let (slot, change) = change(node, in: graph), let before = uses.producer(node.inputs[slot]),
      var op = graph.nodes[before].op as? Normalization, op.clamp.isNone, uses.soleReader(node.inputs[slot]) == index,
      graph.shape(node.inputs[slot]) == graph.shape(node.output)
    else { return nil }
    let normalization = graph.nodes[before]
    let (one, zero) = (Tensor(shape: [], elements: [1]), Tensor(shape: [], elements: [0]))
    var (gamma, beta) = (one, zero)
    if normalization.inputs.count == 3 {
      guard let oldGamma = graph.constant(normalization.inputs[1]), let oldBeta = graph.constant(normalization.inputs[2]) else {
        return nil
      }
      (gamma, beta) = (oldGamma, oldBeta)
    }
    guard let newGamma = combined(gamma, change.scale, *), let scaled = combined(beta, change.scale, *),
      let newBeta = combined(scaled, change.shift, +)
    else { return nil }
    op.clamp = change.clamp
    let shape = graph.shape(normalization.inputs[0])
    guard (try? op.outputShape([shape, newGamma.shape, newBeta.shape])) == shape else { return nil }
    let traces = node.op is Affine ? [AffineTrace.folded(node.output, into: [normalization.title])] : []
    return Patch(name, node: node.name, detail: "into \(normalization.title)", traces: traces) {
      let gammaID = $0.addConstant(name: "\(normalization.name).gamma", newGamma)
      let betaID = $0.addConstant(name: "\(normalization.name).beta", newBeta)
      $0.nodes[before] = Node(
        name: normalization.name, op: op, inputs: [normalization.inputs[0], gammaID, betaID], output: node.output)
      $0.nodes.remove(at: index)
    }
  }

  private struct Change {
    var scale: Tensor
    var shift: Tensor
    var clamp: Clamp
  }

  /// What a node does with one of its inputs, as scale and shift that broadcast to it.
  private func change(_ node: Node, in graph: PassGraph) -> (slot: Int, Change)? {
    switch node.op {
    case let affine as Affine:
      guard let constants = AffineConstants(node, in: graph) else { return nil }
      let shape = [constants.scale.count] + [Int](repeating: 1, count: graph.shape(node.output).count - 2)
      return (
        0,
        Change(
          scale: Tensor(shape: shape, elements: constants.scale), shift: Tensor(shape: shape, elements: constants.shift),
          clamp: affine.clamp)
      )
    case let op as Binary:
      let (one, zero) = (Tensor(shape: [], elements: [1]), Tensor(shape: [], elements: [0]))
      for slot in [0, 1] {
        guard let constant = graph.constant(node.inputs[1 - slot]), constant.elements.allSatisfy(\.isFinite) else { continue }
        switch op.function {
        case .multiply: return (slot, Change(scale: constant, shift: zero, clamp: op.clamp))
        case .add: return (slot, Change(scale: one, shift: constant, clamp: op.clamp))
        default: return nil
        }
      }
      return nil
    default: return nil
    }
  }

  /// Element by element, in float64; nil where the shapes do not fit or a result leaves float32.
  private func combined(_ a: Tensor, _ b: Tensor, _ function: (Double, Double) -> Double) -> Tensor? {
    guard let shape = try? broadcast(a.shape, b.shape), shape.elementCount <= FoldConstants.elementLimit else { return nil }
    var elements: [Double] = []
    elements.reserveCapacity(shape.elementCount)
    forEachBroadcast(a.shape, b.shape, to: shape) { elements.append(function(Double(a.elements[$0]), Double(b.elements[$1]))) }
    return finiteFloats(elements).map { Tensor(shape: shape, elements: $0) }
  }
}
