import FacetBundle
import FacetDiagnostics
import FacetIR
import FacetImport
import FacetLowering
import FacetQuantization
import FacetRuntime

/// A way to quantize a network.
struct Trial {
  var pipeline: Pipeline
  var calibration: Calibration?
  /// What it does beside the plain way, in the order in which it was tried.
  var methods: [String] = []
  var isEqualized = false
}

/// What a trial gave.
struct Made<Result> {
  var result: Result
  /// How near its scores are to float.
  var report: QuantizationReport?
  var bundle: Bundle
  var byteCount: Int
  /// Those that were lowered from the model, by number.
  var fragments: [Int: LoweredFragment]
}

extension Trial {
  /// What it must bring, in decibels: less is chance.
  private static let leastGain = 0.5

  /// What more bits must bring: they cost time.
  private static let leastGainOfBits = 2.0

  /// One after the other of the ways that may lose less, each on the best before it: equalized channels, other ranges, more bits for a few results,
  /// weights rounded for what they read.
  private enum Step: CaseIterable {
    case equalize, wholeRanges, moreBits, round
  }

  /// The best of all, and a sentence for each that was tried.
  static func best<Result>(
    _ plain: Trial, _ effort: Effort, threads: Int, make: (Trial) throws(FacetError) -> Made<Result>
  ) throws(FacetError) -> (trial: Trial, made: Made<Result>, notes: [String]) {
    var best = try (trial: plain, made: make(plain))
    var notes: [String] = []
    if effort == .normal, let calibration = plain.calibration, !calibration.checked.isEmpty {
      for step in Step.allCases {
        let next =
          switch step {
          case .equalize: best.trial.equalized()
          case .wholeRanges: best.trial.withWholeRanges()
          case .moreBits: try best.trial.withMoreBits(of: plain, best.made.report, threads: threads)
          case .round: try best.trial.rounded(best.made.bundle, best.made.fragments, threads: threads)
          }
        guard let before = best.made.report, let trial = next, let method = trial.methods.last else { continue }
        let made: Made<Result>
        do throws(FacetError) {
          made = try make(trial)
        } catch {
          notes.append("Tried: \(method): left, since it cannot be written: \(error.diagnostics.first?.message ?? "").")
          continue
        }
        guard let after = made.report else { continue }
        let isKept = after.isNearer(than: before, by: step == .moreBits ? leastGainOfBits : leastGain)
        notes.append("Tried: \(method): \(before.decibels) -> \(after.decibels), \(isKept ? "kept" : "left").")
        if isKept { best = (trial, made) }
      }
    }
    return (best.trial, best.made, notes)
  }

  func equalized() -> Trial? {
    guard let calibration,
      let found = Equalization(
        pipeline.types, calibration.measurements, within: pipeline.behindTrunk?.withoutTrunk ?? FragmentPartition(pipeline.types.graph),
        fixed: Set(pipeline.fixed.keys))
    else { return nil }
    var other = self
    other.calibration?.measurements = found.measured
    other.pipeline = Pipeline(
      pipeline.source, types: found.types, precisions: pipeline.precisions, fixed: pipeline.fixed, behindTrunk: pipeline.behindTrunk)
    other.pipeline.mayGiveMoreBits = pipeline.mayGiveMoreBits
    let count = found.factors.count
    other.methods.append("equalized the channels of \(count) \(count == 1 ? "tensor" : "tensors")")
    other.isEqualized = true
    return other
  }

  /// With nothing cut off: large numbers are rare, and may be what matters.
  private func withWholeRanges() -> Trial? {
    guard calibration?.rangesAreOpen == true, pipeline.needsMeasurements else { return nil }
    var other = self
    other.calibration?.measurements.method = .minmax
    other.methods.append("ranges from the smallest to the largest number")
    return other
  }

  private func rounded(_ bundle: Bundle, _ fragments: [Int: LoweredFragment], threads: Int) throws(FacetError) -> Trial? {
    guard let calibration, !calibration.learned.isEmpty else { return nil }
    do {
      var inputs = LayerInputs(bundle, pipeline.types, fragments)
      if inputs.isEmpty { return nil }
      try inputs.add(calibration.learned, Session.make(bundle, threads: threads))
      let found = inputs.rounded(pipeline.decide(calibration))
      if found.isEmpty { return nil }
      var other = self
      other.pipeline.rounded = found
      other.methods.append("rounded the weights of \(found.count) \(found.count == 1 ? "layer" : "layers") for what they read")
      return other
    } catch {
      throw FacetError.internalError("rounding", error, pipeline.source.source.file)
    }
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

extension QuantizationReport {
  /// Whether the scores of all attributes together are nearer to float, and those of none much farther from it.
  fileprivate func isNearer(than other: QuantizationReport, by gain: Double) -> Bool {
    guard attributes.count == other.attributes.count, !attributes.isEmpty else { return false }
    var sum = 0.0
    for (mine, its) in zip(attributes, other.attributes) {
      let difference = mine.sqnrDb - its.sqnrDb
      // From 40 dB on nobody sees a loss.
      if mine.notFinite > its.notFinite || !(difference > -0.5 || mine.sqnrDb > 40) { return false }
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
