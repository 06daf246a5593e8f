import FacetIR

/// Follows each batch normalization of a graph through the patches.
struct BatchNormTracker {
  private struct Entry {
    var name: String
    var foldedInto: [String] = []
    var mergedWith: [String] = []
    var removal: String?
    /// What the nodes compute that are, or hold, this batch normalization now.
    var carriers: Set<ValueID>
  }

  private var entries: [Entry]
  /// The entries that a value carries.
  private var carried: [ValueID: Set<Int>] = [:]

  init(_ graph: Graph) {
    entries = graph.nodes.filter { $0.op is BatchNormalization }.map { Entry(name: $0.name, carriers: [$0.output]) }
    for (index, entry) in entries.enumerated() {
      for id in entry.carriers { carried[id] = [index] }
    }
  }

  /// Takes note of a patch, before it is applied to the graph.
  mutating func apply(_ traces: [AffineTrace], in graph: PassGraph) {
    func name(_ id: ValueID) -> String { graph.uses.producer(id).map { graph.nodes[$0].name } ?? graph[id].name }
    // All traces of a patch speak of the graph before it, so the carriers change at the end.
    var added: [(entry: Int, carrier: ValueID)] = []
    var gone: [(entry: Int, carrier: ValueID)] = []
    for trace in traces {
      switch trace {
      case .folded(let id, let targets):
        for index in carried[id] ?? [] {
          gone.append((index, id))
          for target in targets where !entries[index].foldedInto.contains(target) { entries[index].foldedInto.append(target) }
        }
      case .merged(let id, let into):
        let before = carried[id] ?? []
        for index in before {
          gone.append((index, id))
          added += into.map { (index, $0) }
          entries[index].mergedWith += into.map(name)
        }
        for index in Set(into.flatMap { carried[$0] ?? [] }).subtracting(before) { entries[index].mergedWith.append(name(id)) }
      case .moved(let id, let new):
        for index in carried[id] ?? [] {
          gone.append((index, id))
          added.append((index, new))
        }
      case .removed(let id, let reason):
        for index in carried[id] ?? [] {
          gone.append((index, id))
          entries[index].removal = reason
        }
      }
    }
    for (index, carrier) in added {
      entries[index].carriers.insert(carrier)
      carried[carrier, default: []].insert(index)
    }
    for (index, carrier) in gone {
      entries[index].carriers.remove(carrier)
      carried[carrier]?.remove(index)
    }
  }

  func reports(_ graph: PassGraph, stopped: Bool) -> [BatchNormReport] {
    entries.map { BatchNormReport(name: $0.name, fate: fate($0, graph, graph.uses, stopped), mergedWith: $0.mergedWith) }
  }

  private func fate(_ entry: Entry, _ graph: PassGraph, _ uses: GraphUses, _ stopped: Bool) -> BatchNormFate {
    // The first in graph order that still stands decides.
    if let index = entry.carriers.compactMap(uses.producer).min(by: graph.nodes.precedes) {
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
  private func reason(_ node: Node, _ graph: PassGraph, _ uses: GraphUses) -> String {
    var result = reasonBefore(node, graph, uses)
    for index in uses.readers(node.output) {
      guard let convolution = graph.nodes[index].op as? Convolution, graph.nodes[index].inputs[0] == node.output,
        convolution.pads.contains(where: { $0 != 0 }), (node.op as? Affine)?.clamp.isNone ?? false
      else { continue }
      result += "; \(graph.nodes[index].title) pads with zeros"
    }
    return result
  }

  private func reasonBefore(_ node: Node, _ graph: PassGraph, _ uses: GraphUses) -> String {
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
