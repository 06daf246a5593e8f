import FacetFormat
import FacetIR
import FacetPlanning

/// A program as a bundle: everything from the input's pixels to the named answer.
struct BundleEmitter {
  var program: LoweredProgram
  var attributes: [AttributeInterface]
  var input: InputInterface
  var storedUnsigned: Bool
  /// JSON.
  var provenance: [UInt8]
  var profiles: [(name: String, plan: ProfilePlan)] = []
  /// Nil: in the attributes' order, without gates.
  var evaluation: EvaluationPlan?
  var forks: [ForkInterface] = []
  /// What a branch that is to be replaced must find again; nil where that is not meant.
  var valueNumbers: [UInt8]?

  func bytes() -> [UInt8] { writer().bytes() }

  /// All sections but the self-test, for which they are run.
  func writer() -> BundleWriter {
    var writer = BundleWriter()
    writer.flags = storedUnsigned ? BundleHeader.storedUnsigned : 0
    writer.requiredFeatures = requiredFeatures
    writer.add(.input, input.section(program.fragments[0].tensors[Int(program.inputTensor)], number: program.inputTensor))
    writer.add(.attributes, attributesSection())
    writer.add(.plan, planSection())
    for (index, profile) in profiles.enumerated() { writer.add(.plan, index: index + 1, planSection(profile.name, profile.plan)) }
    if let section = evaluation?.section { writer.add(.evaluation, section) }
    if !forks.isEmpty { writer.add(.forks, forksSection()) }
    var hashes: [ProgramHeader.ContentHashes] = []
    for (index, fragment) in program.fragments.enumerated() {
      let bytes = fragment.programSection(earlier: hashes)
      hashes.append(
        ProgramHeader.ContentHashes(
          program: writer.add(.program, index: index, bytes), constants: writer.add(.constants, index: index, fragment.constants),
          weights: fragment.weights.withUnsafeBytes { SHA256.hash($0) }))
    }
    writer.add(.provenance, provenance)
    if let valueNumbers { writer.add(.valueNumbers, valueNumbers) }
    for (index, fragment) in program.fragments.enumerated() {
      writer.add(.weights, index: index, fragment.weights, hash: hashes[index].weights)
    }
    return writer
  }

  /// What an engine must know of to give right answers.
  private var requiredFeatures: UInt32 {
    (evaluation?.hasGates == true ? BundleHeader.gates : 0) | (attributes.contains { $0.value != nil } ? BundleHeader.values : 0)
      | (input.pixels?.meanImage != nil ? BundleHeader.meanImage : 0)
  }

  private func attributesSection() -> [UInt8] {
    var writer = ByteWriter()
    writer.u32(UInt32(attributes.count))
    for (index, attribute) in attributes.enumerated() {
      let place = program.results[index]
      AttributeRecord.write(
        to: &writer, fragment: place.fragment, tensor: place.tensor, confidence: attribute.confidence, threshold: attribute.threshold,
        dimensions: attribute.shape.map(UInt32.init), name: Array(attribute.name.utf8), labels: attribute.labels.map { Array($0.utf8) },
        value: attribute.value?.fields)
    }
    return writer.bytes
  }

  private func planSection() -> [UInt8] {
    var writer = ByteWriter()
    PlanRecord.write(
      to: &writer, attributes: AttributeSet(first: attributes.count), arenaBytes: UInt64(program.arenaBytes),
      lowerBound: UInt64(program.arenaLowerBound), name: [],
      offsets: program.storageOffsets.map(UInt64.init))
    return writer.bytes
  }

  private func forksSection() -> [UInt8] {
    var writer = ByteWriter()
    writer.u32(UInt32(forks.count))
    for fork in forks { ForkRecord.write(to: &writer, fragment: fork.fragment, tensor: fork.tensor, name: Array(fork.name.utf8)) }
    return writer.bytes
  }

  private func planSection(_ name: String, _ plan: ProfilePlan) -> [UInt8] {
    var writer = ByteWriter()
    PlanRecord.write(
      to: &writer, attributes: plan.attributes, arenaBytes: UInt64(plan.arenaBytes), lowerBound: UInt64(plan.lowerBound),
      name: Array(name.utf8), offsets: plan.offsets.map { $0.map(UInt64.init) ?? PlanRecord.unused })
    return writer.bytes
  }
}

/// What a bundle says about one attribute.
struct AttributeInterface {
  var name: String
  var labels: [String]
  var confidence: ConfidenceRule
  /// NaN where none is set.
  var threshold: Float
  /// As the model states it.
  var shape: [Int]
  /// Nil where it is no number.
  var value: ValueInterface? = nil
}

/// What a bundle says of an attribute that is a number.
struct ValueInterface: Equatable {
  var scale: Float
  var offset: Float
  var unit: String
  /// Empty where it is made of one score.
  var bins: [Float]

  init(_ value: Recipe.Value, scores: Int) {
    scale = Float(value.scale)
    offset = Float(value.offset)
    unit = value.unit ?? ""
    bins = value.bins?.numbers(scores).map(Float.init) ?? []
  }

  /// Nil where a bundle says of an attribute that it is no number.
  init?(_ record: AttributeRecord) {
    guard record.valueRule != .none else { return nil }
    scale = record.scale
    offset = record.offset
    unit = record.unit.text
    bins = (0..<record.bins.count / 4).map { record.bins.f32($0 * 4) ?? 0 }
  }

  var fields: (rule: ValueRule, scale: Float, offset: Float, unit: [UInt8], bins: [Float]) {
    (bins.isEmpty ? .linear : .expected, scale, offset, Array(unit.utf8), bins)
  }
}
