import FacetIR

/// Brings the quantizations of a quantized model to where values are computed, and removes those that change nothing.
///
/// - Two of the same value that are the same become one.
/// - One behind operators that only move or choose elements, of values that are on its grid already, does nothing.
/// - Such an operator → FakeQuantize becomes FakeQuantize → the operator, where nobody else reads what is between them: the
///   maximum of the nearest numbers is the nearest number of the maximum.
struct HoistFakeQuantizations: Pass {
  let name = "hoist-fake-quantize"
  let stage = PassStage.fold

  func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    guard let op = node.op as? Unary, case .fakeQuantize = op.function else { return nil }
    if let twin = uses.readers(node.inputs[0]).first(where: { graph.nodes.precedes($0, index) && graph.nodes[$0].op as? Unary == op }) {
      return replace(index, by: graph.nodes[twin].output, "merge-fake-quantizes", "same as \(graph.nodes[twin].title)", graph)
    }
    var source = node.inputs[0]
    while let producer = uses.producer(source), keepsElements(graph.nodes[producer].op) { source = graph.nodes[producer].inputs[0] }
    if let producer = uses.producer(source), isFakeQuantize(graph.nodes[producer].op) {
      guard graph.nodes[producer].op as? Unary == op else { return nil }
      return replace(
        index, by: node.inputs[0], "eliminate-fake-quantize", "same as \(graph.nodes[producer].title) before it", graph)
    }
    guard let before = uses.producer(node.inputs[0]), keepsElements(graph.nodes[before].op),
      uses.soleReader(node.inputs[0]) == index
    else { return nil }
    let mover = graph.nodes[before]
    return Patch(name, node: node.name, detail: "above \(mover.title)") {
      let quantized = $0.addValue(name: "\($0[mover.inputs[0]].name).quantized", shape: $0.shape(mover.inputs[0]))
      var moved = mover
      moved.inputs[0] = quantized
      moved.output = node.output
      $0.nodes[index] = moved
      $0.nodes[before] = Node(name: node.name, op: op, inputs: [mover.inputs[0]], output: quantized)
    }
  }

  private func isFakeQuantize(_ op: any Operator) -> Bool {
    if case .fakeQuantize? = (op as? Unary)?.function { return true }
    return false
  }

  private func replace(_ index: Int, by value: ValueID, _ patch: String, _ detail: String, _ graph: PassGraph) -> Patch {
    let node = graph.nodes[index]
    return Patch(patch, node: node.name, detail: detail) {
      $0.nodes.remove(at: index)
      $0.replaceUses(of: node.output, with: value)
    }
  }

  /// Whether an operator gives some of the elements of its first input, and else only zeros, which every grid has.
  private func keepsElements(_ op: any Operator) -> Bool {
    switch op {
    case is MaxPool, is Reshape, is Identity: true
    case let pad as Pad: pad.mode != .constant || pad.value == 0
    case is any RearrangingOperator: true
    default: false
    }
  }
}
