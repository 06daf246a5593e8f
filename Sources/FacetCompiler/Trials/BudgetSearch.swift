import FacetBundle
import FacetDiagnostics
import FacetQuantization
import FacetRuntime
import FacetSensitivity

/// Looks for the results that need more bits so that all attributes keep their budgets: greedily, those first that cost least for what they take of the
/// loss of attributes that do not; then without those that turn out not to be needed. The best so far is always kept, so that it may end anywhere.
struct BudgetSearch {
  /// One more result with more bits.
  private struct Candidate {
    var name: String
    var precision: ResultPrecision
    /// Of the loss of each attribute.
    var shares: [Double]
    /// Of the plain program, in shares that stand for time.
    var cost: Double
  }

  /// A bundle that was made and judged.
  private struct Tried<Result> {
    var trial: Trial
    var made: Made<Result>
    var judgement: Judgement
    var point: BudgetReport.Point
    /// In the order in which bundles were tried.
    var number: Int

    var unmet: [Int] { judgement.attributes.indices.filter { !judgement.attributes[$0].isMet } }
  }

  let request: BudgetRequest
  let target: Target
  let threads: Int
  var progress: (@Sendable (Progress) -> Void)?

  /// Of the loss, less is not worth a tensor.
  private static let leastShare = 0.002
  /// A float32 product takes the time of so many int8 ones, and a byte that of so much of the program's bytes: enough to rank by.
  private static let floatFactor = 3.0
  private static let byteFactor = 0.5

  /// - Parameters:
  ///   - plain: without any method, which more bits are given to.
  ///   - start: the best without them.
  ///   - settle: what compiling makes of number types that are decided: methods may do better with these than they did without.
  func run<Result>(
    plain: Trial, start: (trial: Trial, made: Made<Result>), make: (Trial) throws(FacetError) -> Made<Result>,
    settle: (Trial) throws(FacetError) -> (trial: Trial, made: Made<Result>)
  ) throws(FacetError) -> (trial: Trial, made: Made<Result>, report: BudgetReport) {
    let whole = try start.trial.pipeline.work()
    var report = BudgetReport(
      isMet: false, samples: 0, target: target.name, maximumSlowdown: request.maximumSlowdown, isAtEnd: false, points: [])
    func tried(_ trial: Trial, _ made: Made<Result>) throws(FacetError) -> Tried<Result> {
      let judgement = try request.judge(made.bundle)
      let point = BudgetReport.Point(
        moreBits: MoreBits.list(trial.pipeline.precisions), milliseconds: made.bundle.modelledMilliseconds(on: target),
        bytes: made.byteCount,
        moreProducts: try trial.pipeline.work().moreProducts(than: whole), attributes: judgement.attributes, isMet: judgement.isMet)
      report.points.append(point)
      progress?(Progress(stage: "budget", done: report.points.count, total: request.evaluations))
      return Tried(trial: trial, made: made, judgement: judgement, point: point, number: report.points.count - 1)
    }
    var best = try tried(start.trial, start.made)
    report.samples = best.judgement.samples
    let limit = request.maximumSlowdown.map { best.point.milliseconds * $0 } ?? .infinity
    let base = start.trial.pipeline.precisions
    var candidates = best.judgement.isMet ? [] : try candidates(start.trial, best.judgement, whole)
    var chosen: [(name: String, precision: ResultPrecision)] = []
    func attempt(_ precisions: [(name: String, precision: ResultPrecision)]) throws(FacetError) -> Tried<Result>? {
      let trial = start.trial.giving(base.merging(precisions.map { ($0.name, $0.precision) }) { $1 }, of: plain)
      // What cannot be written is none.
      guard trial.isMeasured, let made = try? make(trial) else { return nil }
      return try tried(trial, made)
    }
    var current = best
    while !best.judgement.isMet, report.points.count < request.evaluations {
      let unmet = current.unmet
      func benefit(_ candidate: Candidate) -> Double { unmet.reduce(0) { $0 + candidate.shares[$1] } / Double(max(unmet.count, 1)) }
      let next = candidates.indices.filter { benefit(candidates[$0]) >= Self.leastShare }
        .max { benefit(candidates[$0]) / candidates[$0].cost < benefit(candidates[$1]) / candidates[$1].cost }
      guard let next else { break }
      let candidate = candidates.remove(at: next)
      let precisions = chosen.filter { $0.name != candidate.name } + [(candidate.name, candidate.precision)]
      guard let result = try attempt(precisions), result.point.milliseconds <= limit, !isWorse(result, current) else { continue }
      (current, chosen) = (result, precisions)
      switch candidate.precision {
      case .float32: candidates.removeAll { $0.name == candidate.name }
      // What 16 bits took is gone.
      case .int16:
        for index in candidates.indices where candidates[index].name == candidate.name {
          candidates[index].shares = zip(candidates[index].shares, candidate.shares).map { max(0, $0 - $1) }
        }
      }
      if isBetter(result, best) { best = result }
    }
    if best.judgement.isMet, report.points.count > 1 {
      // Those that came first were chosen before it was known what the others bring.
      for name in chosen.map(\.name) where report.points.count < request.evaluations && chosen.count > 1 {
        let fewer = chosen.filter { $0.name != name }
        guard let result = try attempt(fewer), result.judgement.isMet, result.point.milliseconds <= best.point.milliseconds else {
          continue
        }
        (best, chosen) = (result, fewer)
      }
    }
    if best.point.moreBits != report.points[0].moreBits {
      let settled = try settle(plain.giving(best.trial.pipeline.precisions, of: plain))
      let result = try tried(settled.trial, settled.made)
      let isAsGood = result.judgement.isMet || !best.judgement.isMet && !isBetter(best, result)
      if isAsGood, result.point.milliseconds <= limit { best = result } else { report.isSettled = false }
    }
    report.isMet = best.judgement.isMet
    report.isAtEnd = report.points.count >= request.evaluations && !report.isMet
    report.points[best.number].isChosen = true
    report.markFront()
    return (best.trial, best.made, report)
  }

