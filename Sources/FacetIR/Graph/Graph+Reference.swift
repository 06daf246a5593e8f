extension Graph {
  /// Evaluates the graph with the operators' reference implementations: the oracle of tests. Slow.
  ///
  /// - Parameter inputValues: one tensor for each of `inputs`, of its shape.
  /// - Returns: every computed value.
  package func evaluateReference(_ inputValues: [Tensor]) -> [ValueID: Tensor] {
    var known = constants
    for (id, tensor) in zip(inputs, inputValues) { known[id] = tensor }
    for node in nodes { known[node.output] = node.op.reference(node.inputs.compactMap { known[$0] }) }
    return known
  }
}
