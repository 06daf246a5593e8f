import FacetIR

/// Computes nodes whose inputs are all constants.
struct FoldConstants: Pass {
  let name = "fold-constants"
  let stage = PassStage.fold

  /// Bounds time and memory of a hostile model; networks compute far smaller constants.
  static let elementLimit = 1 << 24
  static let workLimit = 1 << 27

  func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    let inputs = node.inputs.compactMap(graph.constant)
    guard !inputs.isEmpty, inputs.count == node.inputs.count, isCheap(node, in: graph) else { return nil }
    let traces =
      node.op is Affine || node.op is BatchNormalization
      ? [AffineTrace.removed(node.output, reason: "computed at compile time")] : []
    return Patch(name, node: node.name, detail: "\(node.title) of constants", traces: traces) {
      $0.nodes.remove(at: index)
      $0.makeConstant(node.output, node.op.reference(inputs))
    }
  }

  private func isCheap(_ node: Node, in graph: PassGraph) -> Bool {
    let output = graph.shape(node.output)
    let largest = graph.inputShapes(node).reduce(output.elementCount) { max($0, $1.elementCount) }
    // A pooling reads each element once for each window that covers it.
    let window: Int =
      switch node.op {
      case let pool as MaxPool: pool.kernel.elementCount
      case let pool as AveragePool: pool.kernel.elementCount
      default: 1
      }
    return largest <= Self.elementLimit && output.elementCount * window <= Self.workLimit
      && node.op.multiplyAccumulates(graph.inputShapes(node), output: output) <= Self.workLimit
  }
}
