import FacetBundle
import FacetDiagnostics

/// The time that instructions take on one core of a board: by the rate of the kernel that runs there, or where no rate is known by a roofline.
public struct TargetTimes: Sendable {
  /// Rates with what makes seconds of them.
  private struct Rates: Sendable {
    var model: CostModel
    /// From the model's unit to seconds.
    var unit: Double
    /// Seconds of a byte from or to memory; 0 where the model was measured with its memory.
    var perByte: Double

    init(_ model: CostModel, _ target: Target) {
      self.model = model
      switch model.unit {
      case .nanoseconds: (unit, perByte) = (1e-9, 0)
      case .instructions: (unit, perByte) = (1 / (target.clusters.first?.instructionsPerSecond ?? 1e9), 1 / Double(target.bandwidth))
      }
    }
  }

  /// The level whose kernels are asked for; nil where the target has no cores.
  let level: KernelLevelName?
  /// Those that were given: of another machine or another day.
  private let given: Rates?
  /// Those that the binary carries for the CPU, the level's own first: a bundle that was compiled for another kind of CPU runs kernels of lower ones.
  private let carried: [Rates]
  private let roofline: Roofline

  /// - Parameter rates: nil for the ones that the binary carries.
  package init(_ target: Target, rates: CostModel? = nil) {
    roofline = Roofline(target)
    let level = rates?.level ?? target.clusters.first.map { KernelLevelName(cpu: target.architecture, level: $0.level) }
    self.level = level
    given = rates.map { Rates($0, target) }
    let ofCPU = KernelRates.all.filter { $0.level.cpu == target.architecture }
    carried = (ofCPU.filter { $0.level == level } + ofCPU.filter { $0.level != level }).map { Rates($0, target) }
  }

  /// - Throws: where rates are of another CPU, or of a level that the target's cores have not.
  package static func check(_ rates: CostModel, of target: Target, file: String) throws(FacetError) {
    let levels = target.runnableLevels
    if rates.level.cpu == target.architecture, levels.contains(rates.level.level) { return }
    throw FacetError([
      Diagnostic(
        code: RunErrorCode.otherCosts, file: file,
        message:
          "The rates are of \(rates.level.level) on \(rates.level.cpu), but \(target.name) is \(target.architecture) with \(levels.joined(separator: ", ")).",
        remedy: "Name the board that was measured with --target, or fit rates to what it takes: facet targets \(target.name) --fit COSTS.")
    ])
  }

  private func rates(of kernel: String) -> Rates? { ([given].compactMap(\.self) + carried).first { $0.model.rates[kernel] != nil } }

  func seconds(_ use: KernelUse?, _ cost: InstructionCost) -> Double {
    guard let use, let rates = rates(of: use.kernel), let own = rates.model.cost(kernel: use.kernel, use.shape) else {
      return roofline.seconds(cost)
    }
    let bytes = Double(cost.parameterBytes) + Double(cost.bytesRead) + Double(cost.bytesWritten)
    return max(own * rates.unit, bytes * rates.perByte)
  }
}

extension TargetTimes {
  /// Says where rates do not reach.
  func notes(_ uses: [KernelUse], _ target: Target) -> [String] {
    var notes: [String] = []
    if let given, !target.like.isEmpty, let own = target.clusters.first?.level, given.model.level.level != own {
      notes.append("The rates are of \(given.model.level.level); by default \(target.name) runs the kernels of \(own).")
    }
    let unknown = uses.filter { rates(of: $0.kernel) == nil }
    let rest = "from the target's rates of products and bytes"
    if let given {
      let unrated = uses.filter { given.model.rates[$0.kernel] == nil }
      guard !unrated.isEmpty else { return notes }
      let from =
        unknown.isEmpty
        ? "from the rates that facet carries"
        : unknown.count == unrated.count ? rest : "from the rates that facet carries, \(unknown.count) of them \(rest)"
      notes.append(
        "\(unrated.count) of \(uses.count) instructions have no rate of this file (their kernels: \(kernelList(unrated))): their times are estimated \(from)."
      )
    } else if !unknown.isEmpty {
      notes.append(
        "\(unknown.count) of \(uses.count) instructions run kernels without a rate (\(kernelList(unknown))): their times follow \(rest).")
    }
    return notes
  }

  /// "cortex-a76 at 2.4 GHz; …", by the rates that these instructions take: for people who look at the times.
  func description(_ target: Target, _ uses: [KernelUse]) -> String {
    if let given {
      let count = uses.count { given.model.rates[$0.kernel] != nil }
      if count > 0 {
        return "\(target.name), by rates fitted on \(given.model.source)"
          + (count < uses.count ? ", \(count) of \(uses.count) instructions" : "")
      }
    }
    guard let cluster = target.clusters.first else { return target.name }
    let core = "\(target.name), a \(cluster.cpu) at \(gigahertz(cluster.megahertz)) GHz"
    // That of most instructions; the first of equals.
    let counts = carried.map { rates in uses.count { self.rates(of: $0.kernel)?.model.level == rates.model.level } }
    guard let most = counts.max(), most > 0, let index = counts.firstIndex(of: most) else {
      return "\(core): by its rates of products and bytes"
    }
    let model = carried[index].model
    switch model.unit {
    case .nanoseconds: return "\(target.name), by rates fitted on \(model.source)"
    case .instructions:
      return "\(core): instructions counted (\(model.source)), \(cluster.instructionsPerCycle) a cycle assumed; no board has measured it"
    }
  }

  private func gigahertz(_ megahertz: Int) -> String { megahertz % 1000 == 0 ? "\(megahertz / 1000)" : "\(Double(megahertz) / 1000)" }
}

/// "conv_s8_scalar (30), table_s8_scalar and 2 more": those of most instructions first.
func kernelList(_ uses: [KernelUse]) -> String {
  let counts = Dictionary(grouping: uses, by: \.kernel).mapValues(\.count).sorted { ($1.value, $0.key) < ($0.value, $1.key) }
  let shown = counts.prefix(4).map { $0.value > 1 ? "\($0.key) (\($0.value))" : $0.key }
  return shown.joined(separator: ", ") + (counts.count > shown.count ? " and \(counts.count - shown.count) more" : "")
}
