import FacetIR

/// Values that are one tensor: a reshape that leaves all elements where they are in memory computes nothing.
package struct ValueAliases {
  private var roots: [ValueID: ValueID] = [:]
  /// What a flattening reshape reads, for the fully connected layer behind it.
  private var flattened: [ValueID: (value: ValueID, height: Int, width: Int)] = [:]

  package init(_ graph: Graph) {
    for node in graph.nodes where node.op is Reshape || node.op is Identity {
      let input = root(node.inputs[0])
      guard let from = PixelShape(graph.shape(input)), let to = PixelShape(graph.shape(node.output)) else { continue }
      if from == to {
        roots[node.output] = input
      } else if to.height * to.width == 1 {
        flattened[node.output] = (input, from.height, from.width)
      }
    }
  }

  package func root(_ value: ValueID) -> ValueID { roots[value] ?? value }

  package func isAlias(_ value: ValueID) -> Bool { roots[value] != nil }

  /// The pixels that a fully connected layer's input lists: a convolution with a kernel of their size computes the same.
  package func denseSource(_ value: ValueID) -> (value: ValueID, height: Int, width: Int) {
    let value = root(value)
    return flattened[value] ?? (value, 1, 1)
  }
}
