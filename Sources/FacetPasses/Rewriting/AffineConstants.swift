import FacetIR

/// Scale and shift of an `Affine`, one of each per channel.
struct AffineConstants: Equatable {
  var scale: [Float]
  var shift: [Float]

  /// The constants of a node that is an `Affine` of constants.
  init?(_ node: Node, in graph: PassGraph) {
    guard node.op is Affine, let scale = graph.constant(node.inputs[1]), let shift = graph.constant(node.inputs[2]) else {
      return nil
    }
    (self.scale, self.shift) = (scale.elements, shift.elements)
  }

  /// - Returns: nil where a number is not finite in float32.
  init?(scale: [Double], shift: [Double]) {
    guard let scale = finiteFloats(scale), let shift = finiteFloats(shift) else { return nil }
    (self.scale, self.shift) = (scale, shift)
  }

  /// This, then `next`, as one: `(x·s + t)·s' + t' = x·(s·s') + (t·s' + t')`. Nil where a number leaves float32.
  func followed(by next: AffineConstants) -> AffineConstants? {
    AffineConstants(
      scale: zip(scale, next.scale).map { Double($0) * Double($1) },
      shift: zip(shift, zip(next.scale, next.shift)).map { Double($0) * Double($1.0) + Double($1.1) })
  }
}

/// Rounds to float32; nil where a result is not finite.
func finiteFloats(_ values: [Double]) -> [Float]? {
  let result = values.map { Float($0) }
  return result.allSatisfy(\.isFinite) ? result : nil
}

extension PassGraph {
  /// Lets an `Affine` node read `input` and these constants, named after its old ones.
  mutating func setAffine(at index: Int, reading input: ValueID, _ constants: AffineConstants) {
    let old = nodes[index].inputs
    let scale = addConstant(name: self[old[1]].name, Tensor(constants.scale))
    let shift = addConstant(name: self[old[2]].name, Tensor(constants.shift))
    nodes[index].inputs = [input, scale, shift]
  }
}
