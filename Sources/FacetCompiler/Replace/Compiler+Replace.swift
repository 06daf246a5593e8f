import FacetData
import FacetDiagnostics
import FacetFormat
import FacetIR
import FacetImport
import FacetPasses
import FacetQuantization
import FacetRuntime

extension Compiler {
  /// Quantizes the branch of one attribute anew, from another model with the same trunk, and puts it into a bundle in the place of the
  /// old one. All other fragments keep their bytes, so that the other attributes' scores stay what they are.
  ///
  /// - Parameter file: the bundle's name, for messages.
  /// - Throws: all problems at once, each with a stable code and what to do.
  package static func replace(_ bundle: Bundle, file: String, _ request: ReplaceRequest) throws(FacetError) -> ReplaceResult {
    let place = try BranchPlace(bundle, file: file, branch: request.branch)
    let names = BranchNames(bundle: file, model: request.model, branch: request.branch)
    let recipe = try branchRecipe(request, bundle, names)
    let options = request.options.completed(
      by: ModelOptions(shapes: bundle.embeddedOptions.shapes, constants: bundle.embeddedOptions.constants))
    // The bundle's recipe may speak of other models' inputs.
    let imported = try options.importModel(request.model, recipe: nil, shared: recipe, isOneOfSeveral: true)
    try checkNames(imported, request)
    return try replace(bundle, place, imported, request, names)
  }

  /// What the command or its recipe names is in the model.
  private static func checkNames(_ imported: ImportedModel, _ request: ReplaceRequest) throws(FacetError) {
    var named = Set(request.options.shapes.keys).union(request.options.constants.keys).union(request.options.outputs ?? [])
    if let recipe = request.recipe { named.formUnion(Set(recipe.shapes.keys).union(recipe.constants.keys)) }
    let unknown = imported.unknownNames.intersection(named).sorted()
    guard !unknown.isEmpty else { return }
    throw FacetError(
      unknown.map { name in
        Diagnostic(
          code: ImportErrorCode.unknownOutput, file: request.model, place: "value '\(name)'",
          message: "The model has no input or value of this name, which the command or its recipe gives.",
          remedy: "'facet inspect MODEL' shows its names.")
      })
  }

  /// As above, for a model that has been imported.
  package static func replace(
    _ bundle: Bundle, file: String, _ imported: ImportedModel, _ request: ReplaceRequest
  ) throws(FacetError) -> ReplaceResult {
    try replace(
      bundle, BranchPlace(bundle, file: file, branch: request.branch), imported, request,
      BranchNames(bundle: file, model: request.model, branch: request.branch))
  }

  private static func replace(
    _ bundle: Bundle, _ place: BranchPlace, _ imported: ImportedModel, _ request: ReplaceRequest, _ names: BranchNames
  ) throws(FacetError) -> ReplaceResult {
    var notes: [String] = []
    var model = try branchModel(imported, request, bundle, place.known, names, notes: &notes)
    let numbers = ContentNumbering(model.graph).numbers
    var given = GivenQuantizations(uncomposed: model.graph)
    // As a bundle lists its operators.
    var listed = GivenQuantizations(model.graph).graph
    listed.removeDeadNodes()
    let match = try TrunkMatch(
      given.graph, listed: listed, numbers: numbers, place.known, bundle: bundle, fragment: place.fragment, names: names)
    given.compose(within: match.partition)
    var compile = CompileRequest(
      models: [request.model], options: request.options, target: try defaultTarget(), calibration: request.calibration,
      threads: request.threads, progress: request.progress)
    compile.reading = request.reading
    let calibration = try calibrate(model, compile, given)
    let decisions = QuantizationDecisions(
      given, measured: calibration?.measurements ?? Measurements(), inputRange: model.input.pixels?.range,
      fixed: match.quantizations(bundle))
    model.graph = given.graph
    let program = try lower(model, decisions: decisions, storedUnsigned: bundle.storedUnsigned, behindTrunk: match.partition)
    let branch = try BranchBinding(program, match, bundle, model, names).fragment(attributes: 1 << UInt64(place.attribute))
    let operations = ValueNumbers.operations(branch.fragment, number: place.fragment, model.graph, numbers)
    var replacement = BranchReplacement(bundle, place, branch, names)
    try replacement.setAttribute(model.attributes[0])
    replacement.setPrograms()
    try replacement.setPlans()
    replacement.setNumbers(operations)
    replacement.setProvenance(model, request, calibration: calibration)
    let bytes = try replacement.finish()
    let own = Set(numbers.values.map(\.short))
    var report = replacement.report(
      bytes, sharedOperators: place.known.operations.count { $0.fragment != place.fragment && own.contains($0.number) },
      calibration: calibration, notes: imported.notes + notes + (calibration?.notes ?? []))
    if let calibration {
      report.quantization = try check(
        bytes, model, calibration, fragments: [place.fragment: branch.fragment], attributes: [place.attribute], threads: request.threads)
    }
    report.warnings =
      model.report.warnings + (calibration?.notProbabilities(model.attributes) ?? []) + (calibration?.warnings ?? [])
      + (report.quantization?.warnings ?? [])
    return ReplaceResult(bytes: bytes, report: report)
  }

