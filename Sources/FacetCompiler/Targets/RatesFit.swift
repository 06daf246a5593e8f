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
      func refuse(_ message: String, _ remedy: String) -> FacetError {
        FacetError([Diagnostic(code: RunErrorCode.otherCosts, file: file, message: message, remedy: remedy)])
      }
      if one.instructions.isEmpty {
        throw refuse("It says nothing of instructions.", "Measure again with this version: --write-costs writes them.")
      }
      if one.threads != 1 {
        throw refuse("It was measured with \(one.threads) threads, and rates are of one.", "Measure again with --threads 1.")
      }
      if let first = costs.first, first.costs.isa != one.isa {
        throw refuse(
          "It was measured with the kernels \(one.isa), but \(first.name) with \(first.costs.isa).", "Measure all with one --isa.")
      }
      costs.append((name: file, costs: one))
    }
    isa = costs.first?.costs.isa ?? ""
    let table = KernelTable.all.first { $0.cpu == target.architecture }
    for (name, one) in costs {
      let names = Set(table?.kernels.map(\.name) ?? [])
      let strange = one.instructions.first { !names.contains($0.use.kernel) }?.use.kernel
      guard strange != nil || table?.levels.contains(where: { $0.name == one.isa }) != true else { continue }
      throw FacetError([
        Diagnostic(
          code: RunErrorCode.otherCosts, file: name,
          message:
            "It was measured with the kernels \(strange.map { quoted($0) + " of " } ?? "")\(one.isa), which an engine for \(target.architecture) has not.",
          remedy: "Name the board or kind of CPU that was measured.")
      ])
    }
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
