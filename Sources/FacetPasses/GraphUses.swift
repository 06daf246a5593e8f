import FacetIR

/// Who computes and who reads each value of one graph. Made anew after each patch; linear in nodes.
package struct GraphUses {
  private var producers: [Int]
  private var firstReader: [Int]
  private var readerList: [Int]
  private var outputFlags: [Bool]

  /// Precondition: the graph keeps its invariants.
  package init(_ graph: Graph) {
    let count = graph.values.count
    producers = [Int](repeating: -1, count: count)
    firstReader = [Int](repeating: 0, count: count + 1)
    outputFlags = [Bool](repeating: false, count: count)
    for output in graph.outputs { outputFlags[output.value.index] = true }
    for (index, node) in graph.nodes.enumerated() {
      producers[node.output.index] = index
      for input in node.inputs { firstReader[input.index + 1] += 1 }
    }
    for index in 0..<count { firstReader[index + 1] += firstReader[index] }
    readerList = [Int](repeating: 0, count: firstReader[count])
    var next = firstReader
    for (index, node) in graph.nodes.enumerated() {
      for input in node.inputs {
        readerList[next[input.index]] = index
        next[input.index] += 1
      }
    }
  }

  /// The index of the node that computes a value; nil for inputs and constants.
  package func producer(_ id: ValueID) -> Int? { producers[id.index] < 0 ? nil : producers[id.index] }

  /// The indices of the nodes that read a value, in order, once for each use.
  package func readers(_ id: ValueID) -> ArraySlice<Int> { readerList[firstReader[id.index]..<firstReader[id.index + 1]] }

  package func isOutput(_ id: ValueID) -> Bool { outputFlags[id.index] }

  /// The node that alone reads a value, once; nil where several do or the value is an output of the graph.
  package func soleReader(_ id: ValueID) -> Int? {
    let readers = readers(id)
    return readers.count == 1 && !isOutput(id) ? readers.first : nil
  }
}
