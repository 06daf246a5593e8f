import FacetCompiler
import FacetDiagnostics
import FacetFiles
import FacetImport
import FacetMetrics
import FacetRecipe
import FacetVerification

/// What `facet verify` says of the budgets.
struct GateText {
  private let report: VerificationReport
  private var gate: VerificationReport.Gate { report.gate }

  init(_ report: VerificationReport) { self.report = report }

  var text: String {
    if gate.passed { return ["Every budget is met.", unstated].compactMap(\.self).joined(separator: " ") }
    let parts: [(title: String, lines: [String])] = [
      ("Budgets missed:", gate.missed.map(text)),
      ("Too few samples to tell whether these budgets are met:", gate.undecided.map(text)),
      ("Budgets that could not be checked:", gate.unchecked.map(text)),
      ("Not the model that was compiled (--other-model, if it is meant):", (gate.otherModels ?? []).map(terminalText)),
    ]
    let lines = parts.filter { !$0.lines.isEmpty }.flatMap { [$0.title] + $0.lines.map { "  " + $0 } }
    return (lines + [unstated].compactMap(\.self)).joined(separator: "\n")
  }

  /// Attributes of which a reader might think that they were checked.
  private var unstated: String? {
    gate.withoutBudget.map { names in
      "Nothing was checked for \(names.map(terminalText).joined(separator: ", ")): the recipe states no budget for \(names.count == 1 ? "it" : "them")."
    }
  }

  /// "age", "age where lighting is dim".
  private func name(_ subject: VerificationReport.Subject) -> String {
    guard let column = subject.subgroup else { return subject.attribute }
    let groups = subject.group.map { "where \(terminalText(column)) is \(terminalText($0))" } ?? "by \(terminalText(column))"
    return "\(subject.attribute) \(groups)"
  }

  private func text(_ miss: VerificationReport.Miss) -> String {
    switch miss.criterion {
    case .metric(let metric): "\(name(miss.subject)): \(metric.text(miss.value, limit: miss.limit))"
    case .finite: "\(name(miss.subject)): \(Int(miss.value)) scores are infinite or not a number"
    }
  }

  private func text(_ undecided: VerificationReport.Undecided) -> String {
    let metric = undecided.budget
    let needed =
      undecided.samplesNeeded.map { "about \($0) samples at these rates would decide it" }
      ?? "no number of samples would decide it at these rates"
    return "\(name(undecided.subject)): \(metric.text(undecided.value, limit: undecided.limit)); "
      + "with \(plural(undecided.samples, "sample")) it could be as \(metric.isUpperLimit ? "high" : "low") as \(metric.text(undecided.bound)) "
      + "(95 % confidence); \(needed)"
  }

  private func text(_ unchecked: VerificationReport.Unchecked) -> String {
    let subject = unchecked.subject
    let reason =
      report.attributes[subject.attribute] == nil
      ? "no outputs were saved for it"
      : subject.subgroup != nil && subject.group == nil
        ? "the data have no labels.csv with this column"
        : unchecked.budget.needsLabels ? "no sample has a label" : "the attribute has no classes"
    return "\(name(subject)): \(unchecked.budget.rawValue) \(decimal(unchecked.limit, 2)): \(reason)"
  }
}
