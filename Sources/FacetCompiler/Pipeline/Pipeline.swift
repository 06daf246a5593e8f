import FacetBundle
import FacetDiagnostics
import FacetIR
import FacetImport
import FacetLowering
import FacetQuantization
import FacetRecipe
import FacetRuntime

/// The steps from a prepared model to an int8 program, in their order. Compiling, planning and replacing a branch take the same ones; they
/// differ in where the model comes from, in what is fixed already, and in what becomes of the program.
struct Pipeline {
  /// As it was prepared: what float32 computes.
  let source: PreparedModel
  /// With the graph that int8 computes.
  let model: PreparedModel
  let types: NumberTypes
  /// Operators that give more than int8.
  let precisions: [String: ResultPrecision]
  /// Quantizations that a bundle has decided.
  let fixed: [ValueID: Quantization]
  /// The fragments, where a bundle has the first one.
  let behindTrunk: FragmentPartition?
  /// Whether a trial may give more bits to results: not where somebody has decided that already, or the model says itself what is int8.
  var mayGiveMoreBits = true
  /// Weights whose codes are not the nearest, by node.
  var rounded: [Int: RoundedWeights] = [:]

  /// - Parameters:
  ///   - types: of the int8 program; nil for what follows from the model and the precisions.
  ///   - precisions: nil for what the recipe says.
  init(
    _ source: PreparedModel, types: NumberTypes? = nil, precisions: [String: ResultPrecision]? = nil, fixed: [ValueID: Quantization] = [:],
    behindTrunk: FragmentPartition? = nil
  ) {
    self.source = source
    self.precisions = precisions ?? source.precisions
    var given = GivenQuantizations(uncomposed: source.graph)
    if types == nil { given.compose(within: behindTrunk ?? FragmentPartition(given.graph), precisions: self.precisions) }
    self.types = types ?? NumberTypes(int8: given)
    self.fixed = fixed
    self.behindTrunk = behindTrunk
    var model = source
    model.graph = self.types.graph
    self.model = model
    mayGiveMoreBits = self.types.given.isEmpty
  }

  /// The reference, which calibration runs.
  ///
  /// - Parameter isTrial: leaves the weights out, to find what cannot be lowered at little cost.
  func float32(isTrial: Bool = false) throws(FacetError) -> LoweredProgram {
    let program = try Self.lower(QuantizationDecisions(float32: source.graph), source, storedUnsigned: false, isTrial: isTrial)
    try Self.checkArena(program, source)
    return program
  }

  /// Whether int8 must measure what neither the model nor the pre-processing says.
  var needsMeasurements: Bool { types.needsMeasurements(inputRange: source.input.pixels?.range) }

  /// Nil where nothing must be measured and no data are named: a quantized model may say all that calibration would find out.
  func calibrate(
    _ request: CompileRequest, on float: @autoclosure () throws(FacetError) -> LoweredProgram
  ) throws(FacetError) -> Calibration? {
    guard needsMeasurements || !Calibration.places(source, request).isEmpty else { return nil }
    return try Calibration.run(source, request, types, program: float())
  }

  /// Refuses names in the recipe's "precision" that no operator has.
  func checkPrecisions() throws(FacetError) {
    let names = Set(precisions.keys)
    guard !names.isEmpty else { return }
    func problem(_ message: String, _ remedy: String) -> Diagnostic {
      Diagnostic(
        code: CompileErrorCode.precision, file: source.recipe?.file ?? source.source.file, place: "precision", message: message,
        remedy: remedy)
    }
    guard types.given.isEmpty else {
      throw FacetError(
        problem(
          "The model is quantized itself, and says what is int8.", "Leave \"precision\" out, or give the float32 model that it was made of."
        ))
    }
    let known = GivenQuantizations.operatorNames(source.graph)
    let unknown = names.subtracting(known).sorted()
    guard unknown.isEmpty else {
      throw FacetError(
        unknown.map { name in
          if source.graph.inputs.contains(where: { source.graph[$0].name == name }) {
            return problem("'\(name)' is the network's input, which is what the images are.", "Name the operators that read it.")
          }
          return problem(
            "The network has no operator '\(name)' after folding.",
            [didYouMean(name, among: known), "'facet sensitivity MODEL' prints the names."].filter { !$0.isEmpty }.joined(separator: " "))
        })
    }
  }

  /// Which operators stay in float32, where that is a decision.
  var notes: [String] {
    let kept = types.keptFloat
    guard !kept.isEmpty else { return [] }
    let shown = kept.prefix(4).map(\.title).joined(separator: ", ") + (kept.count > 4 ? " and \(kept.count - 4) more" : "")
    return ["In float32, since 8 bits do not carry what they compute: \(shown)."]
  }

  /// - Parameter calibration: nil where it is not asked for: then ranges are no decision, but instructions and sizes are what they will be.
  func decide(_ calibration: Calibration?) -> QuantizationDecisions {
    QuantizationDecisions(
      types, measured: calibration?.measurements ?? Measurements(), inputRange: source.input.pixels?.range,
      pixels: source.input.pixels?.steps, fixed: fixed, rounded: rounded)
  }

  func program(_ decisions: QuantizationDecisions, storedUnsigned: Bool, isTrial: Bool = false) throws(FacetError) -> LoweredProgram {
    let program = try Self.lower(decisions, model, storedUnsigned: storedUnsigned, isTrial: isTrial, behindTrunk: behindTrunk)
    if behindTrunk == nil { try Self.checkArena(program, model) }
    return program
  }

  /// Compares an int8 bundle with the float scores of its calibration.
  ///
  /// - Parameters:
  ///   - fragments: those that were lowered from the model's graph.
  ///   - attributes: numbers in the bundle of the model's attributes.
  func check(
    _ bundle: Bundle, _ calibration: Calibration, fragments: [Int: LoweredFragment], attributes: [Int], threads: Int
  ) throws(FacetError) -> QuantizationReport? {
    guard !calibration.checked.isEmpty else { return nil }
    do {
      return try QuantizationCheck(bundle: bundle, types: types, fragments: fragments, attributes: attributes)
        .run(calibration, threads: threads)
    } catch {
      throw FacetError.internalError("check", error, model.source.file)
    }
  }
}

extension Pipeline {
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

  /// What the engine takes (Formats/facet-bundle.md, "Plan and arena").
  private static let maximumArenaBytes = (1 << 31) - 4096

  /// The int8 program's arena, for which nothing needs to be measured. It may be larger than that of the float32 program: some values are in
  /// it in both number types, and in two layouts.
  func checkArena(beside float: LoweredProgram) throws(FacetError) {
    // Most networks are far from the limit: four forms of each value are at most 10 bytes an element, and a plan wastes less than as much.
    guard float.arenaBytes > Self.maximumArenaBytes / 8 else { return }
    _ = try program(decide(nil), storedUnsigned: false, isTrial: true)
  }

  private static func checkArena(_ program: LoweredProgram, _ model: PreparedModel) throws(FacetError) {
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
  func checkInput(_ decisions: QuantizationDecisions) throws(FacetError) {
    for input in model.graph.inputs where decisions.quantization(types.aliases.root(input)).scale < 0x1p-63 {
      throw FacetError([
        Diagnostic(
          code: CompileErrorCode.inputRange, file: model.source.file, place: "input '\(model.graph[input].name)'",
          message: "All of its values are nearly 0: they differ by less than 1e-16.",
          remedy: "Check scale, mean and std in the recipe, or the values of the calibration tensors.")
      ])
    }
  }
}
