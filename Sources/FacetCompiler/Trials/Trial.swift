import FacetBundle
import FacetDiagnostics
import FacetIR
import FacetImport
import FacetLowering
import FacetMetrics
import FacetQuantization
import FacetRuntime

/// A way to quantize a network.
struct Trial {
  var pipeline: Pipeline
  var calibration: Calibration?
  /// What it does beside the plain way, in the order in which it was tried.
  var methods: [String] = []
  /// How channels were equalized, in this order: whether tensors that are added or joined count, too.
  var equalizations: [Bool] = []

  var isEqualized: Bool { !equalizations.isEmpty }
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
  /// Samples that rounding of weights is learned from.
  private static let leastLearned = 16

  /// One after the other of the ways that may lose less, each on the best before it: equalized channels, other ranges, more bits for a few results,
  /// weights rounded for what they read, up to some width and then all.
  private enum Step {
    case equalize, equalizeTied, wholeRanges, wideRanges, moreBits, round, roundAll

    static func all(_ effort: Effort) -> [Step] {
      switch effort {
      case .fast: []
      case .normal: [.equalize, .equalizeTied, .wholeRanges, .wideRanges, .moreBits, .round]
      case .thorough: [.equalize, .equalizeTied, .wholeRanges, .wideRanges, .moreBits, .round, .roundAll]
      }
    }
  }

  /// The best of all, and a sentence for each that was tried.
  static func best<Result>(
    _ plain: Trial, _ effort: Effort, threads: Int, make: (Trial) throws(FacetError) -> Made<Result>
  ) throws(FacetError) -> (trial: Trial, made: Made<Result>, notes: [String]) {
    var best = try (trial: plain, made: make(plain))
    var notes: [String] = []
    guard let calibration = plain.calibration, !calibration.checked.isEmpty else { return (best.trial, best.made, notes) }
    /// Keeps a trial that is nearer to float; otherwise gives what it lost.
    func attempt(_ trial: Trial, gain: Double, of attributes: Set<Int>? = nil) throws(FacetError) -> QuantizationReport? {
      guard let before = best.made.report, let method = trial.methods.last else { return nil }
      let made: Made<Result>
      do throws(FacetError) {
        made = try make(trial)
      } catch {
        notes.append("Tried: \(method): left, since it cannot be written: \(error.diagnostics.first?.message ?? "").")
        return nil
      }
      guard let after = made.report else { return nil }
      let isKept = after.isNearer(than: before, by: gain, of: attributes)
      notes.append("Tried: \(method): \(before.decibels) -> \(after.decibels), \(isKept ? "kept" : "left").")
      if isKept { best = (trial, made) }
      return isKept ? nil : after
    }
    for step in Step.all(effort) {
      let next =
        switch step {
        case .equalize: best.trial.equalized(tied: false)
        case .equalizeTied: best.trial.equalized(tied: true)
        case .wholeRanges: best.trial.withWholeRanges()
        case .wideRanges: best.trial.withWideRanges()
        case .moreBits: try best.trial.withMoreBits(of: plain, best.made.report, gain: effort.leastGainOfBits, threads: threads)
        // Fewer say too little of what goes together, and would judge it themselves.
        case .round, .roundAll:
          calibration.learned.count < leastLearned
            ? nil
            : try best.trial.rounded(best.made.bundle, best.made.fragments, step == .round ? .usual : .wide, threads: threads)
        }
      guard let before = best.made.report, let trial = next,
        let after = try attempt(trial, gain: step == .moreBits ? effort.leastGainOfBits : leastGain)
      else { continue }
      // What one branch loses is no reason to leave what the others gain.
      for part in trial.roundedParts(without: after.losers(than: before), best.trial) {
        if try attempt(part.trial, gain: leastGain, of: part.attributes) == nil { break }
      }
    }
    return (best.trial, best.made, notes)
  }

  /// - Parameter tied: whether tensors that are added or joined take part; of them alone where the others are equal already.
  func equalized(tied: Bool) -> Trial? {
    guard let calibration,
      let found = Equalization(
        pipeline.types, calibration.measurements, within: pipeline.behindTrunk?.withoutTrunk ?? FragmentPartition(pipeline.types.graph),
        fixed: Set(pipeline.fixed.keys), tied: tied)
    else { return nil }
    var other = self
    other.calibration?.measurements = found.measured
    other.pipeline = Pipeline(
      pipeline.source, types: found.types, precisions: pipeline.precisions, fixed: pipeline.fixed, behindTrunk: pipeline.behindTrunk)
    other.pipeline.mayGiveMoreBits = pipeline.mayGiveMoreBits
    let count = found.factors.count
    other.methods.append(
      "equalized the channels of \(count) \(count == 1 ? "tensor" : "tensors")\(tied ? ", with those that are added or joined" : "")")
    other.equalizations.append(tied)
    return other
  }

  /// With nothing cut off: large numbers are rare, and may be what matters.
  private func withWholeRanges() -> Trial? {
    guard mayChangeRanges else { return nil }
    var other = self
    other.calibration?.measurements.method = .minmax
    other.methods.append("ranges from the smallest to the largest number")
    return other
  }

  /// What is cut off has one sign in all tensors and adds up, which the error of each by itself does not show.
  private func withWideRanges() -> Trial? {
    guard mayChangeRanges else { return nil }
    var other = self
    other.calibration?.measurements.widening = 1.15
    other.methods.append("ranges 15 % wider")
    return other
  }

  /// Only where samples were set aside: on those that set the ranges, the widest are always best.
  private var mayChangeRanges: Bool {
    guard let calibration else { return false }
    return calibration.rangesAreOpen && calibration.isSetAside && pipeline.needsMeasurements
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
  /// Whether the scores of all attributes together, or of some, are nearer to float, and those of none much farther from it.
  fileprivate func isNearer(than other: QuantizationReport, by gain: Double, of some: Set<Int>?) -> Bool {
    guard attributes.count == other.attributes.count, !attributes.isEmpty, losers(than: other).isEmpty else { return false }
    let counted = attributes.indices.filter { some?.contains($0) != false }
    return counted.reduce(0) { $0 + attributes[$1].sqnrDb - other.attributes[$1].sqnrDb } >= gain * Double(counted.count)
  }

  /// Attributes whose scores are much farther from float.
  fileprivate func losers(than other: QuantizationReport) -> Set<Int> {
    Set(
      zip(attributes, other.attributes).enumerated().filter { _, pair in
        let (mine, its) = pair
        return mine.notFinite > its.notFinite || !(mine.sqnrDb - its.sqnrDb > -0.5 || mine.sqnrDb > faultlessDb)
      }.map(\.offset))
  }

  fileprivate var decibels: String {
    func rounded(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }
    let all = attributes.map(\.sqnrDb)
    guard let least = all.min(), let most = all.max(), all.count > 1 else { return all.first.map { "\(rounded($0)) dB" } ?? "" }
    return "\(rounded(least)) to \(rounded(most)) dB"
  }
}
