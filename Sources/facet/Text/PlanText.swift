import FacetCompiler
import FacetDiagnostics
import FacetFiles
import FacetVerification

/// A plan as people read it.
struct PlanText {
  let report: PlanReport

  init(_ report: PlanReport) { self.report = report }

  var text: String {
    var parts = ["\(report.file): \(report.precision), \(times)"]
    if !report.warnings.isEmpty { parts.append(report.warnings.map { "  warning: \($0)" }.joined(separator: "\n")) }
    parts.append(tree)
    if !forks.isEmpty { parts.append(forks) }
    parts += [attributes, business]
    if !report.notes.isEmpty { parts.append(report.notes.map { "  note: \($0)" }.joined(separator: "\n")) }
    return parts.map {
      $0.split(separator: "\n", omittingEmptySubsequences: false).map { terminalText(String($0)) }.joined(separator: "\n")
    }
    .joined(separator: "\n\n")
  }

  private var times: String {
    guard let measured = report.measured else { return "times modelled for one core of \(report.timesFrom)" }
    let (modelled, found) = (report.merged.modelledMilliseconds, report.merged.measuredMilliseconds ?? 0)
    return "times measured with \(measured): \(shown(found)); modelled for \(report.timesFrom): \(shown(modelled))"
      + (found > 0 ? ", \(modelled < found ? "" : "+")\(decimal(100 * (modelled / found - 1), 1)) %" : "")
  }

  private var timeColumn: String { report.measured == nil ? "modelled time" : "measured time" }

  private var costColumns: [String] { ["MACs", "parameters", "weights", "activations", timeColumn] }

  private func cells(_ cost: PlanReport.Cost) -> [String] {
    [
      counted(cost.multiplyAccumulates), counted(cost.parameters), bytes(cost.weightBytes), bytes(cost.activationBytes),
      shown(cost.milliseconds),
    ]
  }

  private func shown(_ time: Double) -> String { milliseconds(time, digits: 1) }

  private func share(_ part: Double, of whole: Double) -> String { whole > 0 ? decimal(100 * part / whole, 1) + " %" : "-" }

  /// Each part below the one that it leaves.
  private var tree: String {
    var table = TextTable(["part", "instructions"] + costColumns + ["share"])
    func add(_ index: Int, _ line: String, _ indent: String) {
      let part = report.parts[index]
      table.add(
        [line + part.name, "\(part.instructions)"] + cells(part.cost)
          + [share(part.cost.milliseconds, of: report.merged.milliseconds)])
      let children = report.parts.indices.filter { report.parts[$0].parent == index }
      for child in children {
        let isLast = child == children.last
        add(child, indent + (isLast ? "└ " : "├ "), indent + (isLast ? "  " : "│ "))
      }
    }
    add(0, "", "")
    table.add(["all", "\(report.parts.reduce(0) { $0 + $1.instructions })"] + cells(report.merged) + [""])
    return table.text() + "\n  arena: \(bytes(report.arenaBytes))"
      + (report.scratchBytes > 0 ? ", and \(bytes(report.scratchBytes)) of scratch for each thread" : "")
  }

  /// The tensors where parts leave others, each once.
  private var forks: String {
    var table = TextTable(["fork", "of", "height x width x channels", "bytes", "read by"], left: ["of", "read by"])
    var listed: [PlanReport.Fork] = []
    for fork in report.parts.flatMap(\.forks) where !listed.contains(fork) {
      listed.append(fork)
      let readers = report.parts.filter { $0.forks.contains(fork) }.map(\.name)
      table.add([
        fork.tensor ?? "\(listed.count)", report.parts[fork.part].name, fork.shape.map(String.init).joined(separator: " x "),
        bytes(fork.bytes), readers.joined(separator: ", "),
      ])
    }
    return listed.isEmpty ? "" : table.text()
  }

  private var attributes: String {
    var table = TextTable(["attribute", "alone: MACs", "weights", timeColumn, "left out saves: MACs", "weights", timeColumn])
    for attribute in report.attributes {
      let (alone, saved) = (attribute.alone, attribute.leavingOutSaves)
      table.add([
        attribute.name, counted(alone.multiplyAccumulates), bytes(alone.weightBytes), shown(alone.milliseconds),
        counted(saved.multiplyAccumulates), bytes(saved.weightBytes), shown(saved.milliseconds),
      ])
    }
    return table.text()
  }

  private var business: String {
    var table = TextTable(["network"] + costColumns)
    for network in report.separate { table.add([network.name] + cells(network.cost)) }
    let (apart, merged) = (report.separateTotal, report.merged)
    table.add(["\(report.separate.count) apart"] + cells(apart))
    table.add(["merged into one"] + cells(merged))
    func saved(_ a: Int, _ b: Int) -> String { share(Double(a - b), of: Double(a)) }
    table.add([
      "saved", saved(apart.multiplyAccumulates, merged.multiplyAccumulates), saved(apart.parameters, merged.parameters),
      saved(apart.weightBytes, merged.weightBytes), saved(apart.activationBytes, merged.activationBytes),
      share(apart.milliseconds - merged.milliseconds, of: apart.milliseconds),
    ])
    return table.text()
  }
}
