import FacetBundle
import FacetDiagnostics
import FacetIR
import FacetImport
import FacetLowering
import FacetQuantization
import FacetRecipe
import FacetRuntime
import FacetSensitivity

extension Compiler {
  /// Calibrates and quantizes as `compile` does, up to the int8 program that it would write.
  ///
  /// - Throws: what `compile` does; also where no calibration data are named.
  package static func quantized(_ request: CompileRequest) throws(FacetError) -> QuantizedNetwork {
    try quantized(PreparedModel(request, isNumbered: false), request)
  }

  static func quantized(_ model: PreparedModel, _ request: CompileRequest) throws(FacetError) -> QuantizedNetwork {
    let plain = Pipeline(model)
    try plain.checkPrecisions()
    let float = try plain.float32()
    try plain.checkArena(beside: float)
    // Data are needed in any case: an error says so where none are named.
    let calibration = try Calibration.run(model, request, plain.types, program: float)
    let start = Trial(pipeline: plain, calibration: calibration)
    let best = try Trial.best(start, request.effort, threads: request.threads) { trial throws(FacetError) in
      let decisions = trial.pipeline.decide(trial.calibration)
      try trial.pipeline.checkInput(decisions)
      let program = try trial.pipeline.program(decisions, storedUnsigned: false)
      let bundle = try trial.pipeline.running(program)
      let fragments = Dictionary(uniqueKeysWithValues: program.fragments.enumerated().map { ($0, $1) })
      let report = try trial.pipeline.check(bundle, fragments, trial.calibration ?? calibration, threads: request.threads)
      return Made(result: (decisions, program), report: report, bundle: bundle, byteCount: 0, fragments: fragments)
    }
    let (decisions, program) = best.made.result
    do {
      var network = try best.trial.network(
        float, decisions,
        int8: Int8Program(
          program, try model.bundle(program), fragments: program.fragments.indices.map(\.self),
          attributeNumbers: Array(model.attributes.indices)))
      network.costs = PrecisionCosts(model: model, precisions: best.trial.pipeline.precisions, target: request.target).all
      (network.methods, network.samples) = (best.trial.methods, calibration.checked.map(\.input))
      network.notes = model.report.notes + calibration.notes + plain.notes
      network.warnings = model.report.warnings + calibration.warnings
      network.skipped = calibration.skippedOrNil
      return network
    } catch {
      throw FacetError.internalError("sensitivity", error, model.source.file)
    }
  }

  /// The network of a bundle that was compiled: ranges and weights are the bundle's, what float32 computes is the models'.
  ///
  /// - Parameter request: names the models, and those of replaced branches.
  /// - Returns: nil where nothing of the bundle has the instructions that compiling these models gives.
  /// - Throws: what reading the models throws.
  package static func quantized(_ bundle: Bundle, _ request: CompileRequest) throws(FacetError) -> QuantizedNetwork? {
    try quantized(bundle, PreparedModel(request, isNumbered: false), request.target)
  }

  static func quantized(_ bundle: Bundle, _ model: PreparedModel, _ target: Target? = nil) throws(FacetError) -> QuantizedNetwork? {
    let plain = Pipeline(model, precisions: model.precisions(of: bundle))
    let float = try plain.float32()
    // Instructions are what they are whatever the ranges.
    let program = try plain.program(plain.decide(nil), storedUnsigned: bundle.storedUnsigned, isTrial: true)
    let names = model.attributes.map(\.name)
    let match = BundleMatch(bundle, program, names: names)
    let known = bundle.attributeDescriptions.map(\.name)
    let hasAny = zip(match.fragments, program.fragments).contains { $0 != nil && !$1.instructions.isEmpty }
    guard hasAny, names.allSatisfy(known.contains) else { return nil }
    let ranges = match.ranges
    var decisions = plain.decide(ranges: ranges)
    var stored = match.layers(decisions)
    let equalization = Equalization(decisions, stored: stored)
    if let equalization {
      decisions = Pipeline(model, types: equalization.types).decide(ranges: ranges)
      stored = match.layers(decisions)
    }
    decisions.take(stored, ranges: Set(ranges.keys))
    do {
      var network = QuantizedNetwork(
        attributes: model.attributes, graph: model.graph, decisions: decisions, float: float,
        int8: Int8Program(
          program, bundle, fragments: match.fragments, attributeNumbers: names.compactMap { known.firstIndex(of: $0) }),
        bundle: model.bundle)
      network.costs = target.flatMap { PrecisionCosts(model: model, precisions: plain.precisions, target: $0).all }
      network.methods = equalization.map { ["equalized the channels of \(plural($0.factors.count, "tensor"))"] } ?? []
      if let equalization { try network.equalize(equalization.types) }
      for (fragment, number) in zip(program.fragments, match.fragments) where number == nil && !fragment.instructions.isEmpty {
        network.warnings.append(
          "\(fragment.attributes.map { quoted(names[$0]) }.joined(separator: ", ")): the bundle computes a part that only these need in other "
            + "instructions than this version makes of the models; its operators are left out.")
      }
      return network
    } catch {
      throw FacetError.internalError("layers", error, model.source.file)
    }
  }
}

extension PreparedModel {
  /// What runs in memory only.
  func bundle(_ program: LoweredProgram) throws(BundleError) -> Bundle {
    try Bundle.running(
      BundleEmitter(program: program, attributes: attributes, input: input, storedUnsigned: false, provenance: []))
  }
}

extension Pipeline {
  /// With the ranges of a bundle.
  fileprivate func decide(ranges: [ValueID: Quantization]) -> QuantizationDecisions {
    func decide(_ fixed: [ValueID: Quantization]) -> QuantizationDecisions {
      Pipeline(source, types: types, fixed: fixed).decide(nil)
    }
    guard let input = model.graph.inputs.first.map(types.aliases.root), let known = ranges[input] else { return decide(ranges) }
    // Pixels have codes of their own, which no fixed range gives them.
    var others = ranges
    others[input] = nil
    let exact = decide(others)
    return exact.quantization(input) == known ? exact : decide(ranges)
  }

  fileprivate func running(_ program: LoweredProgram) throws(FacetError) -> Bundle {
    do {
      return try model.bundle(program)
    } catch  where error.fault == .badMultiplier {
      throw FacetError([SelfTest.outOfRange(error, program, model)])
    } catch {
      throw FacetError.internalError("check", error, model.source.file)
    }
  }

  /// Compares an int8 program with the float scores of its calibration.
  fileprivate func check(
    _ bundle: Bundle, _ fragments: [Int: LoweredFragment], _ calibration: Calibration, threads: Int
  ) throws(FacetError) -> QuantizationReport? {
    guard !calibration.checked.isEmpty else { return nil }
    do {
      return try QuantizationCheck(bundle: bundle, types: types, fragments: fragments, attributes: Array(model.attributes.indices))
        .run(calibration, threads: threads)
    } catch {
      throw FacetError.internalError("check", error, model.source.file)
    }
  }
}
