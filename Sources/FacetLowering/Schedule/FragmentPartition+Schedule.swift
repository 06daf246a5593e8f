import FacetIR
import FacetQuantization

extension FragmentPartition {
  /// Orders of fragments that are tried.
  private static let orderLimit = 720

  /// The same fragments in an order, and with their nodes in one, that lowers the largest sum of tensors in use when all run.
  ///
  /// Sizes are counted in elements: a plan's bytes differ by number types and borders, which an order changes little.
  package func scheduled(_ graph: Graph) -> FragmentPartition {
    var result = self
    let uses = Uses(graph)
    for index in fragments.indices {
      let nodes = fragments[index].nodes
      result.fragments[index].nodes = Scheduler.order(uses.tasks(nodes, in: graph)).map { nodes[$0] }
    }
    result.orderFragments(graph, uses)
    return result
  }

  /// The trunk stays first.
  private mutating func orderFragments(_ graph: Graph, _ uses: Uses) {
    let given = Array(fragments.indices)
    guard fragments.count > 2 else { return }
    let needs = neededFragments(graph)
    func peak(_ order: [Int]) -> Int {
      let nodes = order.flatMap { fragments[$0].nodes }
      return Scheduler.peak(uses.tasks(nodes, in: graph), Array(nodes.indices))
    }
    var best = (order: given, peak: peak(given))
    var tried = 0
    func extend(_ order: [Int]) {
      guard tried < Self.orderLimit else { return }
      guard order.count < given.count else {
        tried += 1
        let peak = peak(order)
        if peak < best.peak { best = (order, peak) }
        return
      }
      for next in given where !order.contains(next) && needs[next].isSubset(of: order) { extend(order + [next]) }
    }
    extend([0])
    fragments = best.order.map { fragments[$0] }
  }

  /// The fragments that each one reads from.
  private func neededFragments(_ graph: Graph) -> [Set<Int>] {
    var home: [ValueID: Int] = [:]
    for (index, fragment) in fragments.enumerated() {
      for node in fragment.nodes { home[graph.nodes[node].output] = index }
    }
    return fragments.enumerated().map { index, fragment in
      Set(fragment.nodes.flatMap { graph.nodes[$0].inputs }.compactMap { home[$0] }).subtracting([index])
    }
  }

  /// Who reads what in a graph.
  private struct Uses {
    private var readers: [ValueID: [Int]]
    private var outputs: Set<ValueID>

    init(_ graph: Graph) {
      readers = graph.consumers()
      outputs = Set(graph.outputs.map(\.value))
    }

    /// Some nodes of the graph, in order, as tasks.
    func tasks(_ nodes: [Int], in graph: Graph) -> [Scheduler.Task] {
      let places = Dictionary(nodes.enumerated().map { (graph.nodes[$1].output, $0) }, uniquingKeysWith: { first, _ in first })
      let own = Set(nodes)
      return nodes.map { index in
        let node = graph.nodes[index]
        var reads: [Int] = []
        for input in node.inputs {
          if let place = places[input], !reads.contains(place) { reads.append(place) }
        }
        let isKept = outputs.contains(node.output) || readers[node.output, default: []].contains { !own.contains($0) }
        return Scheduler.Task(
          size: graph.shape(node.output).elementCount, reads: reads, isKept: isKept,
          inPlace: Self.worksInPlace(node.op) ? reads : node.inputs.dropFirst(3).compactMap { places[$0] })
      }
    }

    /// Operators whose result may lie where an operand was; of convolutions that is the residual, their fourth input.
    private static func worksInPlace(_ op: any Operator) -> Bool { op is Unary || op is Binary || op is Affine || op is Reshape }
  }
}
