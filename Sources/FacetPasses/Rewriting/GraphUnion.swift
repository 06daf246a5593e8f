import FacetIR

extension Graph {
  /// Several networks of one input each side by side in one graph that feeds them all. Nothing is shared yet but the input.
  ///
  /// Precondition: each has one input, and all inputs have one shape.
  ///
  /// - Parameter networks: with the name that goes before the names of nodes and tensors that an earlier network has already.
  /// - Returns: a graph whose outputs are those of the networks in order, under their names, which may clash; its input has the first
  ///   network's name.
  package static func union(_ networks: [(name: String, graph: Graph)]) -> Graph {
    var result = Graph()
    guard let first = networks.first?.graph, let firstInput = first.inputs.first else { return result }
    let input = result.addInput(name: first[firstInput].name, shape: first.shape(firstInput))
    var taken: Set<String> = []
    for (prefix, graph) in networks {
      var added: Set<String> = []
      func unique(_ name: String) -> String {
        added.insert(name)
        return name.isEmpty || !taken.contains(name) ? name : "\(prefix).\(name)"
      }
      var ids: [ValueID] = []
      ids.reserveCapacity(graph.values.count)
      for (index, value) in graph.values.enumerated() {
        let id = ValueID(index)
        if graph.inputs.contains(id) {
          ids.append(input)
        } else if let tensor = graph.constant(id) {
          ids.append(result.addConstant(name: unique(value.name), tensor))
          if let grid = graph.constantQuantizations[id] { result.constantQuantizations[ids[index]] = grid }
        } else {
          ids.append(result.addValue(name: unique(value.name), shape: value.shape))
        }
      }
      for node in graph.nodes {
        result.nodes.append(
          Node(name: unique(node.name), op: node.op, inputs: node.inputs.map { ids[$0.index] }, output: ids[node.output.index]))
      }
      result.outputs += graph.outputs.map { GraphOutput(name: $0.name, value: ids[$0.value.index]) }
      taken.formUnion(added)
    }
    return result
  }
}
