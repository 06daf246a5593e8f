import FacetCompiler
import FacetData
import FacetRuntime

/// The counts and sums of a verification while it runs.
struct VerificationTally {
  /// A column with more values does not group: it identifies.
  static let maximumGroups = 256

  /// An attribute of both bundles, and what was found of it.
  private struct Entry {
    var description: AttributeDescription
    /// Its number in the reference.
    var referenceIndex: Int
    var truth: GroundTruth?
    var comparison = ScoreComparison()
    var pairs = PairedProportions()
    /// By subgroup column (in order) and group.
    var groups: [[PairedProportions]]
    var gating = Gating()
  }

  /// What an attribute's gate let through.
  private struct Gating {
    var evaluated = 0
    var referenceEvaluated = 0
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
  init(_ verification: Verification) throws(CompileFailure) {
    var problems: [DataError] = []
    fragmentCosts = verification.bundle.fragments.map(\.multiplyAccumulates)
    let data = verification.data
    let labelFile = data.path + (data.path.hasSuffix("/") ? "" : "/") + "labels.csv"
    for column in verification.subgroups {
      do {
        groupings.append(try Self.grouping(column, data, labelFile))
      } catch {
        problems.append(error)
      }
    }
    let references = verification.reference.attributeDescriptions
    for description in verification.bundle.attributeDescriptions {
      guard let index = references.firstIndex(where: { $0.name == description.name }),
        references[index].scores == description.scores
      else {
        problems.append(Self.unknownAttribute(description, references, verification.bundleFile))
        continue
      }
      do {
        let truth = try GroundTruth(description, data.labels, file: labelFile)
        entries.append(
          Entry(
            description: description, referenceIndex: index, truth: truth,
            groups: groupings.map { Array(repeating: PairedProportions(), count: $0.values.count) }))
      } catch {
        problems += error.errors
      }
    }
    guard problems.isEmpty else { throw CompileFailure(problems) }
  }

  private static func unknownAttribute(
    _ wanted: AttributeDescription, _ references: [AttributeDescription], _ file: String
  ) -> DataError {
    let names = references.map(\.name)
    let fault =
      names.contains(wanted.name)
      ? "has \(wanted.scores) scores in the bundle, but another number in the model"
      : "is in the bundle, but the model has no such result"
    return DataError(
      code: "verify.attribute", file: file, place: "attribute '\(wanted.name)'", message: fault,
      remedy: [
        didYouMean(wanted.name, among: names.filter { $0 != wanted.name }),
        "Give the model and the recipe that the bundle was compiled from (--against, --recipe).",
      ]
      .filter { !$0.isEmpty }.joined(separator: " "))
  }

