import FacetFormat
import FacetLowering
import FacetRecipe
import FacetRuntime

extension BundleEmitter {
  /// With the sections that state how the network is used.
  ///
  /// - Parameters:
  ///   - provenance: JSON.
  ///   - evaluation: nil: in the attributes' order, without gates.
  ///   - valueNumbers: what a branch that is to be replaced must find again; nil where that is not meant.
  init(
    program: LoweredProgram, attributes: [AttributeInterface], input: InputInterface, storedUnsigned: Bool, provenance: [UInt8],
    profiles: [(name: String, plan: ProfilePlan)] = [], evaluation: EvaluationPlan? = nil, forks: [ForkInterface] = [],
    valueNumbers: [UInt8]? = nil
  ) {
    self.init(
      program: program,
      input: input.section(
        program.fragments[0].tensors[Int(program.inputTensor)], number: program.inputTensor, offset: program.inputOffset),
      attributes: AttributeInterface.section(attributes, program), attributeCount: attributes.count, evaluation: evaluation?.section,
      requiredFeatures: (evaluation?.hasGates == true ? BundleHeader.gates : 0)
        | (attributes.contains { $0.value != nil } ? BundleHeader.values : 0)
        | (input.pixels?.meanImage != nil ? BundleHeader.meanImage : 0),
      storedUnsigned: storedUnsigned, provenance: provenance, profiles: profiles, forks: forks, valueNumbers: valueNumbers)
  }
}

extension AttributeInterface {
  /// The attributes section of a bundle.
  fileprivate static func section(_ attributes: [AttributeInterface], _ program: LoweredProgram) -> [UInt8] {
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
}

extension Bundle {
  /// A program to be run in this process: its weights stand in memory once, beside the program's own.
  static func running(_ emitter: BundleEmitter) throws(BundleError) -> Bundle {
    let image = emitter.image()
    return try Bundle(bytes: image.bytes, owner: image)
  }
}
