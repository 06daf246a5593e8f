import FacetBundle
import FacetDiagnostics
import FacetFiles
import FacetIR
import FacetImport
import FacetLowering
import FacetMetrics
import FacetQuantization
import FacetRuntime
import FacetSensitivity

extension Trial {
  /// Samples on which operators are rounded one at a time.
  private static let rankedSamples = 8

  /// With 16 bits for the few results that cost most of the loss, where they cost little; nil where there are none, or nobody would see a gain.
  ///
  /// - Parameters:
  ///   - plain: without what was tried.
  ///   - gain: what it must bring, in decibels.
  func withMoreBits(of plain: Trial, _ report: QuantizationReport?, gain: Double, threads: Int) throws(FacetError) -> Trial? {
    guard let calibration, let report, pipeline.mayGiveMoreBits, report.attributes.contains(where: { $0.sqnrDb < faultlessDb }) else {
      return nil
    }
    let (limits, whole) = (PrecisionChoice.Limits(), try plain.pipeline.work())
    let costs = BitsCost.all(pipeline.types, of: pipeline.openResults, whole: whole)
      .filter { limits.share(products: $0.value.products, bytes: $0.value.bytes) <= 1 }
    // A trial is not worth a machine's memory.
    guard !costs.isEmpty, let noise = try? resultNoise(of: Set(costs.keys), calibration, threads: threads) else { return nil }
    let choice = PrecisionChoice(noise, losses: report.attributes.map { noiseRatio(ofDecibels: $0.sqnrDb) }, costs: costs, limits: limits)
    guard choice.mayBring(gain) else { return nil }
    var names = choice.names
    var found: (trial: Trial, work: ProgramWork)?
    // Costs were estimated one by one: what all of them really take decides.
    while found == nil, !names.isEmpty {
      let other = giving(pipeline.precisions.merging(names.map { ($0, .int16) }) { known, _ in known }, of: plain)
      if other.isMeasured, let more = try? other.pipeline.work(),
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
    if let measurements = calibration?.measurements {
      other.calibration?.measurements.method = measurements.method
      other.calibration?.measurements.widening = measurements.widening
    }
    for tied in equalizations { other = other.equalized(tied: tied) ?? other }
    other.methods = methods
    // Of the same weights only: a tensor that is not int8 any more is not equalized, and planes have weights of their own.
    let types = other.pipeline.types
    other.pipeline.rounded = pipeline.rounded.filter { node, _ in
      guard let old = pipeline.types.layer(node), let new = types.layer(node) else { return false }
      return old.output == new.output && old.weights == new.weights && old.bias == new.bias
    }
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
    let float = try pipeline.float32()
    let file = pipeline.source.source.file
    // The arena is had twice.
    try AvailableMemory.check(2 * float.arenaBytes, for: "the network's activations", file: file)
    do {
      let network = try network(float, pipeline.decide(calibration), int8: nil)
      var measurement = try SensitivityMeasurement(network, nodes: nodes, weights: weights, threads: threads)
      let samples = calibration.learned.isEmpty ? calibration.checked.map(\.input) : calibration.learned
      for sample in evenlySpread(samples, Self.rankedSamples) { try measurement.add(sample) }
      return measurement.resultNoise
    } catch {
      throw FacetError.internalError("ranking", error, file)
    }
  }

  /// In float32 and in int8, to measure on.
  ///
  /// - Parameters:
  ///   - decisions: of this trial.
  ///   - int8: nil where it is enough to round in the float32 program.
  func network(
    _ float: LoweredProgram, _ decisions: QuantizationDecisions, int8: Int8Program?
  ) throws(LoweringFailure) -> QuantizedNetwork {
    let model = pipeline.source
    var network = QuantizedNetwork(
      attributes: model.attributes, graph: model.graph, decisions: decisions, float: float, int8: int8, bundle: model.bundle)
    if isEqualized { try network.equalize(pipeline.types) }
    return network
  }
}
