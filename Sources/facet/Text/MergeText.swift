import FacetCompiler
import FacetDiagnostics
import FacetFiles
import FacetVerification

/// What merged models share, as people read it.
struct MergeText {
  let merge: CompileReport.Merge

  init(_ merge: CompileReport.Merge) { self.merge = merge }

  var lines: [String] {
    let apart = merge.models.map(\.alone)
    var lines = [
      "  merged: \(merge.models.count) models, \(cost(apart.reduce(0) { $0 + $1.parameters }, apart.reduce(0) { $0 + $1.multiplyAccumulates })) apart, "
        + "\(cost(merge.together.parameters, merge.together.multiplyAccumulates)) together (after folding)",
      "    \(plural(merge.sharedByAll.operators, "operator")) \(merge.sharedByAll.operators == 1 ? "is" : "are") shared by all: "
        + cost(merge.sharedByAll.parameters, merge.sharedByAll.multiplyAccumulates),
    ]
    for model in merge.models {
      lines.append(
        "    \(model.name): shares \(model.shared.operators) of \(plural(model.alone.operators, "operator")), "
          + "\(cost(model.shared.parameters, model.shared.multiplyAccumulates))")
    }
    if let tolerated = merge.tolerated {
      lines.append(
        "    within the tolerance: \(plural(tolerated.operators, "operator")) of \(tolerated.models.joined(separator: ", ")), whose weights differ by at most "
          + "\(tolerated.tolerance) of the largest in their tensor (in '\(tolerated.tensor)')")
    }
    return lines.map(terminalText)
  }

  private func cost(_ parameters: Int, _ multiplyAccumulates: Int) -> String {
    "\(counted(parameters)) parameters and \(counted(multiplyAccumulates)) MACs"
  }
}
