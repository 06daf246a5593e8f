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
  var selfTest: [UInt8]?
  /// Nil: in the attributes' order, without gates.
  var evaluation: EvaluationPlan?
  var forks: [ForkInterface] = []

  func bytes() -> [UInt8] {
    var writer = BundleWriter()
    writer.flags = storedUnsigned ? BundleHeader.storedUnsigned : 0
    writer.requiredFeatures = evaluation?.hasGates == true ? BundleHeader.gates : 0
    writer.add(.input, inputSection())
    writer.add(.attributes, attributesSection())
    writer.add(.plan, planSection())
    for (index, profile) in profiles.enumerated() { writer.add(.plan, index: index + 1, planSection(profile.name, profile.plan)) }
    if let section = evaluation?.section { writer.add(.evaluation, section) }
    if !forks.isEmpty { writer.add(.forks, forksSection()) }
    var hashes: [ProgramHeader.ContentHashes] = []
    for (index, fragment) in program.fragments.enumerated() {
      let bytes = programSection(fragment, earlier: hashes)
      hashes.append(
        ProgramHeader.ContentHashes(program: hash(bytes), constants: hash(fragment.constants), weights: hash(fragment.weights)))
      writer.add(.program, index: index, bytes)
      writer.add(.constants, index: index, fragment.constants)
    }
    if let selfTest { writer.add(.selfTest, selfTest) }
    writer.add(.provenance, provenance)
    for (index, fragment) in program.fragments.enumerated() { writer.add(.weights, index: index, fragment.weights) }
    return writer.bytes()
  }

  private func inputSection() -> [UInt8] {
    var writer = ByteWriter()
    let record = program.fragments[0].tensors[Int(program.inputTensor)]
    InputRecord.write(
      to: &writer, kind: input.pixels == nil ? InputRecord.tensor : InputRecord.image, tensor: program.inputTensor,
      height: record.height, width: record.width, channels: record.channels, colorOrder: input.pixels?.colorOrder ?? 0,
      resizeRule: input.pixels?.resizeRule ?? 0, fill: input.pixels?.fill ?? 0,
      multiplier: record.type == .int8 ? Float(1 / Double(record.scale)) : 0, name: Array(input.name.utf8), table: table(record))
    return writer.bytes
  }

  /// Per channel and pixel value: its code + 128, or its real number.
  private func table(_ record: TensorRecord) -> [UInt8] {
    guard let pixels = input.pixels else { return [] }
    let quantization = record.type == .int8 ? (Double(record.scale), Double(record.zeroPoint)) : nil
    var writer = ByteWriter()
    for channel in 0..<Int(record.channels) {
      for pixel in 0..<256 {
        let real = pixels.real(pixel, channel: channel)
        if let (scale, zero) = quantization {
          let code = max(-128, min(127, (real / scale).rounded(.toNearestOrEven) + zero))
          writer.u8(UInt8(code + 128))
        } else {
          writer.f32(Float(real))
        }
      }
    }
    return writer.bytes
  }

  private func attributesSection() -> [UInt8] {
    var writer = ByteWriter()
    writer.u32(UInt32(attributes.count))
    for (index, attribute) in attributes.enumerated() {
      let place = program.results[index]
      AttributeRecord.write(
        to: &writer, fragment: place.fragment, tensor: place.tensor, confidence: attribute.confidence, threshold: attribute.threshold,
        dimensions: attribute.shape.map(UInt32.init), name: Array(attribute.name.utf8), labels: attribute.labels.map { Array($0.utf8) })
    }
    return writer.bytes
  }

  private func planSection() -> [UInt8] {
    var writer = ByteWriter()
    let all: UInt64 = attributes.count >= 64 ? .max : (1 << UInt64(attributes.count)) - 1
    PlanRecord.write(
      to: &writer, attributes: all, arenaBytes: UInt64(program.arenaBytes), lowerBound: UInt64(program.arenaLowerBound), name: [],
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

  private func hash(_ bytes: [UInt8]) -> SHA256.Digest { bytes.withUnsafeBytes { SHA256.hash($0) } }

  private func programSection(_ fragment: LoweredFragment, earlier: [ProgramHeader.ContentHashes]) -> [UInt8] {
    var header = ProgramHeader()
    header.attributes = fragment.attributes
    header.importCount = UInt32(fragment.imports.count)
    header.tensorCount = UInt32(fragment.tensors.count)
    header.storageCount = UInt32(fragment.storageSizes.count)
    header.instructionCount = UInt32(fragment.instructions.count)
    let sources = Set(fragment.imports.map(\.fragment)).sorted()
    header.dependency = ProgramHeader.dependency(on: sources.map { earlier[Int($0)] })
    var writer = ByteWriter()
    header.write(to: &writer)
    for record in fragment.imports { record.write(to: &writer) }
    for tensor in fragment.tensors { tensor.write(to: &writer) }
    for size in fragment.storageSizes { writer.u64(UInt64(size)) }
    for instruction in fragment.instructions { instruction.write(to: &writer) }
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
}

/// What a bundle says about its input.
struct InputInterface {
  var name: String
  /// Nil where only tensors are taken.
  var pixels: PixelInterface?
}

/// From a pixel to the network's input: real = (pixel * scale - mean) / std, per channel.
struct PixelInterface {
  var colorOrder: UInt32
  var resizeRule: UInt32
  var fill: UInt32
  var scale: Double
  var mean: [Double]
  var std: [Double]

  func real(_ pixel: Int, channel: Int) -> Double { (Double(pixel) * scale - mean[channel]) / std[channel] }

  /// The smallest and the largest real number of any pixel.
  var range: (low: Double, high: Double) {
    var low = Double.infinity
    var high = -Double.infinity
    for channel in mean.indices {
      for pixel in [0, 255] {
        low = min(low, real(pixel, channel: channel))
        high = max(high, real(pixel, channel: channel))
      }
    }
    return (low, high)
  }
}
