import FacetIR

/// Rewrites a graph with a list of passes until none applies.
package struct PassPipeline: Sendable {
  /// All passes, in order. Passes of one stage stand together.
  package static let standard: [any Pass] = [
    RemoveDeadNodes(),
    EliminateIdentities(),
    FoldConstants(),
    RecognizeNormalizations(),
    MergeGroupReshapes(),
    FoldIntoNormalizations(),
    MergeReshapes(),
    SinkReshapes(),
    ConvertMatrixProducts(),
    FoldMovesIntoProducts(),
    CancelTransposes(),
    HoistFakeQuantizations(),
    ConvertBatchNormalizations(),
    ConvertChannelArithmetic(),
    MergeAffines(),
    FoldResidualsIntoGates(),
    FoldAffinesIntoProducers(),
    HoistAffines(),
    FoldAffinesIntoConsumers(),
    SinkAffines(),
    FuseActivations(),
    FuseResiduals(),
  ]

  /// Those without which a network cannot be compiled: no program computes a batch normalization or a value of constants alone. A run that
  /// stops early ends with them, so that what it left can be compiled and compared.
  package static let needed: [any Pass] = [RemoveDeadNodes(), EliminateIdentities(), FoldConstants(), ConvertBatchNormalizations()]

  /// The largest graph taken: networks have a few hundred nodes. A patch costs time in proportion to what it touches, and a hostile
  /// model can have values that thousands of nodes read.
  package static let nodeLimit = 10_000

  package var passes: [any Pass]

  package init(passes: [any Pass] = PassPipeline.standard) { self.passes = passes }

  /// Rewrites the graph to a fixpoint.
  ///
  /// Each stage runs until none of its passes applies, then the next; all stages again until nothing changes. A pass visits
  /// the nodes in order. The invariants of the graph are checked before, of what it touched after every patch, and of all of the
  /// graph after every stage.
  ///
  /// - Parameters:
  ///   - stopAfter: the number of patches to stop after, to find the one that breaks a model by bisection.
  ///   - isToCompile: whether a run that stops early ends with the passes of `needed`. They do not count.
  /// - Throws: `PassError`; the graph is then as the last patch left it.
  package func run(_ graph: inout Graph, stopAfter: Int? = nil, isToCompile: Bool = false) throws(PassError) -> PipelineReport {
    guard graph.nodes.count <= Self.nodeLimit else {
      throw .invalidGraph("\(graph.nodes.count) nodes are more than the \(Self.nodeLimit) that are supported")
    }
    if let problem = graph.brokenInvariant() { throw .invalidGraph(problem) }
    // Given away, so that weights that are folded are not held twice.
    var run = PipelineRun(graph: exchange(&graph, with: Graph()), stopAfter: stopAfter)
    defer { graph = run.graph.graph }
    var start = passes.startIndex
    var patchesBefore = 0
    while !run.isStopped {
      let stage = passes[start...].prefix { $0.stage == passes[start].stage }
      try run.runToFixpoint(stage)
      try run.checkWhole()
      start = stage.endIndex
      if start == passes.endIndex {
        if run.records.count == patchesBefore { break }
        patchesBefore = run.records.count
        start = passes.startIndex
      }
    }
    if run.isStopped && isToCompile { try run.complete(Self.needed) }
    return run.report()
  }
}

/// Why the passes stopped. Each is a fault of this program, not of the model, except `invalidGraph`.
package enum PassError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The graph that was given breaks an invariant.
  case invalidGraph(String)
  /// A patch broke an invariant.
  case brokenInvariant(PatchRecord, String)
  /// Far more patches than the graph has nodes: two passes undo each other.
  case endless(PatchRecord)

  package var description: String {
    switch self {
    case .invalidGraph(let problem): "the graph is not valid: \(problem)"
    case .brokenInvariant(let record, let problem): "patch \(record) broke the graph: \(problem)"
    case .endless(let record): "the passes do not come to an end; the last patch was \(record)"
    }
  }
}
