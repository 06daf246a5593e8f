import FacetIR

/// Reshape `[1, C, …]` to `[1, G, …]` → Normalization of each of the G parts → Reshape back, as exporters write a group normalization → one of
/// G groups of channels: the image stays one.
struct MergeGroupReshapes: Pass {
  let name = "merge-group-reshapes"
  let stage = PassStage.fold

  func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    guard node.op is Reshape, let middle = uses.producer(node.inputs[0]), let op = graph.nodes[middle].op as? Normalization,
      let before = uses.producer(graph.nodes[middle].inputs[0]), graph.nodes[before].op is Reshape,
      uses.soleReader(node.inputs[0]) == index, uses.soleReader(graph.nodes[middle].inputs[0]) == middle
    else { return nil }
    let normalization = graph.nodes[middle]
    let input = graph.nodes[before].inputs[0]
    let (shape, grouped) = (graph.shape(input), graph.shape(normalization.inputs[0]))
    guard graph.shape(node.output) == shape, shape.count >= 3, grouped.count >= 3, shape[0] == grouped[0], op.groups == 1,
      op.axes == Array(2..<grouped.count), shape[1].isMultiple(of: grouped[1])
    else { return nil }
    let result = Normalization(
      kind: op.kind, axes: Array(1..<shape.count), groups: grouped[1], epsilon: op.epsilon, clamp: op.clamp)
    var parameters: [Tensor] = []
    for parameter in normalization.inputs.dropFirst() {
      guard let constant = graph.constant(parameter), let wide = perChannel(constant, grouped, shape) else { return nil }
      parameters.append(wide)
    }
    guard (try? result.outputShape([shape] + parameters.map(\.shape))) == shape else { return nil }
    return Patch(name, node: node.name, detail: "\(grouped[1]) groups of \(normalization.title)") {
      var inputs = [input]
      for (old, tensor) in zip(normalization.inputs.dropFirst(), parameters) { inputs.append($0.addConstant(name: $0[old].name, tensor)) }
      $0.nodes[index] = Node(name: normalization.name, op: result, inputs: inputs, output: node.output)
    }
  }

  /// A parameter for each group as one for each channel; nil where it is another.
  private func perChannel(_ parameter: Tensor, _ grouped: [Int], _ shape: [Int]) -> Tensor? {
    let aligned = [Int](repeating: 1, count: max(0, grouped.count - parameter.shape.count)) + parameter.shape
    guard aligned.indices.allSatisfy({ $0 == 1 || aligned[$0] == 1 }) else { return nil }
    let channels = shape[1] / grouped[1]
    let elements = aligned[1] == 1 ? [Float](repeating: parameter.elements[0], count: grouped[1]) : parameter.elements
    return Tensor(
      shape: [shape[1]] + [Int](repeating: 1, count: shape.count - 2),
      elements: elements.flatMap { [Float](repeating: $0, count: channels) })
  }
}
