import FacetIR

/// Add, Mul, Sub or Div by a constant per channel → Affine. Normalizations are often exported as separate Mul and Add.
struct ConvertChannelArithmetic: Pass {
  let name = "channel-arithmetic-to-affine"
  let stage = PassStage.fold

  func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    guard let op = node.op as? Binary else { return nil }
    for slot in [1, 0] {
      let (constantID, input) = (node.inputs[slot], node.inputs[1 - slot])
      guard let constant = graph.constant(constantID), graph.constant(input) == nil else { continue }
      let shape = graph.shape(input)
      guard shape == graph.shape(node.output), let values = perChannel(constant, of: shape),
        let affine = affine(op.function, values, isFirst: slot == 0)
      else { continue }
      let constantName = graph[constantID].name
      return Patch(name, node: node.name, detail: "\(op.name) of constant '\(constantName)'") {
        let scaleName = affine.scale == values ? constantName : "\(node.name).scale"
        let shiftName = affine.shift == values ? constantName : "\(node.name).shift"
        let scaleID = $0.addConstant(name: scaleName, Tensor(affine.scale))
        let shiftID = $0.addConstant(name: shiftName, Tensor(affine.shift))
        $0.nodes[index].op = Affine(clamp: op.clamp)
        $0.nodes[index].inputs = [input, scaleID, shiftID]
      }
    }
    return nil
  }

  /// The function with one operand constant as scale and shift of the other; nil where it is none.
  private func affine(_ function: BinaryFunction, _ values: [Float], isFirst: Bool) -> AffineConstants? {
    let ones = [Double](repeating: 1, count: values.count)
    let zeros = [Double](repeating: 0, count: values.count)
    let values = values.map(Double.init)
    switch (function, isFirst) {
    case (.add, _): return AffineConstants(scale: ones, shift: values)
    case (.multiply, _): return AffineConstants(scale: values, shift: zeros)
    case (.subtract, false): return AffineConstants(scale: ones, shift: values.map { -$0 })
    case (.subtract, true): return AffineConstants(scale: ones.map { -$0 }, shift: values)
    case (.divide, false): return AffineConstants(scale: values.map { 1 / $0 }, shift: zeros)
    default: return nil
    }
  }

  /// One number per channel (axis 1) of one image, line or vector, where broadcasting gives that and all are finite.
  private func perChannel(_ constant: Tensor, of shape: [Int]) -> [Float]? {
    guard (2...4).contains(shape.count), shape[0] == 1, constant.shape.count <= shape.count else { return nil }
    let wide = [Int](repeating: 1, count: shape.count - constant.shape.count) + constant.shape
    for (axis, size) in wide.enumerated() where size != 1 && axis != 1 { return nil }
    guard constant.elements.allSatisfy(\.isFinite) else { return nil }
    return wide[1] == shape[1] ? constant.elements : [Float](repeating: constant.elements[0], count: shape[1])
  }
}
