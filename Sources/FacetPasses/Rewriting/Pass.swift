import FacetIR

/// One kind of rewrite that keeps what a graph computes.
package protocol Pass: Sendable {
  /// A fixed name for logs, e.g. `fold-affine-into-producer`.
  var name: String { get }

  var stage: PassStage { get }

  /// The rewrite that starts at the node of this index, or nil where this pass does not apply.
  ///
  /// Applying it must bring the graph closer to a fixpoint: no pass may undo another.
  func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch?
}

/// The passes of a stage run to a fixpoint together before those of the next begin.
package enum PassStage: Sendable, Equatable {
  /// Algebra on constants: fewer nodes, no activation fused yet.
  case fold
  /// Activations and additions into the operators before them.
  case fuse
}

/// One rewrite of one place of a graph.
package struct Patch {
  /// What is done, e.g. `fold-affine-into-conv`.
  package var name: String
  /// The name of the node where it starts.
  package var node: String
  /// What else a reader of the log wants to know, e.g. the other nodes.
  package var detail: String
  /// What becomes of affines, so that each batch normalization can be followed.
  package var traces: [AffineTrace]
  /// Rewrites the graph that the patch was found in. Nodes that nobody needs afterwards are removed by the pipeline.
  package var apply: (inout PassGraph) -> Void

  package init(
    _ name: String, node: String, detail: String, traces: [AffineTrace] = [], apply: @escaping (inout PassGraph) -> Void
  ) {
    self.name = name
    self.node = node
    self.detail = detail
    self.traces = traces
    self.apply = apply
  }
}

/// What a patch does to an affine (or the batch normalization that it was), known by the value that it computes.
package enum AffineTrace: Sendable, Equatable {
  /// It is now part of other nodes, e.g. `Conv 'stem'`.
  case folded(ValueID, into: [String])
  /// It is now part of other affines, which compute these values.
  case merged(ValueID, into: [ValueID])
  /// It computes another value now.
  case moved(ValueID, to: ValueID)
  /// It is gone.
  case removed(ValueID, reason: String)
}

extension Node {
  /// `Conv 'stem'`: how logs and reports name a node.
  package var title: String { "\(op.name) '\(name)'" }
}
