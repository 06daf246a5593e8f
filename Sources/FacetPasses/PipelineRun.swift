import FacetIR

/// The state of one run of a `PassPipeline`.
struct PipelineRun {
  var graph: Graph
  var uses: GraphUses
  var records: [PatchRecord] = []
  private var tracker: BatchNormTracker
  private let stopAfter: Int?
  /// No graph needs more: each node is converted, merged, moved and folded a few times.
  private let patchLimit: Int

  /// Precondition: the graph keeps its invariants.
  init(graph: Graph, stopAfter: Int?) {
    self.graph = graph
    self.stopAfter = stopAfter
    uses = GraphUses(graph)
    tracker = BatchNormTracker(graph)
    patchLimit = 1000 + 20 * graph.nodes.count
  }

  var isStopped: Bool { stopAfter.map { records.count >= $0 } ?? false }

  /// Runs passes, one after the other and all again, until none of them applies.
  mutating func runToFixpoint(_ passes: ArraySlice<any Pass>) throws(PassError) {
    var before = -1
    while before != records.count && !isStopped {
      before = records.count
      for pass in passes { try sweep(pass) }
    }
  }

  /// Visits the nodes in order and applies the patches of one pass.
  private mutating func sweep(_ pass: any Pass) throws(PassError) {
    var index = 0
    while index < graph.nodes.count && !isStopped {
      guard let patch = pass.patch(at: index, in: graph, uses: uses) else {
        index += 1
        continue
      }
      let count = graph.nodes.count
      try apply(patch, of: pass)
      // Nodes before this one may be gone, so that the next to visit has moved down.
      index = max(0, index - max(0, count - graph.nodes.count))
    }
  }

  private mutating func apply(_ patch: Patch, of pass: any Pass) throws(PassError) {
    let record = PatchRecord(
      index: records.count + 1, pass: pass.name, patch: patch.name, node: patch.node, detail: patch.detail)
    guard records.count < patchLimit else { throw .endless(record) }
    tracker.apply(patch.traces, in: graph, uses: uses)
    patch.apply(&graph)
    records.append(record)
    if let problem = graph.brokenInvariant() { throw .brokenInvariant(record, problem) }
    graph.removeDeadNodes()
    uses = GraphUses(graph)
  }

  func report() -> PipelineReport {
    PipelineReport(patches: records, batchNorms: tracker.reports(graph, uses, stopped: isStopped), stopped: isStopped)
  }
}
