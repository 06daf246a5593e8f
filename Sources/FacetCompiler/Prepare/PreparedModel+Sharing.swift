import FacetDiagnostics
import FacetFormat
import FacetIR
import FacetImport
import FacetRecipe

extension PreparedModel {
  /// The attributes of one model, a bit each.
  func attributes(ofModel index: Int) -> AttributeSet {
    outputModels.indices.reduce(into: AttributeSet()) { if outputModels[$1] == index { $0.insert($1) } }
  }

  func attributeNames(ofModel index: Int) -> [String] {
    attributes.indices.filter { outputModels[$0] == index }.map { attributes[$0].name }
  }

  /// Shares what folding has made equal, and says what is shared between models.
  static func share(
    _ graph: inout Graph, _ parts: SharedParts, _ models: MergedModels, tolerance: Double, report: inout CompileReport
  ) throws(FacetError) {
    let tolerated = parts.share(&graph, tolerance: tolerance)
    guard models.names.count > 1 else { return }
    if let (index, other) = parts.redundant(graph) {
      throw FacetError([
        Diagnostic(
          code: MergeErrorCode.repeated, file: models.sources[index].file,
          message: "All of its results are those of '\(models.sources[other].file)': it is the same network with the same weights.",
          remedy: "Leave one of the two out, or check that the right file is named.")
      ])
    }
    var merge = parts.summary(graph)
    merge.tolerated = tolerated
    merge.wouldShare = parts.wouldShare(graph)
    report.merge = merge
    for model in merge.models where model.shared.operators == 0 {
      report.notes.append("'\(model.name)' shares nothing with the other models: merged, it costs what it costs alone.")
    }
    if let near = merge.wouldShare {
      let plural = near.operators == 1 ? "operator" : "operators"
      report.notes.append(
        "\(near.operators) more \(plural) (\(near.parameters) parameters) of \(near.models.joined(separator: ", ")) would be shared with "
          + "--merge-tolerance \(near.tolerance): the weights differ by at most that share of the largest in their tensor "
          + "(in '\(near.tensor)').")
    }
  }
}
