import FacetIR

/// Add or Mul by a constant per channel → Affine. Normalizations are often exported as separate Mul and Add.
struct ConvertChannelArithmetic: Pass {
  let name = "channel-arithmetic-to-affine"
  let stage = PassStage.fold

  func patch(at index: Int, in graph: Graph, uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    guard let op = node.op as? Binary else { return nil }
    for (slot, other) in [(1, 0), (0, 1)] {
      let (constantID, input) = (node.inputs[slot], node.inputs[other])
      guard let constant = graph.constant(constantID), graph.constant(input) == nil else { continue }
      let shape = graph.shape(input)
      guard shape == graph.shape(node.output), let values = perChannel(constant, of: shape) else { continue }
      let neutral = [Float](repeating: op.function == .add ? 1 : 0, count: values.count)
      let (scale, shift) = op.function == .add ? (neutral, values) : (values, neutral)
      let constantName = graph[constantID].name
      return Patch(name, node: node.name, detail: "\(op.name) of constant '\(constantName)'") {
        let scaleID = $0.addConstant(name: op.function == .add ? "\(node.name).scale" : constantName, Tensor(scale))
        let shiftID = $0.addConstant(name: op.function == .add ? constantName : "\(node.name).shift", Tensor(shift))
        $0.nodes[index].op = Affine(clamp: op.clamp)
        $0.nodes[index].inputs = [input, scaleID, shiftID]
      }
    }
    return nil
  }

  /// One number per channel (axis 1) of a value of this shape, where broadcasting gives that and all are finite.
  private func perChannel(_ constant: Tensor, of shape: [Int]) -> [Float]? {
    guard shape.count == 2 || shape.count == 4, constant.shape.count <= shape.count else { return nil }
    let wide = [Int](repeating: 1, count: shape.count - constant.shape.count) + constant.shape
    for (axis, size) in wide.enumerated() where size != 1 && axis != 1 { return nil }
    guard constant.elements.allSatisfy(\.isFinite) else { return nil }
    return wide[1] == shape[1] ? constant.elements : [Float](repeating: constant.elements[0], count: shape[1])
  }
}
