import FacetIR

/// Moves transposes towards the outputs until they meet and cancel, as models made channels-last (Keras, TensorFlow) have one
/// before and one after each convolution.
///
/// - Transpose → Transpose becomes one, or none.
/// - A Transpose that keeps the order of the elements becomes a Reshape.
/// - Transpose → elementwise operator becomes elementwise operator → Transpose. With two operands the other must be transposed
///   alike, be a constant, or have its elements in the same order either way.
/// - Transpose → Normalization becomes one over the axes before → Transpose, where the engine has that.
/// - Transpose → Concat, all operands transposed alike, becomes Concat → Transpose.
///
/// A transpose only ever moves down, past each operator at most once for each transpose above it, so that this ends.
struct CancelTransposes: Pass {
  let name = "cancel-transposes"
  let stage = PassStage.fold

  func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    if let transpose = node.op as? Transpose { return simplify(index, transpose, in: graph, uses) }
    guard node.op is Unary || node.op is Binary || node.op is Concat || node.op is Normalization else { return nil }
    return sink(index, in: graph, uses)
  }

  private func simplify(_ index: Int, _ transpose: Transpose, in graph: PassGraph, _ uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    if let before = uses.producer(node.inputs[0]), let first = graph.nodes[before].op as? Transpose {
      let input = graph.nodes[before].inputs[0]
      let both = Transpose(permutation: transpose.permutation.map { first.permutation[$0] })
      return Patch("merge-transposes", node: node.name, detail: "with \(graph.nodes[before].title)") {
        $0.nodes[index].op = both
        $0.nodes[index].inputs[0] = input
      }
    }
    guard keepsOrder(transpose.permutation, of: graph.shape(node.inputs[0])) else { return nil }
    // A Reshape to its own shape goes away as an identity does.
    return Patch("transpose-to-reshape", node: node.name, detail: "keeps the order of the elements") {
      $0.nodes[index].op = Reshape(shape: $0.shape(node.output))
    }
  }

  /// Whether the axes longer than 1 stay in their order.
  private func keepsOrder(_ permutation: [Int], of shape: [Int]) -> Bool {
    let long = permutation.filter { shape[$0] > 1 }
    return long == long.sorted()
  }

  private func sink(_ index: Int, in graph: PassGraph, _ uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    let rank = graph.shape(node.output).count
    guard let permutation = node.inputs.lazy.compactMap({ self.transpose(of: $0, in: graph, uses)?.permutation }).first,
      permutation.count == rank
    else { return nil }
    var operands: [Operand] = []
    for input in node.inputs {
      guard let operand = operand(input, permutation, in: graph, uses) else { return nil }
      operands.append(operand)
    }
    if node.op is Concat, !operands.allSatisfy({ if case .computed = $0 { true } else { false } }) { return nil }
    var op = node.op
    if let concat = op as? Concat { op = Concat(axis: permutation[concat.axis]) }
    if var normalization = op as? Normalization {
      normalization.axes = normalization.axes.map { permutation[$0] }.sorted()
      guard normalization.groups == 1, let shapes = shapes(operands, in: graph), (try? normalization.outputShape(shapes)) != nil else {
        return nil
      }
      op = normalization
    }
    let moved = op
    return Patch("sink-transpose", node: node.name, detail: "below \(node.title)") {
      var inputs: [ValueID] = []
      for (operand, old) in zip(operands, node.inputs) {
        switch operand {
        case .computed(let id): inputs.append(id)
        case .constant(let tensor): inputs.append($0.addConstant(name: $0[old].name, tensor))
        case .reshaped(let shape):
          let id = $0.addValue(name: "\($0[old].name).untransposed", shape: shape)
          $0.nodes.insert(Node(name: $0[id].name, op: Reshape(shape: shape), inputs: [old], output: id), before: index)
          inputs.append(id)
        }
      }
      let result = $0.addValue(
        name: "\($0[node.output].name).untransposed",
        shape: Transpose(permutation: permutation).inverse.permutation.map { [shape = $0.shape(node.output)] in shape[$0] })
      $0.nodes[index] = Node(name: node.name, op: moved, inputs: inputs, output: result)
      let below = Node(
        name: "\(node.name).transpose", op: Transpose(permutation: permutation), inputs: [result], output: node.output)
      $0.nodes.insert(below, after: index)
    }
  }

  /// Of operands as they are before the transpose, of which the first is transposed.
  private func shapes(_ operands: [Operand], in graph: PassGraph) -> [[Int]]? {
    guard case .computed? = operands.first else { return nil }
    return operands.map { operand in
      switch operand {
      case .computed(let id): graph.shape(id)
      case .constant(let tensor): tensor.shape
      case .reshaped(let shape): shape
      }
    }
  }

  /// What an operand is before the transpose.
  private enum Operand {
    case computed(ValueID)
    case constant(Tensor)
    /// The same elements in the same order, under this shape.
    case reshaped([Int])
  }

  private func operand(_ id: ValueID, _ permutation: [Int], in graph: PassGraph, _ uses: GraphUses) -> Operand? {
    if let transpose = transpose(of: id, in: graph, uses) {
      return transpose.permutation == permutation ? .computed(transpose.input) : nil
    }
    let shape = graph.shape(id)
    guard shape.count <= permutation.count else { return nil }
    let wide = [Int](repeating: 1, count: permutation.count - shape.count) + shape
    let back = Transpose(permutation: Transpose(permutation: permutation).inverse.permutation)
    guard let target = try? back.outputShape([wide]) else { return nil }
    if let constant = graph.constant(id) {
      guard constant.elements.count <= FoldConstants.elementLimit else { return nil }
      return .constant(back.reference([Tensor(shape: wide, elements: constant.elements)]))
    }
    guard keepsOrder(back.permutation, of: wide) else { return nil }
    return target == shape ? .computed(id) : .reshaped(target)
  }

  private func transpose(of id: ValueID, in graph: PassGraph, _ uses: GraphUses) -> (permutation: [Int], input: ValueID)? {
    guard let producer = uses.producer(id), let transpose = graph.nodes[producer].op as? Transpose else { return nil }
    return (transpose.permutation, graph.nodes[producer].inputs[0])
  }
}
