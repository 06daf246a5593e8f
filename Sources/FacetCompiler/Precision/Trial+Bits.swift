import FacetBundle
import FacetDiagnostics
import FacetIR
import FacetImport
import FacetLowering
import FacetQuantization
import FacetRuntime
import FacetSensitivity

extension Trial {
  /// Samples on which operators are rounded one at a time.
  private static let rankedSamples = 8

  /// With 16 bits for the few results that cost most of the loss, where they cost little; nil where there are none, or nobody would see a gain.
  ///
  /// - Parameter plain: without what was tried.
  func withMoreBits(of plain: Trial, _ report: QuantizationReport?, threads: Int) throws(FacetError) -> Trial? {
    guard let calibration, let report, pipeline.types.given.isEmpty, report.attributes.contains(where: { $0.sqnrDb < Self.faultlessDb }) else {
      return nil
    }
    func work(_ pipeline: Pipeline) throws(FacetError) -> ProgramWork {
      ProgramWork(try pipeline.program(pipeline.decide(nil), storedUnsigned: false, isTrial: true))
    }
    let (limits, whole) = (PrecisionChoice.Limits(), try work(plain.pipeline))
    let costs = BitsCost.all(pipeline.types, of: pipeline.openResults, whole: whole)
      .filter { limits.share(products: $0.value.products, bytes: $0.value.bytes) <= 1 }
    guard !costs.isEmpty else { return nil }
    let noise = try resultNoise(of: Set(costs.keys), calibration, threads: threads)
    let choice = PrecisionChoice(noise, losses: report.attributes.map { noiseRatio(ofDecibels: $0.sqnrDb) }, costs: costs, limits: limits)
    guard choice.isPromising, let more = try? work(plain.pipeline.giving(.int16, choice.names)) else { return nil }
    return giving(.int16, choice.names, of: plain, products: more.moreProducts(than: whole))
  }

  /// From here on nobody sees a loss.
  private static var faultlessDb: Double { 40 }

  /// The same trial with more bits for some results: what was done to the channels and ranges is done again.
  func giving(_ precision: ResultPrecision, _ names: [String], of plain: Trial, products: Double) -> Trial {
    var other = plain
    other.pipeline = plain.pipeline.giving(precision, names)
    other.calibration?.measurements.method = calibration?.measurements.method ?? .mse
    if isEqualized { other = other.equalized() ?? other }
    other.methods = methods
    let shown = names.prefix(3).map { "'\($0)'" }.joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
    other.methods.append("16 bits for what \(shown) give\(names.count == 1 ? "s" : ""), \(percent(products)) more products")
    return other
  }

  /// What rounding each result costs the scores, on samples that choices may be made on.
  func resultNoise(of nodes: Set<Int>, _ calibration: Calibration, threads: Int) throws(FacetError) -> [ResultNoise] {
    let model = pipeline.source
    do {
      var network = QuantizedNetwork(
        attributes: model.attributes, graph: model.graph, decisions: pipeline.decide(calibration), float: try pipeline.float32(), int8: nil,
        bundle: model.bundle)
      if isEqualized { try network.equalize(pipeline.types) }
      let samples = calibration.learned.isEmpty ? calibration.checked.map(\.input) : calibration.learned
      let count = min(samples.count, Self.rankedSamples)
      var measurement = try SensitivityMeasurement(network, nodes: nodes, threads: threads)
      for index in 0..<count { try measurement.add(samples[(2 * index + 1) * samples.count / (2 * count)]) }
      return measurement.resultNoise
    } catch let error as FacetError {
      throw error
    } catch {
      throw FacetError.internalError("ranking", error, model.source.file)
    }
  }
}

extension Pipeline {
  /// With more bits for what some operators give.
  func giving(_ precision: ResultPrecision, _ names: [String]) -> Pipeline {
    Pipeline(
      source, precisions: precisions.merging(names.map { ($0, precision) }) { known, _ in known }, fixed: fixed, behindTrunk: behindTrunk)
  }
}

/// "3.1 %"
private func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }

/// Noise over signal, of decibels of signal over noise.
private func noiseRatio(ofDecibels decibels: Double) -> Double {
  // Of these only shares of a loss are made: a tenth of a decibel is enough, and no power of the C library is needed.
  var ratio = 1.0
  let step = decibels < 0 ? 1.023292992280754 : 0.9772372209558107
  for _ in 0..<Int((abs(decibels) * 10).rounded()) { ratio *= step }
  return ratio
}
