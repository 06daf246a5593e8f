extension Graph {
  /// What is wrong with this graph, or nil. Checked after every pass: order, single producers, shapes, constants.
  package func brokenInvariant() -> String? {
    var known = Set(inputs)
    for (id, tensor) in constants {
      guard tensor.shape == shape(id) else { return "constant \(id) '\(self[id].name)' has shape \(tensor.shape), its value \(shape(id))" }
      known.insert(id)
    }
    for node in nodes {
      for input in node.inputs where !known.contains(input) {
        return "node '\(node.name)' reads \(input) before it is computed"
      }
      guard known.insert(node.output).inserted else { return "node '\(node.name)' computes \(node.output) a second time" }
      do {
        let inferred = try node.op.outputShape(inputShapes(node))
        guard inferred == shape(node.output) else {
          return "node '\(node.name)' gives \(inferred), its value has shape \(shape(node.output))"
        }
      } catch {
        return "node '\(node.name)': \(error)"
      }
    }
    for output in outputs where !known.contains(output.value) { return "output '\(output.name)' is not computed" }
    return nil
  }
}
