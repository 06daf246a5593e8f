import FacetIR
import FacetQuantization

extension NumberTypes {
  /// The values that some operator reads as images; one that works element by element takes either layout.
  func readAsImages() -> Set<ValueID> {
    Set(graph.nodes.filter(readsImages).flatMap { $0.inputs.map(aliases.root) })
  }

  private func readsImages(_ node: Node) -> Bool {
    switch node.op {
    case is Convolution, is FullyConnected, is Affine, is LayerWithFunction, is MaxPool, is AveragePool, is GlobalAveragePool,
      is FunctionPool:
      return true
    case let op as Normalization:
      if case .rows? = op.layout(graph.inputShapes(node))?.form { return false }
      return true
    case let op as Concat: return ConcatAxis(node, op, graph) != nil
    case let op as Binary:
      return PixelBroadcast(node, op, graph).map { $0.shapes[0] != $0.shapes[1] } ?? (ChannelSlopes(node, op, graph) != nil)
    default: return false
    }
  }
}
