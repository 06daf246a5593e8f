import FacetBundle
import FacetDiagnostics

/// The time that instructions take on one core of a board: by the rate of the kernel that runs there, or where no rate is known by a roofline.
public struct TargetTimes: Sendable {
  let model: CostModel?
  private let roofline: Roofline
  /// From the model's unit to seconds.
  private let unit: Double
  /// Seconds of a byte from or to memory; 0 where the model was measured with its memory.
  private let perByte: Double

  /// - Parameter rates: those of another machine or another day; nil for the ones that the binary carries.
  package init(_ target: Target, rates: CostModel? = nil) {
    roofline = Roofline(target)
    let cluster = target.clusters.first
    model = rates ?? cluster.flatMap { KernelRates.of(KernelLevelName(cpu: target.architecture, level: $0.level)) }
    switch model?.unit {
    case .nanoseconds, nil: (unit, perByte) = (1e-9, 0)
    case .instructions: (unit, perByte) = (1 / (cluster?.instructionsPerSecond ?? 1e9), 1 / Double(target.bandwidth))
    }
  }

  /// - Throws: where rates are of another CPU, or of a level that the target's cores have not.
  package static func check(_ rates: CostModel, of target: Target, file: String) throws(FacetError) {
    // A kind may have any level of its CPU. A board's levels for in-order cores are its plain levels' with other words behind.
    let levels =
      target.like.isEmpty
      ? KernelTable.all.first { $0.cpu == target.architecture }?.levels.map(\.name) ?? []
      : target.clusters.flatMap { [$0.level, $0.level + "_in_order"] } + ["scalar"]
    if rates.level.cpu == target.architecture, levels.contains(rates.level.level) { return }
    throw FacetError([
      Diagnostic(
        code: RunErrorCode.otherCosts, file: file,
        message:
          "The rates are of \(rates.level.level) on \(rates.level.cpu), but \(target.name) is \(target.architecture) with \(levels.joined(separator: ", ")).",
        remedy: "Name the board that was measured with --target, or fit rates to what it takes: facet targets \(target.name) --fit COSTS.")
    ])
  }

  /// How many of these instructions have a rate.
  func rated(_ uses: [KernelUse]) -> Int { uses.count { model?.rates[$0.kernel] != nil } }

  /// The level whose kernels are asked for; nil where no rates are known.
  var level: KernelLevelName? { model?.level }

  func seconds(_ use: KernelUse?, _ cost: InstructionCost) -> Double {
    guard let use, let own = model?.cost(kernel: use.kernel, use.shape) else { return roofline.seconds(cost) }
    let bytes = Double(cost.parameterBytes) + Double(cost.bytesRead) + Double(cost.bytesWritten)
    return max(own * unit, bytes * perByte)
  }

  /// "cortex-a76 at 2.4 GHz; …": for people who look at the times.
  func description(_ target: Target) -> String {
    guard let cluster = target.clusters.first else { return target.name }
    let core = "\(target.name), a \(cluster.cpu) at \(gigahertz(cluster.megahertz)) GHz"
    switch model?.unit {
    case .nanoseconds: return "\(target.name), by rates fitted on \(model?.source ?? "")"
    case .instructions:
      return
        "\(core): instructions counted (\(model?.source ?? "")), \(cluster.instructionsPerCycle) a cycle assumed; no board has measured it"
    case nil: return "\(core): by its rates of products and bytes"
    }
  }

  private func gigahertz(_ megahertz: Int) -> String { megahertz % 1000 == 0 ? "\(megahertz / 1000)" : "\(Double(megahertz) / 1000)" }
}
