import FacetBundle
import FacetDiagnostics
import FacetFormat
import FacetImport
import FacetLowering
import FacetQuantization
import FacetRecipe
import FacetRuntime

/// A bundle while one of its branches is exchanged. Everything that has the same bytes afterwards is left alone.
struct BranchReplacement {
  private let bundle: Bundle
  private let place: BranchPlace
  private let branch: BranchBinding.Branch
  private let names: BranchNames
  private var sections: BundleSections
  private var arenaBytes = 0

  init(_ bundle: Bundle, _ place: BranchPlace, _ branch: BranchBinding.Branch, _ names: BranchNames) {
    self.bundle = bundle
    self.place = place
    self.branch = branch
    self.names = names
    sections = BundleSections(bundle)
  }

  /// The attribute's record. Where other sections may speak of its labels, these must stay.
  mutating func setAttribute(_ new: AttributeInterface) throws(FacetError) {
    let old = bundle.attributeDescriptions[place.attribute]
    let isSame =
      old.labels == new.labels && old.shape == new.shape && bundle.attributes[place.attribute].confidence == new.confidence
      && ValueInterface(bundle.attributes[place.attribute]) == new.value
    if !isSame, let reader = bundle.sections.first(where: { !Self.ignoresLabels($0.kind) }) {
      throw FacetError(
        Diagnostic(
          code: ReplaceErrorCode.labels, file: names.model, place: "attribute '\(names.branch)'",
          message:
            "Its labels, shape or confidences differ from those in '\(names.bundle)', whose section of kind \(reader.kind) may depend on them.",
          remedy: "Keep them as they are, or compile all models together again."))
    }
    var writer = ByteWriter()
    var hasValues = false
    writer.u32(UInt32(bundle.attributes.count))
    for (index, record) in bundle.attributes.enumerated() {
      let isNew = index == place.attribute
      let description = bundle.attributeDescriptions[index]
      let value = isNew ? new.value : ValueInterface(record)
      if value != nil { hasValues = true }
      AttributeRecord.write(
        to: &writer, fragment: record.fragment, tensor: isNew ? branch.result : record.tensor,
        confidence: isNew ? new.confidence : record.confidence, threshold: isNew ? new.threshold : record.threshold,
        dimensions: (isNew ? new.shape : description.shape).map(UInt32.init), name: Array(record.name.bytes),
        // As they stand where they mean the same: gates may depend on them by number.
        labels: isNew && !(isSame && record.labelCount != new.labels.count)
          ? new.labels.map { Array($0.utf8) } : (0..<Int(record.labelCount)).map { record.label($0).map { Array($0.bytes) } ?? [] },
        value: value?.fields)
    }
    sections.set(.attributes, writer.bytes)
    sections.setFeature(BundleHeader.values, hasValues)
  }

  /// Whether a section's meaning does not hang on what labels and scores of attributes mean.
  private static func ignoresLabels(_ kind: UInt32) -> Bool {
    switch SectionKind(rawValue: kind) {
    case .input, .attributes, .program, .constants, .weights, .plan, .selfTest, .provenance, .forks, .valueNumbers: true
    // Gates compare answers and scores.
    case .evaluation, nil: false
    }
  }

  mutating func setPrograms() {
    let fragment = branch.fragment
    let hashes = (0..<place.fragment).map { sections.contentHashes($0) }
    sections.set(.program, index: place.fragment, fragment.programSection(earlier: hashes))
    sections.set(.constants, index: place.fragment, fragment.constants)
    sections.set(.weights, index: place.fragment, fragment.weights)
  }

