import FacetBundle
import FacetData
import FacetDiagnostics
import FacetFormat
import FacetIR
import FacetImport
import FacetLowering
import FacetPasses
import FacetQuantization
import FacetRecipe
import FacetRuntime

/// Models in, a bundle out.
public enum Compiler {
  /// The version of Facet, part of every bundle's provenance.
  public static let version = "\(FacetVersion.text)"

  /// Fewer calibration samples are noted.
  static let recommendedSamples = 32

  /// Imports, folds and fuses, calibrates and quantizes, lowers, plans and emits. Deterministic: the same files give the same bytes,
  /// whatever the number of threads.
  ///
  /// - Throws: all problems at once, each with a stable code and what to do.
  public static func compile(_ request: CompileRequest) throws(FacetError) -> CompileResult {
    try compile(PreparedModel(request), request)
  }

  /// As `compile`, for a model that has been imported; the request's paths only name it.
  package static func compile(_ imported: ImportedModel, _ request: CompileRequest) throws(FacetError) -> CompileResult {
    try compile([imported], request)
  }

  /// As `compile`, for models that have been imported.
  package static func compile(_ imported: [ImportedModel], _ request: CompileRequest) throws(FacetError) -> CompileResult {
    try compile(PreparedModel(MergedModels(imported), request), request)
  }

  static func compile(_ model: PreparedModel, _ request: CompileRequest) throws(FacetError) -> CompileResult {
    let profiles = try ProfileBinding.profiles(model, request)
    var pipeline = Pipeline(model, precisions: request.decisions.map(model.precisions))
    if request.decisions != nil || request.budget != nil { pipeline.mayGiveMoreBits = false }
    let float = try pipeline.float32()
    if request.precision == .float32 {
      var result = try emit(model, request, float, profiles, calibration: nil)
      result.addMemory(on: request.target)
      return result
    }
    try pipeline.checkPrecisions()
    // Before the calibration, which takes its time.
    try pipeline.checkArena(beside: float)
    let calibration = try pipeline.calibrate(request, on: float)
    let numbers = ContentNumbering(model.graph).numbers
    let plain = Trial(pipeline: pipeline, calibration: calibration)
    func make(_ trial: Trial) throws(FacetError) -> Made<CompileResult> { try int8(trial, model, request, profiles, numbers) }
    let best = try Trial.best(plain, request.effort, threads: request.threads, make: make)
    var (trial, made) = (best.trial, best.made)
    var budget: BudgetReport?
    if let wanted = request.budget {
      let search = BudgetSearch(request: wanted, target: request.target, threads: request.threads, progress: request.progress)
      let found = try search.run(plain: plain, start: (trial, made), make: make) { trial throws(FacetError) in
        let best = try Trial.best(trial, request.effort, threads: request.threads, make: make)
        return (best.trial, best.made)
      }
      (trial, made, budget) = (found.trial, found.made, found.report)
      if !found.report.isSettled {
        made.result.report.notes.append(
          "Compiling with these decisions gives other ranges or roundings of weights than this bundle has: scores differ a little.")
      }
    }
    var result = made.result
    result.report.budget = budget
    let moreBits = MoreBits.list(trial.pipeline.precisions)
    result.report.moreBits = moreBits.isEmpty ? nil : moreBits
    result.report.notes += best.notes + pipeline.notes
    result.report.quantization = made.report
    result.addMemory(on: request.target)
    if let calibration {
      result.report.warnings += calibration.notProbabilities(model.attributes)
      result.report.warnings += calibration.warnings + (made.report?.warnings ?? [])
    }
    return result
  }

  /// A bundle, and how near its scores are to float.
  private static func int8(
    _ trial: Trial, _ model: PreparedModel, _ request: CompileRequest, _ profiles: [ProfileBinding], _ numbers: [ValueID: ValueNumber]
  ) throws(FacetError) -> Made<CompileResult> {
    let (pipeline, calibration) = (trial.pipeline, trial.calibration)
    let decisions = pipeline.decide(calibration)
    try pipeline.checkInput(decisions)
    let program = try pipeline.program(decisions, storedUnsigned: request.target.storedUnsigned)
    let result = try emit(
      pipeline.model, request, program, profiles, calibration: calibration, precisions: pipeline.precisions,
      valueNumbers: ValueNumbers(program, pipeline.model.graph, numbers: numbers, sourceNumbers: model.sourceNumbers).section)
    let fragments = Dictionary(uniqueKeysWithValues: program.fragments.enumerated().map { ($0, $1) })
    let bundle = try opened(result.bytes, model)
    let report = try calibration.flatMap { calibration throws(FacetError) in
      try pipeline.check(
        bundle, calibration, fragments: fragments, attributes: Array(model.attributes.indices), threads: request.threads)
    }
    return Made(result: result, report: report, bundle: bundle, byteCount: result.bytes.count, fragments: fragments)
  }

  /// What was just written.
  static func opened(_ bytes: [UInt8], _ model: PreparedModel) throws(FacetError) -> Bundle {
    do {
      return try Bundle.opening(bytes)
    } catch {
      throw FacetError.internalError("emit", error, model.source.file)
    }
  }

  private static func emit(
    _ model: PreparedModel, _ request: CompileRequest, _ program: LoweredProgram, _ profiles: [ProfileBinding],
    calibration: Calibration?, precisions: [String: ResultPrecision] = [:], valueNumbers: [UInt8]? = nil
  ) throws(FacetError) -> CompileResult {
    let plans = profiles.map { (name: $0.name, plan: program.plan(for: $0.attributes)) }
    var writer = BundleEmitter(
      program: program, attributes: model.attributes, input: model.input,
      storedUnsigned: request.precision == .int8 && request.target.storedUnsigned,
      provenance: Provenance(model, request, calibration: calibration, precisions: precisions).json, profiles: plans,
      evaluation: model.evaluation,
      forks: ForkInterface.all(program, model.graph), valueNumbers: valueNumbers
    ).writer()
    var bytes = writer.bytes()
    if request.precision == .float32 {
      _ = try opened(bytes, model)
    }
    if request.precision == .int8 {
      let section = try SelfTest.section(bytes, program: program, model: model, samples: calibration?.selfTestSamples)
      writer.insert(.selfTest, section, before: .provenance)
      bytes = writer.bytes()
    }
    var report = model.report
    report.bundleBytes = bytes.count
    report.arenaBytes = program.arenaBytes
    report.arenaLowerBound = program.arenaLowerBound
    report.calibrationSamples = calibration?.sampleCount ?? 0
    report.skipped = calibration?.skippedOrNil
    report.notes += calibration?.notes ?? []
    if let count = calibration?.sampleCount, count < recommendedSamples {
      report.notes.append("Calibrated on \(count) \(count == 1 ? "sample" : "samples"); 32 to 256 typical ones give better ranges.")
    }
    report.attributes = AttributeCosts.of(model, program)
    report.gates = (model.evaluation?.order ?? []).compactMap { index in
      guard let gate = model.evaluation?.gates[index], !gate.operations.isEmpty else { return nil }
      return CompileReport.Gate(attribute: model.attributes[index].name, when: gate.text)
    }
    report.profiles = zip(profiles, plans).map { profile, named in
      CompileReport.Profile(
        name: named.name, attributes: profile.names, arenaBytes: named.plan.arenaBytes, arenaLowerBound: named.plan.lowerBound)
    }
    return CompileResult(bytes: bytes, report: report, externalFiles: model.sources.flatMap(\.externalFiles))
  }
}
