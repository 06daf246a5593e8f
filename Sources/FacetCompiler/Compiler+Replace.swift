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

extension Compiler {
  /// Quantizes the branch of one attribute anew, from another model with the same trunk, and puts it into a bundle in the place of the
  /// old one. All other fragments keep their bytes, so that the other attributes' scores stay what they are.
  ///
  /// - Parameter file: the bundle's name, for messages.
  /// - Throws: all problems at once, each with a stable code and what to do.
  package static func replace(_ bundle: Bundle, file: String, _ request: ReplaceRequest) throws(FacetError) -> ReplaceResult {
    let place = try BranchPlace(bundle, file: file, branch: request.branch)
    let names = BranchNames(bundle: file, model: request.model, branch: request.branch)
    let recipe = try ReplaceInput.branchRecipe(request, bundle, names)
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
    var model = try ReplaceInput.branchModel(imported, request, bundle, place.known, names, notes: &notes)
    let numbers = ContentNumbering(model.graph).numbers
    let given = GivenQuantizations(uncomposed: model.graph)
    // As a bundle lists its operators.
    var listed = GivenQuantizations(model.graph).graph
    listed.removeDeadNodes()
    let match = try TrunkMatch(
      given.graph, listed: listed, numbers: numbers, place.known, bundle: bundle, fragment: place.fragment, names: names)
    var compile = CompileRequest(
      models: [request.model], options: request.options, target: try defaultTarget(), calibration: request.calibration,
      threads: request.threads, progress: request.progress)
    compile.reading = request.reading
    compile.ranges = request.ranges ?? bundle.provenance.ranges.flatMap(RangeMethod.init)
    // The bundle's trunk stays as it was decided.
    let ofBranch = Set(match.partition.fragments.dropFirst().flatMap(\.nodes).map { given.graph.nodes[$0].name })
    let known = model.precisions(of: bundle)
    let operators = GivenQuantizations.operatorNames(model.graph)
    let pipeline = Pipeline(
      model, precisions: model.precisions.merging(known.filter { !ofBranch.contains($0.key) && operators.contains($0.key) }) { $1 },
      fixed: match.quantizations(bundle), behindTrunk: match.partition)
    // The bundle's recipe names operators of other branches, too.
    if request.recipe != nil { try pipeline.checkPrecisions() }
    let own = match.partition.fragments.dropFirst().flatMap(\.nodes).map { pipeline.types.graph.nodes[$0].name }
    let ofTrunk = model.precisions.keys.filter { !own.contains($0) }.sorted()
    if request.recipe != nil, let first = ofTrunk.first {
      notes.append(
        "\"precision\" names '\(first)'\(ofTrunk.count > 1 ? " and others" : "") of the trunk, which stays as the bundle has it.")
    }
    try checkData(pipeline, compile)
    let calibration = try pipeline.calibrate(compile, on: pipeline.float32())
    let effort = request.effort ?? bundle.provenance.effort.flatMap(Effort.init) ?? .normal
    let plain = Trial(pipeline: pipeline, calibration: calibration)
    let best = try Trial.best(plain, effort, threads: request.threads) { trial throws(FacetError) in
      let program = try trial.pipeline.program(trial.pipeline.decide(trial.calibration), storedUnsigned: bundle.storedUnsigned)
      let model = trial.pipeline.model
      let branch = try BranchBinding(program, match, bundle, model, names).fragment(attributes: [place.attribute])
      let operations = ValueNumbers.operations(branch.fragment, number: place.fragment, model.graph, numbers)
      var replacement = BranchReplacement(bundle, place, branch, names)
      try replacement.setAttribute(model.attributes[0])
      replacement.setPrograms()
      try replacement.setPlans()
      replacement.setNumbers(operations)
      replacement.setProvenance(
        model, request, calibration: calibration, precisions: trial.pipeline.precisions,
        plain: known.keys.filter { ofBranch.contains($0) && trial.pipeline.precisions[$0] == nil })
      let bytes = try replacement.finish()
      let new = try opened(bytes, model)
      let check = try trial.calibration.flatMap { calibration throws(FacetError) in
        try trial.pipeline.check(
          new, calibration, fragments: [place.fragment: branch.fragment], attributes: [place.attribute], threads: request.threads)
      }
      return Made(
        result: (replacement, bytes), report: check, bundle: new, byteCount: bytes.count, fragments: [place.fragment: branch.fragment])
    }
    model = best.trial.pipeline.model
    let (replacement, bytes) = best.made.result
    let ownNumbers = Set(numbers.values.map(\.short))
    var report = replacement.report(
      bytes, sharedOperators: place.known.operations.count { $0.fragment != place.fragment && ownNumbers.contains($0.number) },
      calibration: calibration, notes: imported.notes + notes + best.notes + pipeline.notes + (calibration?.notes ?? []))
    report.quantization = best.made.report
    report.warnings =
      model.report.warnings + (calibration?.notProbabilities(model.attributes) ?? []) + (calibration?.warnings ?? [])
      + (report.quantization?.warnings ?? [])
    return ReplaceResult(bytes: bytes, report: report)
  }

  /// Layouts are the bundle's, and nothing else depends on the board.
  private static func defaultTarget() throws(FacetError) -> Target {
    try Target.named(Target.defaultName)
  }

  private static func checkData(_ pipeline: Pipeline, _ request: CompileRequest) throws(FacetError) {
    guard pipeline.needsMeasurements, Calibration.places(pipeline.source, request).isEmpty else { return }
    throw FacetError(
      Diagnostic(
        code: CompileErrorCode.calibrationMissing, file: pipeline.source.source.file,
        message: "The new branch needs calibration data, and none was given.",
        remedy: "Add --calibration DATA: the 32 to 256 typical images that the bundle was compiled with."))
  }
}
