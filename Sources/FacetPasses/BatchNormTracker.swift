import FacetIR

/// Follows each batch normalization of a graph through the patches.
struct BatchNormTracker {
  private struct Entry {
    var name: String
    /// What the nodes compute that are, or hold, this batch normalization now.
    var carriers: Set<ValueID>
    var foldedInto: [String] = []
    var mergedWith: [String] = []
    var removal: String?
  }

  private var entries: [Entry]

  init(_ graph: Graph) {
    entries = graph.nodes.filter { $0.op is BatchNormalization }.map { Entry(name: $0.name, carriers: [$0.output]) }
  }

  /// Takes note of a patch, before it is applied to the graph.
  mutating func apply(_ traces: [AffineTrace], in graph: Graph, uses: GraphUses) {
    func name(_ id: ValueID) -> String { uses.producer(id).map { graph.nodes[$0].name } ?? graph[id].name }
    // All traces of a patch speak of the graph before it.
    let before = entries.map(\.carriers)
    var gone = entries.map { _ in Set<ValueID>() }
    for trace in traces {
      for index in entries.indices {
        switch trace {
        case .folded(let id, let targets) where before[index].contains(id):
          gone[index].insert(id)
          for target in targets where !entries[index].foldedInto.contains(target) { entries[index].foldedInto.append(target) }
        case .merged(let id, let into):
          if before[index].contains(id) {
            gone[index].insert(id)
            entries[index].carriers.formUnion(into)
            entries[index].mergedWith += into.map(name)
          } else if !before[index].isDisjoint(with: into) {
            entries[index].mergedWith.append(name(id))
          }
        case .moved(let id, let new) where before[index].contains(id):
          gone[index].insert(id)
          entries[index].carriers.insert(new)
        case .removed(let id, let reason) where before[index].contains(id):
          gone[index].insert(id)
          entries[index].removal = reason
        default: break
        }
      }
    }
    for index in entries.indices { entries[index].carriers.subtract(gone[index]) }
  }

  func reports(_ graph: Graph, _ uses: GraphUses, stopped: Bool) -> [BatchNormReport] {
    entries.map { BatchNormReport(name: $0.name, fate: fate($0, graph, uses, stopped), mergedWith: $0.mergedWith) }
  }

  private func fate(_ entry: Entry, _ graph: Graph, _ uses: GraphUses, _ stopped: Bool) -> BatchNormFate {
    // The first in graph order that still stands decides.
    if let index = entry.carriers.compactMap(uses.producer).min() {
      let node = graph.nodes[index]
      if node.op is Affine { return .keptAsAffine(node: node.name, reason: reason(node, graph, uses)) }
      if case .failure(let refusal) = ConvertBatchNormalizations.constants(node, in: graph) {
        return .refused(reason: refusal.reason)
      }
      return stopped ? .untouched : .refused(reason: "no pass converts it")
    }
    if !entry.foldedInto.isEmpty { return .folded(into: entry.foldedInto) }
    return .removed(reason: entry.removal ?? "no output needs it")
  }

  /// Why an affine could not go into what it reads, or into what reads it.
  private func reason(_ node: Node, _ graph: Graph, _ uses: GraphUses) -> String {
    var result = reasonBefore(node, graph, uses)
    for index in uses.readers(node.output) {
      guard let convolution = graph.nodes[index].op as? Convolution, graph.nodes[index].inputs[0] == node.output,
        convolution.pads.contains(where: { $0 != 0 }), (node.op as? Affine)?.clamp.isNone ?? false
      else { continue }
      result += "; \(graph.nodes[index].title) pads with zeros"
    }
    return result
  }

  private func reasonBefore(_ node: Node, _ graph: Graph, _ uses: GraphUses) -> String {
    let input = node.inputs[0]
    guard let index = uses.producer(input) else { return "reads the input '\(graph[input].name)'" }
    let producer = graph.nodes[index]
    let clamp: Clamp? =
      switch producer.op {
      case let convolution as Convolution: convolution.clamp
      case let connected as FullyConnected: connected.clamp
      default: nil
      }
    guard let clamp else { return "reads the output of \(producer.title)" }
    if !clamp.isNone { return "reads the activation after \(producer.title)" }
    if producer.inputs.count > 3 { return "reads the sum of \(producer.title) and its residual" }
    if uses.isOutput(input) { return "reads \(producer.title), an output of the graph" }
    let readers = uses.readers(input).count
    if readers > 1 { return "reads \(producer.title), which is read \(readers) times" }
    if WeightedConstants(producer, in: graph) == nil { return "reads \(producer.title), whose weights are no constants" }
    return "reads \(producer.title); a folded weight would not be finite in float32"
  }
}
