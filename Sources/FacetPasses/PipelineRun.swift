import FacetIR

/// The state of one run of a `PassPipeline`.
struct PipelineRun {
  var graph: PassGraph
  var records: [PatchRecord] = []
  private var tracker: BatchNormTracker
  private var stopAfter: Int?
  /// Patches of `complete`, which do not count.
  private var completions: [PatchRecord] = []
  /// No graph needs more: each node is converted, merged, moved and folded a few times.
  private let patchLimit: Int

  /// Precondition: the graph keeps its invariants.
  init(graph: Graph, stopAfter: Int?) {
    self.stopAfter = stopAfter
    tracker = BatchNormTracker(graph)
    patchLimit = 1000 + 20 * graph.nodes.count
    self.graph = PassGraph(graph)
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

  /// Applies passes after the run has stopped, apart from its patches.
  mutating func complete(_ passes: [any Pass]) throws(PassError) {
    let (counted, limit) = (records, stopAfter)
    stopAfter = nil
    try runToFixpoint(passes[...])
    try checkWhole()
    stopAfter = limit
    completions = Array(records[counted.count...])
    records = counted
  }

  /// Visits the nodes in order and applies the patches of one pass.
  private mutating func sweep(_ pass: any Pass) throws(PassError) {
    graph.nodes.rewind()
    while let index = graph.nodes.cursor, !isStopped {
      guard let patch = pass.patch(at: index, in: graph, uses: graph.uses) else {
        graph.nodes.moveForward()
        continue
      }
      let (count, rank) = (graph.nodes.count, graph.nodes.cursorRank)
      try apply(patch, of: pass)
      // As many nodes are visited again as are gone: what stands before this place may have become ready for the pass.
      graph.nodes.moveCursor(toRank: rank - max(0, count - graph.nodes.count))
    }
  }

  private mutating func apply(_ patch: Patch, of pass: any Pass) throws(PassError) {
    let record = PatchRecord(
      index: records.count + 1, pass: pass.name, patch: patch.name, node: patch.node, detail: patch.detail)
    guard records.count < patchLimit else { throw .endless(record) }
    tracker.apply(patch.traces, in: graph)
    patch.apply(&graph)
    records.append(record)
    if let problem = graph.brokenInvariant() { throw .brokenInvariant(record, problem) }
    graph.removeDeadNodes()
    graph.nodes.forgetChanges()
  }

  /// Checks the invariants of the whole graph; what broke one is at the latest the last patch.
  func checkWhole() throws(PassError) {
    guard let last = records.last, let problem = graph.graph.brokenInvariant() else { return }
    throw .brokenInvariant(last, problem)
  }

  func report() -> PipelineReport {
    PipelineReport(
      patches: records, completions: completions, batchNorms: tracker.reports(graph, stopped: isStopped), stopped: isStopped)
  }
}
