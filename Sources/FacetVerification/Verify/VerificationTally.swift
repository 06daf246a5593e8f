import FacetBundle
import FacetCompiler
import FacetData
import FacetDiagnostics
import FacetMetrics
import FacetRecipe
import FacetRuntime

/// The counts and sums of a verification while it runs.
struct VerificationTally {
  /// A column with more values does not group: it identifies.
  static let maximumGroups = 256

  /// Samples that were compared.
  var count = 0
  /// Those that could not be read and were passed over.
  var skipped: [Diagnostic] = []

  /// An attribute of both bundles, and what was found of it.
  private struct Entry {
    var description: AttributeDescription
    /// Its number in the float model; nil without one.
    var referenceIndex: Int?
    var truth: GroundTruth?
    /// Of an attribute that is a number: the error that is small enough.
    var tolerance: Double?
    var all = Evidence()
    /// The float model against saved outputs.
    var imported = ScoreComparison()
    /// By subgroup column (in order) and group.
    var groups: [[Evidence]]
    var gating = Gating()
  }

  /// What an attribute's gate let through.
  private struct Gating {
    var evaluated = 0
    var floatEvaluated = 0
    var agreement = Proportion()
    /// On samples where the tested bundle evaluates it.
    var pairs = PairedProportions()
  }

  /// A subgroup column: its values, and which of them each sample has.
  private struct Grouping {
    var column: String
    var values: [String]
    var ofSample: [Int]
  }

  private var entries: [Entry] = []
  private var groupings: [Grouping] = []
  /// Multiply-accumulates of each fragment, and of all samples so far.
  private let fragmentCosts: [Int]
  private var cost = 0.0

  /// - Throws: all that does not fit: attributes that the reference lacks, labels that do not exist, missing columns.
  init(_ verification: Verification) throws(FacetError) {
    var problems: [Diagnostic] = []
    fragmentCosts = verification.bundle.fragments.map(\.multiplyAccumulates)
    let data = verification.data
    let labelFile = data.labelFile
    for column in verification.subgroups {
      do {
        groupings.append(try Self.grouping(column, data, labelFile))
      } catch {
        problems += error.diagnostics
      }
    }
    let references = verification.reference?.attributeDescriptions
    for description in verification.bundle.attributeDescriptions {
      let index = references?.firstIndex { $0.name == description.name && $0.scores == description.scores }
      if let references, index == nil {
        problems.append(Self.unknownAttribute(description, references, verification.bundleFile))
        continue
      }
      do {
        let truth = try GroundTruth(description, data.labels, file: labelFile)
        entries.append(
          Entry(
            description: description, referenceIndex: index, truth: truth, tolerance: verification.tolerances[description.name],
            groups: groupings.map { Array(repeating: Evidence(), count: $0.values.count) }))
      } catch {
        problems += error.diagnostics
      }
    }
    guard problems.isEmpty else { throw FacetError(problems) }
  }

  private static func unknownAttribute(
    _ wanted: AttributeDescription, _ references: [AttributeDescription], _ file: String
  ) -> Diagnostic {
    let names = references.map(\.name)
    let fault =
      names.contains(wanted.name)
      ? "has \(wanted.scores) scores in the bundle, but another number in the model"
      : "is in the bundle, but the model has no such result"
    return Diagnostic(
      code: VerifyErrorCode.attribute, file: file, place: "attribute '\(wanted.name)'", message: fault,
      remedy: [
        didYouMean(wanted.name, among: names.filter { $0 != wanted.name }),
        "Give the model and the recipe that the bundle was compiled from (--against, --recipe).",
      ]
      .filter { !$0.isEmpty }.joined(separator: " "))
  }

