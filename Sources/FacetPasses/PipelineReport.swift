/// One patch that was applied.
package struct PatchRecord: Sendable, Equatable, CustomStringConvertible {
  /// From 1: `stopAfter: index` stops right after this patch.
  package var index: Int
  /// The pass that found it.
  package var pass: String
  /// What was done, e.g. `fold-affine-into-conv`.
  package var patch: String
  /// The name of the node where it starts.
  package var node: String
  /// The other nodes, in words.
  package var detail: String

  /// `12 fold-affine-into-conv 'bn1': into Conv 'conv1'`
  package var description: String { "\(index) \(patch) '\(node)': \(detail)" }
}

/// What a run of the passes did.
package struct PipelineReport: Sendable, Equatable {
  /// In order.
  package var patches: [PatchRecord]
  /// What was done after the run had stopped early, so that the graph can be compiled; numbered on.
  package var completions: [PatchRecord] = []
  /// What became of each batch normalization of the source graph, in its order.
  package var batchNorms: [BatchNormReport]
  /// Whether the run ended because of `stopAfter`.
  package var stopped: Bool

  /// The batch normalizations that cannot be converted. Each is an error of the model.
  package var refusedBatchNorms: [BatchNormReport] {
    batchNorms.filter { if case .refused = $0.fate { true } else { false } }
  }
}

/// What became of one batch normalization.
package struct BatchNormReport: Sendable, Equatable, CustomStringConvertible {
  /// The name of its node in the source graph.
  package var name: String
  package var fate: BatchNormFate
  /// The first of the affines that it became one with on the way, e.g. `bn2` of two in a row.
  package var mergedWith: [String]
  /// Of all of them.
  package var mergedCount: Int

  /// How many names are kept: nobody reads thousands, as a long chain would give.
  package static let mergedNames = 8

  /// `bn1: merged with 'scale1', folded into Conv 'conv1'`
  package var description: String {
    "\(name): \(text)"
  }

  /// `merged with 'scale1', folded into Conv 'conv1'`
  package var text: String {
    let more = mergedCount > mergedWith.count ? " and \(mergedCount - mergedWith.count) more" : ""
    let merged = mergedWith.isEmpty ? "" : "merged with \(mergedWith.map { "'\($0)'" }.joined(separator: ", "))\(more), "
    return "\(merged)\(fate)"
  }
}

package enum BatchNormFate: Sendable, Equatable, CustomStringConvertible {
  /// Part of other operators, e.g. `Conv 'stem'`.
  case folded(into: [String])
  /// A per-channel affine that stays in the graph, and why.
  case keptAsAffine(node: String, reason: String)
  /// Gone, and why.
  case removed(reason: String)
  /// Its numbers make no affine: an error of the model.
  case refused(reason: String)
  /// The run was stopped before.
  case untouched

  package var description: String {
    switch self {
    case .folded(let targets): "folded into \(targets.joined(separator: ", "))"
    case .keptAsAffine(_, let reason): "kept as affine: \(reason)"
    case .removed(let reason): "removed: \(reason)"
    case .refused(let reason): "refused: \(reason)"
    case .untouched: "not converted yet"
    }
  }
}
