import FacetBundle
import FacetDiagnostics

/// Rates of kernels fitted to what some bundles took on one machine.
package struct RatesFit: Encodable, Sendable {
  /// A network's times in milliseconds, from the input in its tensor to the scores.
  package struct Network: Encodable, Sendable, Equatable {
    package var file: String
    package var measuredMilliseconds: Double
    package var modelledMilliseconds: Double
    /// By rates that were fitted to the other files; nil where they do not have all its kernels.
    package var modelledByOthersMilliseconds: Double?

    /// How far the model is off, as a share.
    package var error: Double { measuredMilliseconds > 0 ? modelledMilliseconds / measuredMilliseconds - 1 : 0 }
    package var errorByOthers: Double? { modelledByOthersMilliseconds.map { measuredMilliseconds > 0 ? $0 / measuredMilliseconds - 1 : 0 } }
  }

  package let model: CostModel
  package let networks: [Network]
  package let kernels: [String]
  package let isa: String

  private enum CodingKeys: CodingKey { case networks, kernels, isa }

  /// - Parameter files: paths of costs, all measured with the same kernels and one thread.
  package init(_ files: [String], target: Target, source: String) throws(FacetError) {
    var costs: [(name: String, costs: MeasuredCosts)] = []
    for file in files {
      let one = try MeasuredCosts.load(file)
      try Self.check(one, file: file, target: target)
      if let first = costs.first, first.costs.isa != one.isa {
        throw Self.refusal(
          file, "It was measured with the kernels \(one.isa), but \(first.name) with \(first.costs.isa).", "Measure all with one --isa.")
      }
      costs.append((name: file, costs: one))
    }
    isa = costs.first?.costs.isa ?? ""
    if costs.allSatisfy({ $0.costs.instructions.allSatisfy { $0.time.minimum == 0 } }) {
      throw FacetError([
        Diagnostic(
          code: RunErrorCode.costs, file: files[0], message: "No instruction took any time.",
          remedy: "Measure again: its clock did not go on.")
      ])
    }
    let level = KernelLevelName(cpu: target.architecture, level: isa)
    let fitted = CostFit.fit(costs, level: level, unit: .nanoseconds, source: source)
    model = fitted.model
    kernels = fitted.model.rates.keys.sorted()
    networks = fitted.rows.map {
      Network(
        file: $0.file, measuredMilliseconds: $0.measured / 1e6, modelledMilliseconds: $0.modelled / 1e6,
        modelledByOthersMilliseconds: $0.byOthers.map { $0 / 1e6 })
    }
  }
}

extension RatesFit {
  private static func refusal(_ file: String, _ message: String, _ remedy: String) -> FacetError {
    FacetError([Diagnostic(code: RunErrorCode.otherCosts, file: file, message: message, remedy: remedy)])
  }

  /// - Throws: where a file says nothing that rates of the target's kernels could be fitted to.
  private static func check(_ costs: MeasuredCosts, file: String, target: Target) throws(FacetError) {
    if costs.instructions.isEmpty {
      throw refusal(file, "It says nothing of instructions.", "Measure again with this version: --write-costs writes them.")
    }
    if costs.threads != 1 {
      throw refusal(file, "It was measured with \(costs.threads) threads, and rates are of one.", "Measure again with --threads 1.")
    }
    let other = "Name the board or kind of CPU that was measured."
    let known = KernelTable.all.first { $0.cpu == target.architecture }
    let all = Set(known?.kernels.map(\.name) ?? [])
    let ofLevel = KernelLevelName(cpu: target.architecture, level: costs.isa).kernels
    let strange = costs.instructions.map(\.use.kernel).first { !all.contains($0) }
    guard strange == nil, let ofLevel else {
      let what = strange.map { "\(quoted($0)) of " } ?? ""
      throw refusal(
        file, "It was measured with the kernels \(what)\(costs.isa), which an engine for \(target.architecture) has not.", other)
    }
    if let passed = costs.instructions.map(\.use.kernel).first(where: { !ofLevel.contains($0) }) {
      throw refusal(
        file, "Its level is \(costs.isa), at which no engine runs the kernel \(quoted(passed)).",
        "Measure again: 'facet targets --kernels \(target.architecture)' lists the kernels in the order in which they are tried.")
    }
    guard target.runnableLevels.contains(costs.isa) else {
      throw refusal(
        file, "It was measured with the kernels \(costs.isa), and \(target.name) has \(target.runnableLevels.joined(separator: ", ")).",
        other)
    }
    if let index = costs.instructions.firstIndex(where: { !$0.use.isPossible }) {
      throw refusal(
        file, "instructions[\(index)] has sizes or work that \(quoted(costs.instructions[index].use.kernel)) cannot have had.",
        "Measure again: --write-costs writes what ran.")
    }
  }
}
