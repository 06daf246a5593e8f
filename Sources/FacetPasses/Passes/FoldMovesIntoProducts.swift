import FacetIR

/// MatMul of two computed values → a product over strides, into which the operators around it go that only move elements or scale them: in attention the
/// head's part of a matrix of queries, keys and values is read, and the heads' results are written, where they lie.
///
/// - Transpose, Slice, Gather, Reshape and their kin → product: reads what they read, where the places are even steps.
/// - Product → Transpose or Reshape that alone reads it: writes what they give.
/// - A multiplication or division by one positive number before or behind becomes its scale.
struct FoldMovesIntoProducts: Pass {
  let name = "fold-move-into-product"
  let stage = PassStage.fold

  func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    if node.op is MatrixProduct {
      guard node.inputs.allSatisfy({ graph.constant($0) == nil }),
        let product = StridedProduct(graph.shape(node.inputs[0]), graph.shape(node.inputs[1])), fits(product, node.inputs, graph)
      else { return nil }
      return Patch("matmul-to-strided", node: node.name, detail: "\(product.axes.count) loops") { $0.nodes[index].op = product }
    }
    guard let product = node.op as? StridedProduct else { return nil }
    return before(index, product, graph, uses) ?? behind(index, product, graph, uses)
  }

  private func before(_ index: Int, _ product: StridedProduct, _ graph: PassGraph, _ uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    for (slot, part) in [StridedProduct.Part.a, .b].enumerated() {
      guard let producer = uses.producer(node.inputs[slot]) else { continue }
      let move = graph.nodes[producer]
      guard let (input, moved) = past(move, part, product, graph) else { continue }
      var inputs = node.inputs
      inputs[slot] = input
      guard fits(moved, inputs, graph) else { continue }
      return Patch(name, node: node.name, detail: "reads past \(move.title)") {
        $0.nodes[index].op = moved
        $0.nodes[index].inputs = inputs
      }
    }
    return nil
  }

  /// The product that reads what `move` reads.
  private func past(
    _ move: Node, _ part: StridedProduct.Part, _ product: StridedProduct, _ graph: PassGraph
  ) -> (input: ValueID, product: StridedProduct)? {
    switch move.op {
    case is Reshape, is Identity: return (move.inputs[0], product)
    case let op as any RearrangingOperator:
      guard let moves = try? op.rearrangement(graph.shape(move.inputs[0])), let moved = product.moved(part, through: moves) else {
        return nil
      }
      return (move.inputs[0], moved)
    default:
      guard let (input, factor) = scaled(move, graph) else { return nil }
      var result = product
      result.scale *= factor
      return (input, result)
    }
  }

  private func behind(_ index: Int, _ product: StridedProduct, _ graph: PassGraph, _ uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    guard let reader = uses.soleReader(node.output) else { return nil }
    let move = graph.nodes[reader]
    var result = product
    switch move.op {
    case is Reshape, is Identity: break
    case let op as Transpose:
      // As a Transpose of its result, what the product gives is read from there.
      guard let moves = try? op.inverse.rearrangement(graph.shape(move.output)), let moved = product.moved(.result, through: moves) else {
        return nil
      }
      result = moved
    default:
      guard let (_, factor) = scaled(move, graph) else { return nil }
      result.scale *= factor
    }
    result.shape = graph.shape(move.output)
    guard fits(result, node.inputs, graph) else { return nil }
    let moved = result
    return Patch(name, node: node.name, detail: "writes past \(move.title)") {
      $0.nodes[reader] = Node(name: node.name, op: moved, inputs: node.inputs, output: move.output)
      $0.nodes.remove(at: index)
    }
  }

  private func fits(_ product: StridedProduct, _ inputs: [ValueID], _ graph: PassGraph) -> Bool {
    (try? product.outputShape(inputs.map(graph.shape))) != nil
  }

  /// Of what only multiplies a value by one positive number, the value and the number.
  private func scaled(_ node: Node, _ graph: PassGraph) -> (ValueID, Float)? {
    let result: (ValueID, Float)
    switch node.op {
    case let op as Unary:
      guard case .affine(let alpha, beta: 0) = op.function else { return nil }
      result = (node.inputs[0], alpha)
    case let op as Binary where op.clamp.isNone && (op.function == .multiply || op.function == .divide):
      guard let slot = (op.function == .divide ? [1] : [0, 1]).first(where: { graph.constant(node.inputs[$0])?.elements.count == 1 }),
        let number = graph.constant(node.inputs[slot])?.elements.first, graph.shape(node.inputs[1 - slot]) == graph.shape(node.output)
      else { return nil }
      result = (node.inputs[1 - slot], op.function == .divide ? 1 / number : number)
    default: return nil
    }
    return result.1 >= 0x1p-32 && result.1 <= 0x1p32 && graph.constant(result.0) == nil ? result : nil
  }
}
