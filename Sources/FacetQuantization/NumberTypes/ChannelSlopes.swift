import FacetIR

/// The slopes of a PRelu whose constant says one for each channel, or one for all: then it runs in int8 by tables.
package struct ChannelSlopes {
  /// One for each channel.
  package var slopes: [Float]

  package init?(_ node: Node, _ op: Binary, _ graph: Graph) {
    let shape = graph.shape(node.output)
    guard op.function == .prelu, let constant = graph.constant(node.inputs[1]), graph.constant(node.inputs[0]) == nil,
      graph.shape(node.inputs[0]) == shape, shape.count >= 2, let pixels = PixelShape(shape), constant.shape.count <= shape.count
    else { return nil }
    let aligned = [Int](repeating: 1, count: shape.count - constant.shape.count) + constant.shape
    guard aligned.indices.allSatisfy({ $0 == 1 || aligned[$0] == 1 }) else { return nil }
    slopes = aligned[1] == 1 ? [Float](repeating: constant.elements[0], count: pixels.channels) : constant.elements
  }
}
