import FacetBundle
import FacetDiagnostics
import FacetFiles
import FacetIR
import FacetImport
import FacetLowering
import FacetQuantization
import FacetRuntime
import FacetSensitivity

extension Trial {
  /// Samples on which operators are rounded one at a time.
  private static let rankedSamples = 8
  /// From here on nobody sees a loss.
  private static let faultlessDb = 40.0

  /// With 16 bits for the few results that cost most of the loss, where they cost little; nil where there are none, or nobody would see a gain.
  ///
  /// - Parameter plain: without what was tried.
  func withMoreBits(of plain: Trial, _ report: QuantizationReport?, threads: Int) throws(FacetError) -> Trial? {
    guard let calibration, let report, pipeline.mayGiveMoreBits, report.attributes.contains(where: { $0.sqnrDb < Self.faultlessDb }) else {
      return nil
    }
    func work(_ pipeline: Pipeline) throws(FacetError) -> ProgramWork {
      ProgramWork(try pipeline.program(pipeline.decide(nil), storedUnsigned: false, isTrial: true))
    }
    let (limits, whole) = (PrecisionChoice.Limits(), try work(plain.pipeline))
    let costs = BitsCost.all(pipeline.types, of: pipeline.openResults, whole: whole)
      .filter { limits.share(products: $0.value.products, bytes: $0.value.bytes) <= 1 }
    // Ranking takes the float32 arena twice: a trial is not worth a machine's memory.
    let arena = try pipeline.float32(isTrial: true).arenaBytes
    guard !costs.isEmpty, (try? AvailableMemory.check(2 * arena, for: "", file: "")) != nil else { return nil }
    let noise = try resultNoise(of: Set(costs.keys), calibration, threads: threads)
    let choice = PrecisionChoice(noise, losses: report.attributes.map { noiseRatio(ofDecibels: $0.sqnrDb) }, costs: costs, limits: limits)
    guard choice.isPromising else { return nil }
    var names = choice.names
    var found: (trial: Trial, work: ProgramWork)?
    // Costs were estimated one by one: what all of them really take decides.
    while found == nil, !names.isEmpty {
      let other = giving(pipeline.precisions.merging(names.map { ($0, .int16) }) { known, _ in known }, of: plain)
      if other.isMeasured, let more = try? work(other.pipeline),
        limits.share(products: more.moreProducts(than: whole), bytes: more.moreBytes(than: whole)) <= 1
      {
        found = (other, more)
      } else {
        names.removeLast()
      }
    }
    guard let (trial, more) = found else { return nil }
    var other = trial
    let shown = names.prefix(3).map { "'\($0)'" }.joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
    func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
    other.methods.append(
      "16 bits for what \(shown) \(names.count == 1 ? "gives" : "give"), \(percent(more.moreProducts(than: whole))) more multiplications and "
        + "\(percent(more.moreBytes(than: whole))) more bytes of results")
    return other
  }

  /// The same with other number types: what was done to channels, ranges and weights is done again, as far as it still fits.
  func giving(_ precisions: [String: ResultPrecision], of plain: Trial) -> Trial {
    var other = plain
    other.pipeline = Pipeline(
      plain.pipeline.source, precisions: precisions, fixed: plain.pipeline.fixed, behindTrunk: plain.pipeline.behindTrunk)
    other.pipeline.mayGiveMoreBits = plain.pipeline.mayGiveMoreBits
    if let method = calibration?.measurements.method { other.calibration?.measurements.method = method }
    if isEqualized { other = other.equalized() ?? other }
    other.methods = methods
    // Of the same weights only: a tensor that is not int8 any more is not equalized, and planes have weights of their own.
    let types = other.pipeline.types
    other.pipeline.rounded = pipeline.rounded.filter { node, _ in
      guard let old = pipeline.types.layer(node), let new = types.layer(node) else { return false }
      return old.output == new.output && old.weights == new.weights && old.bias == new.bias
    }
    return other
  }

  /// The number types of this one, and no method.
  func plain(_ plain: Trial) -> Trial {
    var other = Trial(pipeline: plain.pipeline, calibration: plain.calibration).giving(pipeline.precisions, of: plain)
    other.pipeline.mayGiveMoreBits = false
    return other
  }

  /// Whether the calibration run, which was of other number types, has seen what these need.
  var isMeasured: Bool { calibration.map { pipeline.types.isMeasured($0.measurements, fixed: Set(pipeline.fixed.keys)) } ?? true }

  /// What rounding each result costs the scores, on samples that choices may be made on.
  ///
  /// - Parameter weights: whether to round weights, too.
  func resultNoise(
    of nodes: Set<Int>, _ calibration: Calibration, weights: Bool = false, threads: Int
  ) throws(FacetError) -> [ResultNoise] {
    let model = pipeline.source
    let float = try pipeline.float32()
    // The arena is had twice.
    try AvailableMemory.check(2 * float.arenaBytes, for: "the network's activations", file: model.source.file)
    do {
      var network = QuantizedNetwork(
        attributes: model.attributes, graph: model.graph, decisions: pipeline.decide(calibration), float: float, int8: nil,
        bundle: model.bundle)
      if isEqualized { try network.equalize(pipeline.types) }
      let samples = calibration.learned.isEmpty ? calibration.checked.map(\.input) : calibration.learned
      let count = min(samples.count, Self.rankedSamples)
      var measurement = try SensitivityMeasurement(network, nodes: nodes, weights: weights, threads: threads)
      for index in 0..<count { try measurement.add(samples[(2 * index + 1) * samples.count / (2 * count)]) }
      return measurement.resultNoise
    } catch {
      throw FacetError.internalError("ranking", error, model.source.file)
    }
  }
}

/// Noise over signal, of decibels of signal over noise.
private func noiseRatio(ofDecibels decibels: Double) -> Double {
  // Of these only shares of a loss are made: a tenth of a decibel is enough, and no power of the C library is needed.
  var ratio = 1.0
  let step = decibels < 0 ? 1.023292992280754 : 0.9772372209558107
  for _ in 0..<Int((abs(decibels) * 10).rounded()) { ratio *= step }
  return ratio
}