  /// Whether fewer attributes keep their budgets, or those that do not lose more than chance does.
  private func isWorse<Result>(_ a: Tried<Result>, _ b: Tried<Result>) -> Bool {
    if a.unmet.count != b.unmet.count { return a.unmet.count > b.unmet.count }
    let differences = b.unmet.map { a.judgement.attributes[$0].sqnrDb - b.judgement.attributes[$0].sqnrDb }
    return differences.reduce(0, +) < -0.5 * Double(differences.count)
  }

  /// More attributes that keep their budgets; of as many, a higher sum of decibels of those that do not.
  private func isBetter<Result>(_ a: Tried<Result>, _ b: Tried<Result>) -> Bool {
    if a.unmet.count != b.unmet.count { return a.unmet.count < b.unmet.count }
    func sum(_ tried: Tried<Result>) -> Double { b.unmet.reduce(0) { $0 + tried.judgement.attributes[$1].sqnrDb } }
    return sum(a) > sum(b)
  }

  private func candidates(_ trial: Trial, _ judgement: Judgement, _ whole: ProgramWork) throws(FacetError) -> [Candidate] {
    guard let calibration = trial.calibration, trial.pipeline.types.given.isEmpty, !calibration.checked.isEmpty else { return [] }
    let open = trial.pipeline.openResults
    let noise = try trial.resultNoise(of: open, calibration, weights: true, threads: threads)
    let totals = judgement.attributes.indices.map { attribute in
      noise.reduce(0) { $0 + $1.noise[attribute] + $1.weightNoise[attribute] }
    }
    func shares(_ noise: [Double]) -> [Double] { zip(noise, totals).map { $1 > 0 && $1.isFinite ? $0 / $1 : $0.isInfinite ? 1 : 0 } }
    let costs = BitsCost.all(trial.pipeline.types, of: open, whole: whole)
    return noise.flatMap { result -> [Candidate] in
      guard let cost = costs[result.node] else { return [] }
      let bytes = Self.byteFactor * cost.bytes
      let both = zip(result.noise, result.weightNoise).map { $0 + $1 }
      return [
        Candidate(
          name: result.name, precision: .int16, shares: shares(result.noise),
          cost: cost.planeProducts + Self.floatFactor * cost.floatProducts + bytes + 1e-6),
        Candidate(
          name: result.name, precision: .float32, shares: shares(both),
          cost: Self.floatFactor * (cost.ownProducts + cost.planeProducts + cost.floatProducts) + bytes + 1e-6),
      ]
    }
  }
}
