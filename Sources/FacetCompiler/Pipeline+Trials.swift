import FacetDiagnostics
import FacetIR
import FacetQuantization

/// A way to quantize a network.
struct Trial {
  var pipeline: Pipeline
  var calibration: Calibration?
  /// What it does beside the plain way; nil for that one.
  var method: String?
}

extension Pipeline {
  /// The plain way, and those that may lose less.
  func trials(_ effort: Effort, _ calibration: Calibration?) -> [Trial] {
    var trials = [Trial(pipeline: self, calibration: calibration)]
    if effort == .normal, let calibration, !calibration.checked.isEmpty, let other = equalized(calibration) { trials.append(other) }
    return trials
  }

  private func equalized(_ calibration: Calibration) -> Trial? {
    guard
      let found = Equalization(
        types, calibration.measurements, within: behindTrunk?.withoutTrunk ?? FragmentPartition(types.graph), fixed: Set(fixed.keys))
    else { return nil }
    var other = calibration
    other.measurements = found.measured
    let count = found.factors.count
    return Trial(
      pipeline: Pipeline(source, types: found.types, fixed: fixed, behindTrunk: behindTrunk), calibration: other,
      method: "equalized the channels of \(count) \(count == 1 ? "tensor" : "tensors")")
  }
}

extension FragmentPartition {
  /// The bundle has the trunk: only the branch is made anew.
  fileprivate var withoutTrunk: FragmentPartition {
    var result = self
    result.fragments[0].nodes = []
    return result
  }
}

extension Trial {
  /// What it must bring, in decibels: less is chance.
  private static let leastGain = 0.5

  /// The best of all, and a sentence for each that was tried.
  ///
  /// - Parameter make: a result, and how near its scores are to float.
  static func best<Result>(
    _ trials: [Trial], make: (Trial) throws(FacetError) -> (result: Result, report: QuantizationReport?)
  ) throws(FacetError) -> (trial: Trial, result: Result, report: QuantizationReport?, notes: [String]) {
    var best = try (trial: trials[0], made: make(trials[0]))
    var notes: [String] = []
    for trial in trials.dropFirst() {
      guard let before = best.made.report, let method = trial.method else { continue }
      let made: (result: Result, report: QuantizationReport?)
      do throws(FacetError) {
        made = try make(trial)
      } catch {
        notes.append("Tried: \(method): left, since it cannot be written: \(error.diagnostics.first?.message ?? "").")
        continue
      }
      guard let after = made.report else { continue }
      let isKept = after.isNearer(than: before, by: leastGain)
      notes.append(
        "Tried: \(method): \(before.decibels) -> \(after.decibels), \(isKept ? "kept" : "left").")
      if isKept { best = (trial, made) }
    }
    return (best.trial, best.made.result, best.made.report, notes)
  }
}

extension QuantizationReport {
  /// Whether the scores of all attributes together are nearer to float, and those of none much farther from it.
  fileprivate func isNearer(than other: QuantizationReport, by gain: Double) -> Bool {
    guard attributes.count == other.attributes.count, !attributes.isEmpty else { return false }
    var sum = 0.0
    for (mine, its) in zip(attributes, other.attributes) {
      let difference = mine.sqnrDb - its.sqnrDb
      // From 40 dB on nobody sees a loss.
      if mine.notFinite > its.notFinite || !(difference > -gain || mine.sqnrDb > 40) { return false }
      sum += difference
    }
    return sum / Double(attributes.count) >= gain
  }

  fileprivate var decibels: String {
    func rounded(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }
    let all = attributes.map(\.sqnrDb)
    guard let least = all.min(), let most = all.max(), all.count > 1 else { return all.first.map { "\(rounded($0)) dB" } ?? "" }
    return "\(rounded(least)) to \(rounded(most)) dB"
  }
}