  private static func grouping(_ column: String, _ data: Dataset, _ file: String) throws(DataError) -> Grouping {
    guard let texts = data.labels?[column: column] else {
      let guess = didYouMean(column, among: data.labels?.columns ?? [])
      throw DataError(
        code: "verify.subgroup", file: file, place: "subgroup '\(column)'", message: "the labels have no such column",
        remedy: guess.isEmpty ? "Add the column, or remove it from the recipe's subgroups." : guess)
    }
    let values = Set(texts).sorted()
    guard values.count <= maximumGroups else {
      throw DataError(
        code: "verify.subgroup", file: file, place: "column \(column)",
        message: "\(values.count) different values; at most \(maximumGroups) make groups",
        remedy: "Group its values, or remove it from the recipe's subgroups.")
    }
    let numbers = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, $0) })
    return Grouping(column: column, values: values, ofSample: texts.map { numbers[$0] ?? 0 })
  }

  /// Takes in what both sessions say of sample `index`.
  mutating func add(_ index: Int, reference: Session, tested: Session, _ decisions: GateDecisions) {
    for (fragment, ran) in decisions.tested.ran.enumerated() where ran { cost += Double(fragmentCosts[fragment]) }
    for number in entries.indices {
      let isEvaluated = decisions.tested.evaluated[number]
      let isReferenceEvaluated = decisions.reference.evaluated[entries[number].referenceIndex]
      entries[number].gating.evaluated += isEvaluated ? 1 : 0
      entries[number].gating.referenceEvaluated += isReferenceEvaluated ? 1 : 0
      entries[number].gating.agreement.add(isEvaluated == isReferenceEvaluated)
      let description = entries[number].description
      let expected = reference.scores(attribute: entries[number].referenceIndex)
      let found = tested.scores(attribute: number)
      entries[number].comparison.add(reference: expected, found)
      guard GroundTruth.isClassified(description) else {
        addPlaces(number, expected, found)
        continue
      }
      let first = description.predictedClass(expected)
      let second = description.predictedClass(found)
      entries[number].comparison.agreement.add(first == second)
      guard let truth = entries[number].truth, index < truth.classes.count, let right = truth.classes[index] else { continue }
      entries[number].pairs.add(first: first == right, second: second == right)
      if isEvaluated { entries[number].gating.pairs.add(first: first == right, second: second == right) }
      for (position, grouping) in groupings.enumerated() {
        entries[number].groups[position][grouping.ofSample[index]].add(first: first == right, second: second == right)
      }
    }
  }

  /// A map: each place counts.
  private mutating func addPlaces(_ number: Int, _ expected: UnsafeBufferPointer<Float>, _ found: UnsafeBufferPointer<Float>) {
    let description = entries[number].description
    let axis = description.axis
    guard axis.classes > 1 else { return }
    for outer in 0..<axis.outer {
      for inner in 0..<axis.inner {
        entries[number].comparison.agreement.add(
          description.top(expected, outer: outer, inner: inner) == description.top(found, outer: outer, inner: inner))
      }
    }
  }

  func report(samples: Int, budgets: [String: Recipe.Budget]) -> VerificationReport {
    var attributes: [String: VerificationReport.Attribute] = [:]
    for entry in entries {
      let accuracy = VerificationReport.Comparison(entry.pairs)
      attributes[entry.description.name] = VerificationReport.Attribute(
        float: accuracy.float, int8: accuracy.int8, drop: accuracy.drop, dropInterval: accuracy.dropInterval,
        labelledSamples: accuracy.samples,
        agreement: entry.comparison.agreement.count > 0 ? entry.comparison.agreement.value : nil,
        sqnrDb: entry.comparison.sqnr, meanAbsoluteError: entry.comparison.meanAbsoluteError,
        notFinite: entry.comparison.notFinite)
    }
    var subgroups: [String: [String: [String: VerificationReport.Comparison]]] = [:]
    for (position, grouping) in groupings.enumerated() {
      for (group, value) in grouping.values.enumerated() {
        for entry in entries where entry.truth != nil {
          subgroups[grouping.column, default: [:]][value, default: [:]][entry.description.name] =
            VerificationReport.Comparison(entry.groups[position][group])
        }
      }
    }
    let names = entries.map(\.description.name)
    return VerificationReport(
      attributeNames: names, attributes: attributes, subgroups: subgroups, samples: samples,
      gate: VerificationReport.Gate(names, attributes, budgets: budgets), gates: gates(samples: samples))
  }

  private func gates(samples: Int) -> VerificationReport.Gates? {
    var attributes: [String: VerificationReport.Gates.Attribute] = [:]
    for entry in entries {
      guard let when = entry.description.when else { continue }
      let accuracy = VerificationReport.Comparison(entry.gating.pairs)
      attributes[entry.description.name] = VerificationReport.Gates.Attribute(
        when: when, evaluated: entry.gating.evaluated, floatEvaluated: entry.gating.referenceEvaluated,
        agreement: entry.gating.agreement.value, labelledSamples: accuracy.samples, float: accuracy.float, int8: accuracy.int8)
    }
    guard !attributes.isEmpty, samples > 0 else { return nil }
    let worst = fragmentCosts.reduce(0, +)
    let mean = cost / Double(samples)
    return VerificationReport.Gates(
      attributes: attributes, worstMultiplyAccumulates: worst, meanMultiplyAccumulates: mean,
      meanShare: worst > 0 ? mean / Double(worst) : 1)
  }
}
