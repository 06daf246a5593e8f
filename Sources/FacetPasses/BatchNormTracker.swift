import FacetIR

/// Follows each batch normalization of a graph through the patches.
struct BatchNormTracker {
  private struct Entry {
    var name: String
    var foldedInto: [String] = []
    /// The first few: in a long chain of them each is merged with all that follow.
    var mergedWith: [String] = []
    var mergedCount = 0
    var removal: String?

    mutating func merge(with name: String) {
      mergedCount += 1
      if mergedWith.count < BatchNormReport.mergedNames { mergedWith.append(name) }
    }
  }

  private var entries: [Entry]
  /// The entries that a value carries: what its node computes is, or holds, these batch normalizations now.
  private var carried: [ValueID: [Int]] = [:]

  init(_ graph: Graph) {
    let nodes = graph.nodes.filter { $0.op is BatchNormalization }
    entries = nodes.map { Entry(name: $0.name) }
    for (index, node) in nodes.enumerated() { carried[node.output] = [index] }
  }

  /// Takes note of a patch, before it is applied to the graph.
  mutating func apply(_ traces: [AffineTrace], in graph: PassGraph) {
    guard !traces.isEmpty else { return }
    func name(_ id: ValueID) -> String { graph.uses.producer(id).map { graph.nodes[$0].name } ?? graph[id].name }
    // All traces of a patch speak of the graph before it, so the carriers change at the end.
    var gone: [ValueID] = []
    var moves: [(entries: [Int], to: ValueID)] = []
    for trace in traces {
      switch trace {
      case .folded(let id, let targets):
        gone.append(id)
        for index in carried[id] ?? [] {
          for target in targets where !entries[index].foldedInto.contains(target) { entries[index].foldedInto.append(target) }
        }
      case .merged(let id, let into):
        gone.append(id)
        let before = carried[id] ?? []
        let (own, others) = (name(id), into.map(name))
        for index in before {
          for other in others { entries[index].merge(with: other) }
        }
        for index in Set(into.flatMap { carried[$0] ?? [] }) where !before.contains(index) { entries[index].merge(with: own) }
        moves += into.map { (before, $0) }
      case .moved(let id, let new):
        gone.append(id)
        moves.append((carried[id] ?? [], new))
      case .removed(let id, let reason):
        gone.append(id)
        for index in carried[id] ?? [] { entries[index].removal = reason }
      }
    }
    for id in gone { carried[id] = nil }
    for (moved, id) in moves where !moved.isEmpty {
      let there = carried[id] ?? []
      carried[id] = there + (there.isEmpty ? moved : moved.filter { !there.contains($0) })
    }
  }

  func reports(_ graph: PassGraph, stopped: Bool) -> [BatchNormReport] {
    // The first carrier in graph order that still stands decides.
    var carriers = [Int?](repeating: nil, count: entries.count)
    for (id, carried) in carried {
      guard let node = graph.uses.producer(id) else { continue }
      for index in carried where carriers[index].map({ graph.nodes.precedes(node, $0) }) ?? true { carriers[index] = node }
    }
    return zip(entries, carriers).map { entry, carrier in
      BatchNormReport(
        name: entry.name, fate: fate(entry, carrier, graph, graph.uses, stopped), mergedWith: entry.mergedWith,
        mergedCount: entry.mergedCount)
    }
  }

  private func fate(
    _ entry: Entry, _ carrier: Int?, _ graph: PassGraph, _ uses: GraphUses, _ stopped: Bool
  ) -> BatchNormFate {
    if let carrier {
      let node = graph.nodes[carrier]
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
    var result = "reads \(source(node, graph, uses))"
    for index in uses.readers(node.output) {
      guard let convolution = graph.nodes[index].op as? Convolution, graph.nodes[index].inputs[0] == node.output,
        convolution.pads.contains(where: { $0 != 0 }), (node.op as? Affine)?.clamp.isNone ?? false
      else { continue }
      result += "; \(graph.nodes[index].title) pads with zeros"
    }
    return result
  }

  /// What an affine reads, behind operators that only move elements.
  private func source(_ node: Node, _ graph: PassGraph, _ uses: GraphUses) -> String {
    guard let obstacle = HoistAffines.obstacle(node, in: graph, uses: uses), let mover = uses.producer(node.inputs[0]) else {
      return source(node.inputs[0], graph, uses)
    }
    switch obstacle {
    case .value(let value) where value == node.inputs[0]: return source(value, graph, uses)
    case .value(let value): return "\(source(value, graph, uses)), through \(graph.nodes[mover].title)"
    case .mixedChannels(let value):
      let weighted = uses.producer(value).map { graph.nodes[$0].title } ?? graph[value].name
      return "\(weighted) through \(graph.nodes[mover].title), with several scales for one of its channels"
    }
  }

  private func source(_ input: ValueID, _ graph: PassGraph, _ uses: GraphUses) -> String {
    guard let index = uses.producer(input) else {
      return "the \(graph.constant(input) == nil ? "input" : "constant") '\(graph[input].name)'"
    }
    let producer = graph.nodes[index]
    let clamp: Clamp? =
      switch producer.op {
      case let convolution as Convolution: convolution.clamp
      case let connected as FullyConnected: connected.clamp
      default: nil
      }
    if let clamp, !clamp.isNone { return "the activation after \(producer.title)" }
    if clamp != nil, producer.inputs.count > 3 { return "the sum of \(producer.title) and its residual" }
    if clamp != nil || HoistAffines.moves(producer.op) {
      if uses.isOutput(input) { return "\(producer.title), an output of the graph" }
      let readers = uses.readers(input).count
      if readers > 1 { return "\(producer.title), which is read \(readers) times" }
    }
    guard clamp != nil else { return "the output of \(producer.title)" }
    if WeightedConstants(producer, in: graph) == nil { return "\(producer.title), whose weights are not constants" }
    return "\(producer.title); a folded weight would not be finite in float32"
  }
}
