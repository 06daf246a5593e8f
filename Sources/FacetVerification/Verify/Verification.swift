import FacetBundle
import FacetCompiler
import FacetData
import FacetDiagnostics
import FacetEvaluation
import FacetRecipe
import FacetRuntime

/// A bundle against the float network that it was made from, or outputs that were saved elsewhere, over labelled data.
package struct Verification {
  package var bundle: Bundle
  package var bundleFile: String
  /// The same model in float32; it has every attribute of `bundle`. Nil where the bundle is compared with `saved`.
  package var reference: Bundle?
  /// Outputs of another framework for the data. With a model too, that is what they are compared with.
  package var saved: SavedOutputs?
  /// What the user named, for the report.
  package var against: [String]
  /// What a reader should know about that.
  package var notes: [String]
  /// What makes the comparison worth less, as far as it is known before.
  package var warnings: [String] = []
  /// Models that are not what the bundle was compiled from, where that was not meant.
  package var otherModels: [String] = []
  /// Where calibration data may lie.
  package var calibrationFolders: [(path: String, roi: RegionOfInterest)] = []
  package var data: Dataset
  /// Budgets by attribute; `VerificationReport.Gate.defaultBudget` for others.
  package var budgets: [String: Recipe.Budget]
  /// By attribute that is a number: the error that is small enough.
  package var tolerances: [String: Double] = [:]
  /// Columns of the data's labels to break down by.
  package var subgroups: [String]
  package var threads: Int
  package var isa: String?
  package var progress: ((_ done: Int, _ total: Int) -> Void)?

  package init(
    bundle: Bundle, bundleFile: String, reference: Bundle?, saved: SavedOutputs? = nil, against: [String] = [], notes: [String] = [],
    data: Dataset,
    recipes: [Recipe], threads: Int = 1, isa: String? = nil, progress: ((_ done: Int, _ total: Int) -> Void)? = nil
  ) {
    self.bundle = bundle
    self.bundleFile = bundleFile
    self.reference = reference
    self.saved = saved
    self.against = against
    self.notes = notes
    self.data = data
    budgets = [:]
    for attribute in recipes.flatMap(\.attributes) {
      budgets[attribute.name] = attribute.budget
      tolerances[attribute.name] = attribute.value?.within
    }
    // Without labels there is nothing to break down; agreement and noise are still worth knowing.
    subgroups = []
    let limited = recipes.flatMap(\.attributes).flatMap { ($0.budget?.subgroups ?? [:]).keys.sorted() }
    for column in data.labels == nil ? [] : recipes.flatMap(\.subgroups) + limited where !subgroups.contains(column) {
      subgroups.append(column)
    }
    self.threads = threads
    self.isa = isa
    self.progress = progress
  }

  /// One sample at a time through both; memory does not grow with the data, but for its names and labels.
  package func run() throws(FacetError) -> VerificationReport {
    var tally = try VerificationTally(self)
    let tested = try Session.open(bundle, file: bundleFile, threads: threads, isa: isa)
    let float = try reference.map { reference throws(FacetError) in
      try Session.open(reference, file: bundleFile, threads: threads, isa: isa)
    }
    var overlap = CalibrationOverlap(bundle, samples: data.count, folders: calibrationFolders)
    for index in 0..<data.count {
      progress?(index, data.count)
      let decisions: GateDecisions
      do {
        guard let sample = try data.readableSample(index, skipped: { tally.skipped.append($0) }) else { continue }
        decisions = GateDecisions(float: try float.map { try evaluate(sample, $0) }, tested: try evaluate(sample, tested))
        overlap.add(try NetworkInput(sample, for: bundle, data: data.path))
      } catch let error as FacetError {
        throw error
      } catch let error as SessionError {
        throw FacetError(error, file: bundleFile)
      } catch {
        throw FacetError(Diagnostic(code: VerifyErrorCode.sample, file: data.path, message: "\(error)", remedy: ""))
      }
      tally.count += 1
      tally.add(index, float: float, saved: saved, tested: tested, decisions)
    }
    progress?(data.count, data.count)
    // Not one of them: the first says why.
    if tally.count == 0, let first = tally.skipped.first { throw FacetError(first) }
    return tally.report(self, warnings: warnings + [overlap.warning].compactMap { $0 }, calibrationSamples: overlap.count)
  }

  /// Evaluates with gates, as a board does, and then the rest, so that nothing of the data is lost for the comparison.
  private func evaluate(_ sample: Sample, _ session: Session) throws -> GateDecisions.Side {
    try session.set(sample, data: data.path)
    try session.evaluate(attributes: session.bundle.allAttributes)
    let side = GateDecisions.Side(session)
    try session.evaluate(attributes: session.bundle.allAttributes, ignoringGates: true)
    return side
  }
}

/// What gates let through on one sample.
struct GateDecisions {
  struct Side {
    /// By number in its bundle: whether it was evaluated.
    var evaluated: [Bool]
    /// By fragment: whether it ran.
    var ran: [Bool]

    init(_ session: Session) {
      evaluated = session.bundle.attributes.indices.map { session.status(attribute: $0) == .evaluated }
      ran = session.bundle.fragments.indices.map { session.hasRun(fragment: $0) }
    }
  }

  /// Nil without a model.
  var float: Side?
  var tested: Side
}