  mutating func setPlans() throws(FacetError) {
    var fragments = bundle.fragments.map { PlannedFragment($0) }
    fragments[place.fragment] = PlannedFragment(branch.fragment)
    var results = bundle.attributes.map { (fragment: $0.fragment, tensor: $0.tensor) }
    results[place.attribute].tensor = branch.result
    let memory = BundleMemory(fragments, input: bundle.input.tensor, results: results)
    let whole = memory.plan()
    guard whole.arenaBytes <= Int(Int32.max) - 4095 else {
      throw FacetError(
        Diagnostic(
          code: CompileErrorCode.arena, file: names.model,
          message:
            "With this branch the network needs \(whole.arenaBytes) bytes of activations, more than the 2 GiB that a bundle may ask for.",
          remedy: "Use a smaller branch."))
    }
    arenaBytes = whole.arenaBytes
    for (index, plan) in bundle.plans.enumerated() {
      var writer = ByteWriter()
      if index == 0 {
        PlanRecord.write(
          to: &writer, attributes: plan.attributes, arenaBytes: UInt64(whole.arenaBytes), lowerBound: UInt64(whole.lowerBound), name: [],
          offsets: whole.offsets.map(UInt64.init))
      } else {
        let profile = memory.plan(for: plan.attributes)
        PlanRecord.write(
          to: &writer, attributes: plan.attributes, arenaBytes: UInt64(profile.arenaBytes), lowerBound: UInt64(profile.lowerBound),
          name: Array(plan.name.bytes), offsets: profile.offsets.map { $0.map(UInt64.init) ?? PlanRecord.unused })
      }
      sections.set(.plan, index: index, writer.bytes)
    }
  }

  /// - Parameter operations: of the new branch.
  mutating func setNumbers(_ operations: [ValueNumbers.Operation]) {
    var numbers = place.known
    let at = numbers.operations.firstIndex { $0.fragment >= place.fragment } ?? numbers.operations.count
    numbers.operations.removeAll { $0.fragment == place.fragment }
    numbers.operations.insert(contentsOf: operations, at: min(at, numbers.operations.count))
    sections.set(.valueNumbers, numbers.section)
  }

  mutating func setProvenance(
    _ model: PreparedModel, _ request: ReplaceRequest, calibration: Calibration?, precisions: [String: ResultPrecision], plain: [String]
  ) {
    let parent = String(decoding: SHA256.hash(bundle.view.bytes).hexadecimal, as: UTF8.self)
    var replaced = Provenance.Replaced(branch: request.branch, parent: parent, model, recipe: request.recipe, calibration: calibration)
    replaced.precisions = Provenance.precisions(precisions, beyond: model)
    for name in plain { replaced.precisions[name] = Precision.int8.rawValue }
    if let bytes = Provenance.adding(replaced, to: bundle.provenanceText) {
      sections.set(.provenance, bytes)
    }
  }

  /// The bundle, with the scores that its self-test now gives.
  mutating func finish() throws(FacetError) -> [UInt8] {
    do {
      let changed = try Bundle.opening(sections.bytes())
      if let test = changed.selfTest, test.sampleCount > 0 {
        let session = try Session.make(changed, threads: 1)
        var samples: [(hash: SHA256.Digest, bytes: [UInt8])] = []
        for index in 0..<Int(test.sampleCount) {
          // Sets the input and evaluates all attributes; the old hash is not expected to hold.
          _ = try session.passesSelfTest(index)
          samples.append((session.scoresHash(), test.sample(Int64(index)).map { Array($0.bytes.bytes) } ?? []))
        }
        var writer = ByteWriter()
        SelfTestRecord.write(to: &writer, test, samples: samples)
        sections.set(.selfTest, writer.bytes)
      }
      let bytes = sections.bytes()
      try Bundle.opening(bytes).verifyHashes()
      return bytes
    } catch {
      throw FacetError.internalError("replace", error, names.model)
    }
  }

  func report(_ bytes: [UInt8], sharedOperators: Int, calibration: Calibration?, notes: [String]) -> ReplaceReport {
    func sizes(_ fragment: CostedFragment, arena: Int, bundle: Int) -> ReplaceReport.Sizes {
      ReplaceReport.Sizes(
        weightBytes: fragment.weightBytes, instructions: fragment.instructions.count,
        multiplyAccumulates: fragment.instructions.reduce(0) { $0 + InstructionCost($1, fragment.tensors).multiplyAccumulates },
        arenaBytes: arena, bundleBytes: bundle)
    }
    let new = branch.fragment
    return ReplaceReport(
      branch: names.branch, fragment: place.fragment, sharedOperators: sharedOperators,
      before: sizes(
        CostedFragment(bundle, place.fragment), arena: Int(clamping: bundle.plans[0].arenaBytes), bundle: Int(bundle.view.count)),
      after: sizes(CostedFragment(new), arena: arenaBytes, bundle: bytes.count),
      changedSections: sections.changed, keptSections: sections.count - sections.changed.count,
      calibrationSamples: calibration?.sampleCount ?? 0, skipped: calibration?.skippedOrNil, notes: notes)
  }
}
