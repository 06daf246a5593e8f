import FacetIR

/// The operands of an add or multiply of images, where ONNX's alignment of ranks is one over height, width or channels.
package struct PixelBroadcast {
  /// Of a and b.
  package var shapes: [PixelShape]

  package init?(_ node: Node, _ op: Binary, _ graph: Graph) {
    guard op.function == .add || op.function == .multiply, let to = PixelShape(graph.shape(node.output)) else { return nil }
    let rank = graph.shape(node.output).count
    shapes = []
    for value in node.inputs {
      let shape = graph.shape(value)
      guard graph.constant(value) == nil, let own = PixelShape(shape),
        let from = PixelShape([Int](repeating: 1, count: max(rank - shape.count, 0)) + shape)
      else { return nil }
      // The tensor in memory must be the aligned one: [C] beside [1, C] is, [W] beside [1, C, H, W] is not.
      guard from == own || from.height * from.width * from.channels == 1 else { return nil }
      for (a, b) in [(from.height, to.height), (from.width, to.width), (from.channels, to.channels)] where a != b && a != 1 { return nil }
      shapes.append(from)
    }
  }
}
