import FacetIR
import FacetQuantization

/// What 16 bits for a result cost, before a program is made for it: more products, and products in float32, of what reads it (and of what gives it, where
/// that has no unrounded sums), and more bytes of its own.
struct BitsCost {
  var products: Double
  var bytes: Double

  /// By node of the int8 program's graph, as shares of the whole.
  static func all(_ types: NumberTypes, of nodes: Set<Int>, whole: ProgramWork) -> [Int: BitsCost] {
    let graph = types.graph
    var readers: [ValueID: [Int]] = [:]
    for (index, node) in graph.nodes.enumerated() where !types.precisions(node.output).isEmpty {
      for input in Set(types.inputs(node)) { readers[input, default: []].append(index) }
    }
    func products(_ node: Node) -> Int { node.op.multiplyAccumulates(graph.inputShapes(node), output: graph.shape(node.output)) }
    var result: [Int: BitsCost] = [:]
    for index in nodes {
      let node = graph.nodes[index]
      let own = types.isDense(node) ? 0 : products(node)
      let reading = (readers[node.output] ?? []).map { graph.nodes[$0] }
      let more = reading.reduce(own) { $0 + products($1) }
      // float32 in place of int8, and two planes for each layer.
      let bytes = graph.shape(node.output).elementCount * (3 + 2 * reading.count { types.isDense($0) })
      result[index] = BitsCost(
        products: Double(more) / Double(max(whole.products, 1)), bytes: Double(bytes) / Double(max(whole.bytes, 1)))
    }
    return result
  }
}
