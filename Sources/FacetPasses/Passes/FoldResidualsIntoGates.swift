import FacetIR

/// A value beside its product with a number for each channel: `x + (x · g · s + t)` becomes `x · (g · s + 1) + t`, as global response
/// normalization ends (Woo et al., "ConvNeXt V2", 2023).
///
/// One product of all pixels in place of a product, an affine and a sum, each of which would round.
struct FoldResidualsIntoGates: Pass {
  let name = "fold-residual-into-gate"
  let stage = PassStage.fold

  /// `x · gate`, and the affine that alone reads it.
  private struct Gated {
    var x: ValueID
    var gate: ValueID
    var product: Int
    var affine: Int?
    var constants: AffineConstants
  }

  func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    guard let op = node.op as? Binary, op.function == .add, node.inputs[0] != node.inputs[1],
      let found = gated(node.inputs[0], beside: node.inputs[1], index, graph, uses)
        ?? gated(node.inputs[1], beside: node.inputs[0], index, graph, uses),
      let ones = AffineConstants(scale: found.constants.scale.map { _ in 1 }, shift: found.constants.scale.map { _ in 1 })
    else { return nil }
    let product = graph.nodes[found.product]
    let shift = found.constants.shift
    return Patch(
      name, node: node.name, detail: "takes \(product.title)",
      traces: found.affine.map { [.merged(graph.nodes[$0].output, into: [node.output])] } ?? []
    ) {
      let gate = $0.addValue(name: "\(product.name).gate", shape: $0.shape(found.gate))
      let scale = $0.addConstant(name: "\(product.name).scale", Tensor(found.constants.scale))
      let one = $0.addConstant(name: "\(product.name).one", Tensor(ones.shift))
      $0.nodes.insert(Node(name: "\(product.name).gate", op: Affine(), inputs: [found.gate, scale, one], output: gate), before: index)
      if shift.allSatisfy({ $0 == 0 }) {
        $0.nodes[index].op = Binary(function: .multiply, clamp: op.clamp)
        $0.nodes[index].inputs = [found.x, gate]
      } else {
        let gated = $0.addValue(name: "\(product.name).gated", shape: $0.shape(node.output))
        let multiply = Node(name: product.name, op: Binary(function: .multiply), inputs: [found.x, gate], output: gated)
        $0.nodes.insert(multiply, before: index)
        let unit = $0.addConstant(name: "\(node.name).scale", Tensor(ones.scale))
        $0.nodes[index].op = Affine(clamp: op.clamp)
        $0.nodes[index].inputs = [gated, unit, $0.addConstant(name: "\(node.name).shift", Tensor(shift))]
      }
      if let affine = found.affine { $0.nodes.remove(at: affine) }
      $0.nodes.remove(at: found.product)
    }
  }

  /// `value` as a product of `x` with one number for each channel, which only the sum at `index` reads.
  private func gated(_ value: ValueID, beside x: ValueID, _ index: Int, _ graph: PassGraph, _ uses: GraphUses) -> Gated? {
    guard uses.soleReader(value) == index, let producer = uses.producer(value) else { return nil }
    let shape = graph.shape(x)
    var (product, affine): (Int, Int?) = (producer, nil)
    var constants = AffineConstants(scale: [Double](repeating: 1, count: shape.count > 1 ? shape[1] : 0), shift: [])
    if let op = graph.nodes[producer].op as? Affine {
      guard op.clamp.isNone, let found = AffineConstants(graph.nodes[producer], in: graph),
        uses.soleReader(graph.nodes[producer].inputs[0]) == producer, let before = uses.producer(graph.nodes[producer].inputs[0])
      else { return nil }
      (product, affine, constants) = (before, producer, found)
    }
    let node = graph.nodes[product]
    guard let op = node.op as? Binary, op.function == .multiply, op.clamp.isNone, node.inputs.contains(x), let constants,
      let gate = node.inputs.first(where: { $0 != x }), graph.constant(gate) == nil, isGate(graph.shape(gate), of: shape)
    else { return nil }
    return Gated(x: x, gate: gate, product: product, affine: affine, constants: constants)
  }

  /// One number for each channel of an image of several pixels.
  private func isGate(_ gate: [Int], of shape: [Int]) -> Bool {
    shape.count == 4 && gate == [shape[0], shape[1], 1, 1] && shape[2] * shape[3] > 1
  }
}
