import FacetBundle
import FacetCompiler
import FacetDiagnostics
import FacetImport
import FacetVerification

/// Two bundles side by side, as people read it.
struct DifferenceText {
  let report: BundleDifference
  let old: String
  let new: String
  let delta: String?

  init(_ report: BundleDifference, old: String, new: String, delta: String?) {
    (self.report, self.old, self.new, self.delta) = (report, old, new, delta)
  }

  var text: String {
    var lines = ["\(old) (\(bytes(report.bytesBefore))) and \(new) (\(bytes(report.bytesAfter)))"]
    if report.isEqual {
      lines.append("  are equal, byte by byte")
    } else {
      lines.append(
        "  \(plural(report.equalSections, "section")) \(report.equalSections == 1 ? "is" : "are") equal, "
          + "\(report.sections.count) \(report.sections.count == 1 ? "is" : "are") not")
      if !report.sections.isEmpty { lines += ["", sections] }
      lines += ["", fragments, "", plans]
      if !report.interface.isEmpty { lines += [""] + report.interface.flatMap(field) }
      if !report.provenance.isEmpty { lines += ["", "  provenance"] + report.provenance.flatMap(field) }
    }
    if let delta, let size = report.deltaBytes { lines += ["", "\(delta): \(bytes(size))"] }
    return terminalLines(lines)
  }

  private func field(_ field: BundleDifference.Field) -> [String] {
    func cut(_ text: String?) -> String {
      guard let text else { return "-" }
      return text.count > 160 ? text.prefix(160) + "…" : text
    }
    return ["  \(field.name)", "    before: \(cut(field.before))", "    after:  \(cut(field.after))"]
  }

  private var sections: String {
    var table = TextTable(["section", "before", "after"])
    for section in report.sections {
      table.add([
        "\(section.kind) \(section.index)", section.bytesBefore.map { bytes($0) } ?? "-", section.bytesAfter.map { bytes($0) } ?? "-",
      ])
    }
    return table.text()
  }

  private var fragments: String {
    var table = TextTable(["fragment", "instructions", "MACs", "weights", "changed ranges", "changed weights", "largest change"])
    for fragment in report.fragments {
      guard !fragment.isEqual else {
        table.add([fragment.name, "equal"])
        continue
      }
      table.add([
        fragment.name, change(fragment.instructionsBefore, fragment.instructionsAfter) { "\($0)" },
        change(fragment.multiplyAccumulatesBefore, fragment.multiplyAccumulatesAfter, counted),
        change(fragment.weightBytesBefore, fragment.weightBytesAfter) { bytes($0) },
        fragment.ranges.map { "\($0.changed) of \($0.tensors)" + ($0.changed > 0 ? ", by at most \(decimal($0.largestRatio, 2)) x" : "") }
          ?? "other tensors",
        fragment.weights.map { "\($0.changed) of \($0.elements)" } ?? "other layers",
        fragment.weights.map(largest) ?? "-",
      ])
    }
    return table.text()
  }

  private func largest(_ weights: BundleDifference.Weights) -> String {
    var parts: [String] = []
    if weights.largestStep > 0 { parts.append("\(weights.largestStep) of 254 steps") }
    if weights.largestFloat > 0 { parts.append(scientific(weights.largestFloat)) }
    return parts.isEmpty ? "-" : parts.joined(separator: ", ")
  }

  private var plans: String {
    var table = TextTable(["plan", "arena"])
    for plan in report.plans {
      let name = plan.name.isEmpty ? "(default)" : plan.name
      guard let before = plan.arenaBytesBefore, let after = plan.arenaBytesAfter else {
        table.add([name, plan.arenaBytesBefore == nil ? "new" : "gone"])
        continue
      }
      table.add([name, change(before, after) { bytes($0) }])
    }
    return table.text()
  }

  private func change(_ before: Int, _ after: Int, _ text: (Int) -> String) -> String {
    before == after ? text(before) : "\(text(before)) -> \(text(after))"
  }
}