  private static func grouping(_ column: String, _ data: Dataset, _ file: String) throws(FacetError) -> Grouping {
    guard let texts = data.labels?[column: column] else {
      let guess = didYouMean(column, among: data.labels?.columns ?? [])
      throw FacetError(
        Diagnostic(
          code: VerifyErrorCode.subgroup, file: file, place: "subgroup '\(column)'", message: "the labels have no such column",
          remedy: guess.isEmpty ? "Add the column, or verify with a recipe that does not name it among its subgroups: --recipe." : guess))
    }
    let values = Set(texts).sorted()
    guard values.count <= maximumGroups else {
      throw FacetError(
        Diagnostic(
          code: VerifyErrorCode.subgroup, file: file, place: "column \(column)",
          message: "\(values.count) different values; at most \(maximumGroups) make groups",
          remedy: "Group its values, or remove it from the recipe's subgroups."))
    }
    let numbers = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, $0) })
    return Grouping(column: column, values: values, ofSample: texts.map { numbers[$0] ?? 0 })
  }

  /// Takes in what is said of sample `index`: by the tested session, and by the float model, or saved outputs where there is none. With
  /// both, the model is also compared with the saved outputs.
  mutating func add(_ index: Int, float: Session?, saved: SavedOutputs?, tested: Session, _ decisions: GateDecisions) {
    for (fragment, ran) in decisions.tested.ran.enumerated() where ran { cost += Double(fragmentCosts[fragment]) }
    for number in entries.indices {
      let isEvaluated = decisions.tested.evaluated[number]
      entries[number].gating.evaluated += isEvaluated ? 1 : 0
      let found = tested.scores(attribute: number)
      guard let float, let reference = entries[number].referenceIndex else {
        saved?.withScores(number, sample: index) { add(number, index, $0, found, isEvaluated: isEvaluated) }
        continue
      }
      if let decided = decisions.float?.evaluated[reference] {
        entries[number].gating.floatEvaluated += decided ? 1 : 0
        entries[number].gating.agreement.add(isEvaluated == decided)
      }
      let expected = float.scores(attribute: reference)
      add(number, index, expected, found, isEvaluated: isEvaluated)
      saved?.withScores(number, sample: index) { saved in
        let description = entries[number].description
        entries[number].imported.add(reference: saved, expected, classes: (description.classes(saved), description.classes(expected)))
      }
    }
  }

  private mutating func add(
    _ number: Int, _ index: Int, _ expected: UnsafeBufferPointer<Float>, _ found: UnsafeBufferPointer<Float>, isEvaluated: Bool
  ) {
    let description = entries[number].description
    let classes = (description.classes(expected), description.classes(found))
    entries[number].all.comparison.add(reference: expected, found, classes: classes)
    for (position, grouping) in groupings.enumerated() {
      entries[number].groups[position][grouping.ofSample[index]].comparison.add(reference: expected, found, classes: classes)
    }
    if let first = description.number(expected), let second = description.number(found) {
      let right = entries[number].truth?.numbers[index]
      let tolerance = entries[number].tolerance
      entries[number].all.numbers.add(float: first, int8: second, right: right, tolerance: tolerance)
      for (position, grouping) in groupings.enumerated() {
        entries[number].groups[position][grouping.ofSample[index]].numbers.add(
          float: first, int8: second, right: right, tolerance: tolerance)
      }
      return
    }
    guard let truth = entries[number].truth, index < truth.classes.count, let right = truth.classes[index] else { return }
    let first = description.predictedClass(expected) == right
    let second = description.predictedClass(found) == right
    entries[number].all.pairs.add(first: first, second: second)
    if isEvaluated { entries[number].gating.pairs.add(first: first, second: second) }
    for (position, grouping) in groupings.enumerated() {
      entries[number].groups[position][grouping.ofSample[index]].pairs.add(first: first, second: second)
    }
  }

  /// - Parameters:
  ///   - warnings: what is to be said before all figures.
  ///   - calibrationSamples: how many samples are calibration samples; nil where that is not known.
  func report(_ verification: Verification, warnings: [String], calibrationSamples: Int?) -> VerificationReport {
    let absent = Set(verification.saved?.absent ?? [])
    var attributes: [String: VerificationReport.Attribute] = [:]
    for entry in entries where verification.reference != nil || !absent.contains(entry.description.name) {
      let accuracy = VerificationReport.Comparison(entry.all.pairs)
      attributes[entry.description.name] = VerificationReport.Attribute(
        float: accuracy.float, int8: accuracy.int8, drop: accuracy.drop, dropInterval: accuracy.dropInterval,
        labelledSamples: max(accuracy.samples, entry.all.numbers.floatError.count),
        difference: VerificationReport.Difference(entry.all.comparison),
        number: entry.description.value.map { VerificationReport.Number(entry.all.numbers, unit: $0.unit, within: entry.tolerance) })
    }
    var evidence: [String: Evidence] = [:]
    for entry in entries where attributes[entry.description.name] != nil { evidence[entry.description.name] = entry.all }
    var groupEvidence: [String: [String: [String: Evidence]]] = [:]
    var subgroups: [String: [String: [String: VerificationReport.Comparison]]] = [:]
    for (position, grouping) in groupings.enumerated() {
      for (group, value) in grouping.values.enumerated() {
        for entry in entries where attributes[entry.description.name] != nil {
          let (name, found) = (entry.description.name, entry.groups[position][group])
          groupEvidence[grouping.column, default: [:]][value, default: [:]][name] = found
          guard entry.truth != nil else { continue }
          subgroups[grouping.column, default: [:]][value, default: [:]][name] =
            VerificationReport.Comparison(
              found.pairs, agreement: found.comparison.agreement,
              number: entry.description.value.map { VerificationReport.Number(found.numbers, unit: $0.unit, within: entry.tolerance) })
        }
      }
    }
    let names = entries.map(\.description.name)
    var imported: [String: VerificationReport.Difference]?
    if verification.reference != nil, verification.saved != nil {
      imported = [:]
      for entry in entries where !absent.contains(entry.description.name) {
        imported?[entry.description.name] = VerificationReport.Difference(entry.imported)
      }
    }
    let unused = verification.data.unusedColumns(besides: names + verification.subgroups)
    return VerificationReport(
      attributeNames: names, attributes: attributes, subgroups: subgroups, samples: count,
      skipped: skipped.isEmpty ? nil : skipped,
      precision: BundleDescription(verification.bundle).precision, against: verification.against,
      notes: verification.notes.isEmpty ? nil : verification.notes,
      warnings: warnings.isEmpty ? nil : warnings, calibrationSamples: calibrationSamples,
      saved: verification.saved?.sources, unusedArrays: verification.saved?.unused,
      notSaved: absent.isEmpty ? nil : verification.saved?.absent, unusedColumns: unused.isEmpty ? nil : unused,
      importCheck: imported,
      gate: VerificationReport.Gate(
        names, evidence, groups: groupEvidence, budgets: verification.budgets, otherModels: verification.otherModels),
      gates: gates(samples: count))
  }

  private func gates(samples: Int) -> VerificationReport.Gates? {
    var attributes: [String: VerificationReport.Gates.Attribute] = [:]
    for entry in entries {
      guard let when = entry.description.when else { continue }
      let accuracy = VerificationReport.Comparison(entry.gating.pairs)
      let isCompared = entry.gating.agreement.count > 0
      attributes[entry.description.name] = VerificationReport.Gates.Attribute(
        when: when, evaluated: entry.gating.evaluated, floatEvaluated: isCompared ? entry.gating.floatEvaluated : nil,
        agreement: isCompared ? entry.gating.agreement.value : nil, labelledSamples: accuracy.samples, float: accuracy.float,
        int8: accuracy.int8)
    }
    guard !attributes.isEmpty, samples > 0 else { return nil }
    let worst = fragmentCosts.reduce(0, +)
    let mean = cost / Double(samples)
    return VerificationReport.Gates(
      attributes: attributes, worstMultiplyAccumulates: worst, meanMultiplyAccumulates: mean,
      meanShare: worst > 0 ? mean / Double(worst) : 1)
  }
}
