extension Graph {
  /// What is wrong with this graph, or nil. Checked after every patch: order, single producers, shapes, constants.
  ///
  /// Linear in nodes and constants; reads no elements of constants.
  package func brokenInvariant() -> String? {
    var known = [Bool](repeating: false, count: values.count)
    func missing(_ id: ValueID) -> Bool { !known.indices.contains(id.index) || !known[id.index] }

    for input in inputs {
      guard known.indices.contains(input.index), missing(input) else { return "input \(input) is not a value, or given twice" }
      guard shape(input).checkedElementCount != nil else { return "input '\(self[input].name)' has shape \(shape(input))" }
      known[input.index] = true
    }
    for (id, tensor) in constants {
      guard known.indices.contains(id.index), missing(id) else { return "constant \(id) is not a value, or is an input as well" }
      guard tensor.shape == shape(id) else {
        return "constant \(id) '\(self[id].name)' has shape \(tensor.shape), its value \(shape(id))"
      }
      guard tensor.shape.checkedElementCount == tensor.elements.count else {
        return "constant \(id) '\(self[id].name)' of shape \(tensor.shape) has \(tensor.elements.count) elements"
      }
      known[id.index] = true
    }
    for node in nodes {
      for input in node.inputs where missing(input) { return "node '\(node.name)' reads \(input) before it is computed" }
      guard known.indices.contains(node.output.index) else { return "node '\(node.name)' computes \(node.output), which is not a value" }
      guard missing(node.output) else { return "node '\(node.name)' computes \(node.output) a second time" }
      known[node.output.index] = true
      if let problem = shapeProblem(node) { return problem }
    }
    for output in outputs where missing(output.value) { return "output '\(output.name)' is not computed" }
    return nil
  }

  /// Whether a node refuses the shapes of its inputs, or its result has another than its value; nil where all is well.
  package func shapeProblem(_ node: Node) -> String? {
    do {
      let inferred = try node.op.outputShape(inputShapes(node))
      return inferred == shape(node.output) ? nil : "node '\(node.name)' gives \(inferred), its value has shape \(shape(node.output))"
    } catch {
      return "node '\(node.name)': \(error)"
    }
  }
}