  /// Layouts are the bundle's, and nothing else depends on the board.
  private static func defaultTarget() throws(FacetError) -> Target {
    do { return try Target.named(Target.defaultName) } catch { throw FacetError.internalError("target", error, Target.defaultName) }
  }

  private static func calibrate(
    _ model: PreparedModel, _ request: CompileRequest, _ given: GivenQuantizations
  ) throws(FacetError) -> Calibration? {
    guard
      QuantizationDecisions.needsMeasurements(given, inputRange: model.input.pixels?.range) || !Calibration.places(model, request).isEmpty
    else { return nil }
    guard !Calibration.places(model, request).isEmpty else {
      throw FacetError(
        Diagnostic(
          code: CompileErrorCode.calibrationMissing, file: model.source.file,
          message: "The new branch needs calibration data, and none was given.",
          remedy: "Add --calibration DATA: the 32 to 256 typical images that the bundle was compiled with."))
    }
    let float = try lower(model, decisions: nil, storedUnsigned: false)
    try checkArena(float, model)
    return try Calibration.run(model, request, given, program: float)
  }
}

/// The branch of an attribute in a bundle that can take another one.
struct BranchPlace {
  let attribute: Int
  /// The one that this attribute alone needs.
  let fragment: Int
  let known: ValueNumbers

  /// Planning memory takes time by their square; the compiler makes no more than a network has operators.
  private static let storageLimit = 2 * PassPipeline.nodeLimit

  init(_ bundle: Bundle, file: String, branch: String) throws(FacetError) {
    func failure(_ code: ReplaceErrorCode, _ message: String, _ remedy: String) -> FacetError {
      FacetError(Diagnostic(code: code, file: file, message: message, remedy: remedy))
    }
    do { try bundle.verifyHashes() } catch { throw FacetError(error, file: file) }
    let attributes = bundle.attributes.map(\.name.text)
    guard let attribute = attributes.firstIndex(of: branch) else {
      throw failure(
        .branch, "The bundle has no attribute \(quoted(branch)).",
        [didYouMean(branch, among: attributes), "It has \(attributes.map { quoted($0) }.joined(separator: ", "))."]
          .filter { !$0.isEmpty }.joined(separator: " "))
    }
    guard bundle.fragments[0].tensors[Int(bundle.input.tensor)].type == .int8 else {
      throw failure(
        .precision, "It is a float32 bundle: only branches of int8 bundles are replaced.", "Compile the models together again.")
    }
    guard let known = ValueNumbers(bundle), bundle.fragments.reduce(0, { $0 + $1.storages.count }) <= Self.storageLimit else {
      throw failure(
        .numbers, "It does not say which network it was made from, or says so in a way that this version does not know.",
        "Compile it again with this version, from all its models.")
    }
    let fragment = Int(bundle.attributes[attribute].fragment)
    guard fragment > 0, bundle.fragments[fragment].attributes == 1 << UInt64(attribute) else {
      throw failure(
        .noBranch,
        "\(quoted(branch)) has no branch of its own: other attributes need all of its operators, too, or it is the only attribute.",
        "Compile the models together again.")
    }
    self.attribute = attribute
    self.fragment = fragment
    self.known = known
  }
}
