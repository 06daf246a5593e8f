import FacetBundle
import FacetDiagnostics
import FacetFiles
import FacetFormat
import FacetImport
import FacetLowering
import FacetQuantization
import FacetRecipe
import FacetRuntime

extension Compiler {
  /// What the parts of a network cost, and what merging several saves, without calibration data: an int8 program has the same
  /// instructions and sizes whatever its ranges are.
  ///
  /// - Throws: all problems at once, as `compile` does.
  public static func plan(_ request: CompileRequest) throws(FacetError) -> PlanReport {
    try plan(PreparedModel(request, isNumbered: false), request)
  }

  static func plan(_ model: PreparedModel, _ request: CompileRequest) throws(FacetError) -> PlanReport {
    let pipeline = Pipeline(model)
    let program = try pipeline.program(pipeline.decide(nil), storedUnsigned: request.target.storedUnsigned)
    let model = pipeline.model
    let times = TargetTimes(request.target, rates: request.rates)
    var fragments = program.fragments.map { CostedFragment($0, model) }
    let scratchBytes: Int
    do throws(BundleError) {
      let bundle = try Bundle.running(
        BundleEmitter(
          program: program, attributes: model.attributes, input: model.input, storedUnsigned: request.target.storedUnsigned, provenance: [])
      )
      for (index, known) in CostedFragment.all(bundle, times).enumerated() { fragments[index].uses = known.uses }
      scratchBytes = request.target.scratchBytes(bundle, on: times.level)
    } catch {
      throw FacetError.internalError("plan", error, model.source.file)
    }
    let tree = CostTree(fragments, names: model.attributes.map(\.name), times: times)
    let networks = model.modelNames.count > 1 ? model.modelNames.indices.map { (model.modelNames[$0], model.attributes(ofModel: $0)) } : nil
    return report(
      tree, file: model.sources.count == 1 ? model.source.file : model.modelNames.joined(separator: " + "),
      names: model.attributes.map(\.name), precision: .int8, target: request.target, networks: networks,
      memory: (program.arenaBytes, scratchBytes), notes: model.report.notes + times.notes(fragments.flatMap(\.uses), request.target),
      timesFrom: times.description(request.target, fragments.flatMap(\.uses)))
  }

  /// The same for a bundle, from its instructions.
  ///
  /// - Parameters:
  ///   - target: nil for the board that it was compiled for.
  ///   - costs: what `facet benchmark --write-costs` measured, with the file's name.
  ///   - rates: of kernels; nil for those of the target.
  package static func plan(
    _ bundle: Bundle, file: String, target: Target?, costs: (measured: MeasuredCosts, file: String)? = nil, rates: CostModel? = nil
  ) throws(FacetError) -> PlanReport {
    try costs?.measured.check(isOf: bundle, file: costs?.file ?? "")
    let board: Target
    do throws(FacetError) {
      board =
        if let target { target } else { try Target.named(bundle.provenance.target.isEmpty ? Target.defaultName : bundle.provenance.target) }
    } catch {
      throw FacetError([
        Diagnostic(
          code: MergeErrorCode.planTarget, file: file,
          message: "It was compiled for \(quoted(bundle.provenance.target)), which this version does not know.",
          remedy: "Name a board with --target: \(Target.all.map(\.name).joined(separator: ", ")).")
      ])
    }
    let description = BundleDescription(bundle)
    let names = description.attributes.map(\.name)
    let times = TargetTimes(board, rates: rates)
    let fragments = CostedFragment.all(bundle, times)
    let uses = fragments.flatMap(\.uses)
    let tree = CostTree(fragments, names: names, times: times, measured: costs?.measured)
    let origin = bundle.origin
    let networks = origin.merged?.map { model in
      (
        name: model.name,
        attributes: names.indices.reduce(into: AttributeSet()) { if model.attributes.contains(names[$1]) { $0.insert($1) } }
      )
    }
    var notes = times.notes(uses, board)
    if let costs, let level = times.level?.level, costs.measured.isa != level {
      notes.append("Measured were kernels of \(costs.measured.isa), modelled are those of \(level).")
    }
    if origin.mergedCount > 0, networks == nil {
      notes.append(
        "It was merged from \(origin.mergedCount) models, and does not say which attribute belongs to which, because an earlier version wrote it: each "
          + "attribute is counted as a network of its own.")
    }
    var plan = report(
      tree, file: file, names: names, precision: Precision(rawValue: description.precision) ?? .int8, target: board, networks: networks,
      memory: (description.plans.first?.arenaBytes ?? 0, board.scratchBytes(bundle, on: times.level)), notes: notes,
      timesFrom: times.description(board, uses))
    if description.precision == Precision.int8.rawValue, bundle.storedUnsigned != board.storedUnsigned {
      plan.warnings.append(otherLayout(bundle, board, uses))
    }
    plan.measured = costs.map { "\($0.measured.isa), \($0.measured.threads) \($0.measured.threads == 1 ? "thread" : "threads")" }
    return plan
  }

  /// Says where a bundle runs by other kernels than those that its board has for it.
  private static func otherLayout(_ bundle: Bundle, _ board: Target, _ uses: [KernelUse]) -> String {
    let origin =
      bundle.provenance.target.isEmpty ? "another kind of CPU" : "\(bundle.provenance.target), another kind of CPU than \(board.name)"
    return
      "It was compiled for \(origin), and runs there by slower kernels, mostly \(kernelList(uses)): compile the model for the board, facet compile "
      + "MODEL --target \(board.name) -o FILE.facet. The scores are the same."
  }

  /// - Parameter networks: the models with the sets of their attributes; nil for one of each attribute.
  private static func report(
    _ tree: CostTree, file: String, names: [String], precision: Precision, target: Target,
    networks: [(name: String, attributes: AttributeSet)]?,
    memory: (arena: Int, scratch: Int), notes: [String], timesFrom: String
  ) -> PlanReport {
    let separate = (networks ?? names.indices.map { (name: names[$0], attributes: [$0]) }).map { network in
      PlanReport.Network(
        name: network.name, attributes: network.attributes.map { names[$0] },
        cost: tree.cost(anyOf: network.attributes))
    }
    let parts = tree.parts()
    return PlanReport(
      file: file, precision: precision.rawValue, target: target.name, timesFrom: timesFrom, parts: parts,
      attributes: tree.attributes(), separate: separate,
      separateTotal: separate.reduce(PlanReport.Cost()) { $0 + $1.cost }, merged: parts.reduce(PlanReport.Cost()) { $0 + $1.cost },
      arenaBytes: memory.arena, scratchBytes: memory.scratch, notes: notes)
  }
}
