import FacetIR

/// The axis of a concatenation, in the engine's terms.
package enum ConcatAxis {
  case rows
  case columns
  case channels

  /// The axis of a concatenation of images; nil where it is one of plain tensors.
  package init?(_ node: Node, _ op: Concat, _ graph: Graph) {
    let isImage = ([node.output] + node.inputs).allSatisfy { PixelShape(graph.shape($0)) != nil && graph.constant($0) == nil }
    guard isImage else { return nil }
    switch (graph.shape(node.output).count, op.axis) {
    case (4, 1), (3, 1), (2, 1): self = .channels
    case (4, 2): self = .rows
    case (4, 3), (3, 2): self = .columns
    default: return nil
    }
  }

  package func size(_ shape: PixelShape) -> Int {
    switch self {
    case .rows: shape.height
    case .columns: shape.width
    case .channels: shape.channels
    }
  }
}
