import FacetIR
import FacetQuantization

/// What 16 bits for a result cost, before a program is made for it, as shares of the whole program.
struct BitsCost {
  /// Products that come once more: of layers that read it as two planes.
  var planeProducts = 0.0
  /// Products that become float32: of all else that reads it, and of what gives it where that has no unrounded sums.
  var floatProducts = 0.0
  /// Of what gives it, where that stays int8.
  var ownProducts = 0.0
  /// More bytes of its own.
  var bytes = 0.0

  var products: Double { planeProducts + floatProducts }

  /// By node of the int8 program's graph.
  static func all(_ types: NumberTypes, of nodes: Set<Int>, whole: ProgramWork) -> [Int: BitsCost] {
    let graph = types.graph
    var readers: [ValueID: [Int]] = [:]
    for (index, node) in graph.nodes.enumerated() where !types.precisions(node.output).isEmpty {
      for input in Set(types.inputs(node)) { readers[input, default: []].append(index) }
    }
    func products(_ node: Node) -> Double {
      Double(node.op.multiplyAccumulates(graph.inputShapes(node), output: graph.shape(node.output))) / Double(max(whole.products, 1))
    }
    var result: [Int: BitsCost] = [:]
    for index in nodes {
      let node = graph.nodes[index]
      var cost = BitsCost()
      if types.isDense(node) { cost.ownProducts = products(node) } else { cost.floatProducts = products(node) }
      var bytes = 0
      // What only moves elements passes more bits on.
      var open = [node.output]
      var seen: Set<ValueID> = []
      while let value = open.popLast() {
        guard seen.insert(value).inserted else { continue }
        let elements = graph.shape(value).elementCount
        // float32 in place of int8.
        bytes += 3 * elements
        for reader in (readers[value] ?? []).map({ graph.nodes[$0] }) {
          if reader.op.quantization == .sameRange {
            open.append(reader.output)
          } else if types.isDense(reader) {
            bytes += 2 * elements
            cost.planeProducts += products(reader)
          } else {
            cost.floatProducts += products(reader)
          }
        }
      }
      cost.bytes = Double(bytes) / Double(max(whole.bytes, 1))
      result[index] = cost
    }
    return result
  }
}
