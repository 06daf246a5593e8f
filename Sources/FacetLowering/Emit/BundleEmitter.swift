import FacetFormat
import FacetIR

/// A program as a bundle: everything from the input's pixels to the named answer.
package struct BundleEmitter {
  package var program: LoweredProgram
  /// Sections that say how the network is used. The input's is of the program's input tensor.
  package var input: [UInt8]
  package var attributes: [UInt8]
  package var attributeCount: Int
  /// Nil: in the attributes' order, without gates.
  package var evaluation: [UInt8]?
  /// What an engine must know of to give right answers.
  package var requiredFeatures: UInt32
  package var storedUnsigned: Bool
  /// JSON.
  package var provenance: [UInt8]
  package var profiles: [(name: String, plan: ProfilePlan)] = []
  package var forks: [ForkInterface] = []
  /// What a branch that is to be replaced must find again; nil where that is not meant.
  package var valueNumbers: [UInt8]?

  package init(
    program: LoweredProgram, input: [UInt8], attributes: [UInt8], attributeCount: Int, evaluation: [UInt8]?, requiredFeatures: UInt32,
    storedUnsigned: Bool, provenance: [UInt8], profiles: [(name: String, plan: ProfilePlan)], forks: [ForkInterface], valueNumbers: [UInt8]?
  ) {
    self.program = program
    self.input = input
    self.attributes = attributes
    self.attributeCount = attributeCount
    self.evaluation = evaluation
    self.requiredFeatures = requiredFeatures
    self.storedUnsigned = storedUnsigned
    self.provenance = provenance
    self.profiles = profiles
    self.forks = forks
    self.valueNumbers = valueNumbers
  }

  package func bytes() -> [UInt8] { writer().bytes() }

  /// To be run here and now: without hashes, which tell accidents of files.
  package func image() -> BundleImage { writer(isHashed: false).image() }

  /// All sections but the self-test, for which they are run.
  package func writer(isHashed: Bool = true) -> BundleWriter {
    let none: SHA256.Digest? = isHashed ? nil : SHA256.Digest.none
    var writer = BundleWriter()
    writer.flags = storedUnsigned ? BundleHeader.storedUnsigned : 0
    writer.requiredFeatures = requiredFeatures
    writer.add(.input, input)
    writer.add(.attributes, attributes)
    writer.add(.plan, planSection())
    for (index, profile) in profiles.enumerated() { writer.add(.plan, index: index + 1, planSection(profile.name, profile.plan)) }
    if let evaluation { writer.add(.evaluation, evaluation) }
    if !forks.isEmpty { writer.add(.forks, forksSection()) }
    var hashes: [ProgramHeader.ContentHashes] = []
    for (index, fragment) in program.fragments.enumerated() {
      let bytes = fragment.programSection(earlier: hashes)
      hashes.append(
        ProgramHeader.ContentHashes(
          program: writer.add(.program, index: index, bytes, hash: none),
          constants: writer.add(.constants, index: index, fragment.constants, hash: none),
          weights: none ?? fragment.weights.withUnsafeBytes { SHA256.hash($0) }))
    }
    writer.add(.provenance, provenance)
    if let valueNumbers { writer.add(.valueNumbers, valueNumbers) }
    for (index, fragment) in program.fragments.enumerated() {
      writer.add(.weights, index: index, fragment.weights, hash: hashes[index].weights)
    }
    return writer
  }

  private func planSection() -> [UInt8] {
    var writer = ByteWriter()
    PlanRecord.write(
      to: &writer, attributes: AttributeSet(first: attributeCount), arenaBytes: UInt64(program.arenaBytes),
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
