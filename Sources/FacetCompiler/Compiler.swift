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
    let float = try lower(QuantizationDecisions(float32: model.graph), model, storedUnsigned: false)
    try checkArena(float, model)
    if request.precision == .float32 { return try emit(model, request, float, profiles, calibration: nil) }
    let types = NumberTypes(int8: GivenQuantizations(model.graph))
    let inputRange = model.input.pixels?.range
    // Before the calibration, which takes its time.
    try checkInt8Arena(types, model, floatBytes: float.arenaBytes)
    // A quantized model may say all that calibration would find out.
    let needsCalibration = types.needsMeasurements(inputRange: inputRange)
    let calibration =
      needsCalibration || !Calibration.places(model, request).isEmpty
      ? try Calibration.run(model, request, types, program: float) : nil
    let decisions = QuantizationDecisions(types, measured: calibration?.measurements ?? Measurements(), inputRange: inputRange)
    let numbers = ContentNumbering(model.graph).numbers
    var model = model
    model.graph = types.graph
    try checkInput(decisions, model)
    let program = try lower(decisions, model, storedUnsigned: request.target.storedUnsigned)
    try checkArena(program, model)
    var result = try emit(
      model, request, program, profiles, calibration: calibration,
      valueNumbers: ValueNumbers(program, model.graph, numbers: numbers, sourceNumbers: model.sourceNumbers).section)
    if let calibration {
      result.report.quantization = try check(
        result.bytes, types, model, calibration,
        fragments: Dictionary(uniqueKeysWithValues: program.fragments.enumerated().map { ($0, $1) }),
        attributes: Array(model.attributes.indices), threads: request.threads)
      result.report.warnings += calibration.notProbabilities(model.attributes)
      result.report.warnings += calibration.warnings + (result.report.quantization?.warnings ?? [])
    }
    return result
  }

  /// Compares an int8 bundle with the float scores of its calibration.
  ///
  /// - Parameters:
  ///   - fragments: those that were lowered from the model's graph.
  ///   - attributes: numbers in the bundle of the model's attributes.
  static func check(
    _ bytes: [UInt8], _ types: NumberTypes, _ model: PreparedModel, _ calibration: Calibration, fragments: [Int: LoweredFragment],
    attributes: [Int], threads: Int
  ) throws(FacetError) -> QuantizationReport? {
    guard !calibration.checked.isEmpty else { return nil }
    do {
      return try QuantizationCheck(bundle: Bundle.opening(bytes), types: types, fragments: fragments, attributes: attributes)
        .run(calibration, threads: threads)
    } catch {
      throw FacetError.internalError("check", error, model.source.file)
    }
  }

  static func lower(
    _ decisions: QuantizationDecisions, _ model: PreparedModel, storedUnsigned: Bool, isTrial: Bool = false,
    behindTrunk: FragmentPartition? = nil
  ) throws(FacetError) -> LoweredProgram {
    do {
      return try Lowering.lower(decisions, storedUnsigned: storedUnsigned, isTrial: isTrial, behindTrunk: behindTrunk)
    } catch {
      throw FacetError(
        error.problems.map {
          Diagnostic(
            code: CompileErrorCode.lower, file: model.source.file, place: $0.node.isEmpty ? nil : "node '\($0.node)'",
            operatorName: $0.operatorName.isEmpty ? nil : $0.operatorName, message: "\($0.message).",
            remedy: "Change the model before export, or leave out the attributes that need this.")
        })
    }
  }

  /// The int8 program's arena, for which nothing needs to be measured. It may be larger than that of the float32 program: some values are in
  /// it in both number types, and in two layouts.
  static func checkInt8Arena(_ types: NumberTypes, _ model: PreparedModel, floatBytes: Int) throws(FacetError) {
    // Most networks are far from the limit: four forms of each value are at most 10 bytes an element, and a plan wastes less than as much.
    guard floatBytes > maximumArenaBytes / 8 else { return }
    let decisions = QuantizationDecisions(types, measured: Measurements(), inputRange: model.input.pixels?.range)
    try checkArena(lower(decisions, model, storedUnsigned: false, isTrial: true), model)
  }

  /// What the engine takes (Formats/facet-bundle.md, "Plan and arena").
  private static let maximumArenaBytes = (1 << 31) - 4096

  /// Also the float32 program, which calibration runs.
  static func checkArena(_ program: LoweredProgram, _ model: PreparedModel) throws(FacetError) {
    guard program.arenaBytes <= maximumArenaBytes else {
      throw FacetError([
        Diagnostic(
          code: CompileErrorCode.arena, file: model.source.file,
          message: "The network needs \(program.arenaBytes) bytes of activations, more than the 2 GiB that a bundle may ask for.",
          remedy: "Use a smaller input.")
      ])
    }
  }

  /// A bundle holds 1 / scale of its input as a number below 2^64.
  private static func checkInput(_ decisions: QuantizationDecisions, _ model: PreparedModel) throws(FacetError) {
    for input in model.graph.inputs where decisions.quantization(decisions.types.aliases.root(input)).scale < 0x1p-63 {
      throw FacetError([
        Diagnostic(
          code: CompileErrorCode.inputRange, file: model.source.file, place: "input '\(model.graph[input].name)'",
          message: "All of its values are nearly 0: they differ by less than 1e-16.",
          remedy: "Check scale, mean and std in the recipe, or the values of the calibration tensors.")
      ])
    }
  }

  private static func emit(
    _ model: PreparedModel, _ request: CompileRequest, _ program: LoweredProgram, _ profiles: [ProfileBinding],
    calibration: Calibration?, valueNumbers: [UInt8]? = nil
  ) throws(FacetError) -> CompileResult {
    let plans = profiles.map { (name: $0.name, plan: program.plan(for: $0.attributes)) }
    var writer = BundleEmitter(
      program: program, attributes: model.attributes, input: model.input,
      storedUnsigned: request.precision == .int8 && request.target.storedUnsigned,
      provenance: Provenance(model, request, calibration: calibration).json, profiles: plans, evaluation: model.evaluation,
      forks: ForkInterface.all(program, model.graph), valueNumbers: valueNumbers
    ).writer()
    var bytes = writer.bytes()
    if request.precision == .float32 {
      do { _ = try Bundle.opening(bytes) } catch { throw FacetError.internalError("emit", error, model.source.file) }
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
