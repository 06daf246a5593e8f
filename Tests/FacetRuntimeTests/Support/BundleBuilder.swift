import FacetFormat

/// One fragment of a bundle under construction. Each tensor gets a storage of its own unless told otherwise.
struct FragmentBuilder {
  var attributes: AttributeSet
  var imports: [ImportRecord] = []
  var tensors: [TensorRecord] = []
  var storages: [UInt64] = []
  var instructions: [Instruction] = []
  var constants = ByteWriter()
  var weights = ByteWriter()

  init(attributes: AttributeSet) { self.attributes = attributes }

  /// A tensor with dense pixels and, on all sides, `border` pixels.
  mutating func tensor(
    _ height: Int, _ width: Int, _ channels: Int, border: Int = 0, type: TensorType = .int8, scale: Float = 1, zero: Int32 = 0
  ) -> UInt32 {
    var t = TensorRecord()
    t.type = type
    (t.height, t.width, t.channels) = (UInt32(height), UInt32(width), UInt32(channels))
    (t.borderTop, t.borderLeft, t.borderBottom, t.borderRight) = (UInt16(border), UInt16(border), UInt16(border), UInt16(border))
    let pixel = channels * Int(type.size)
    t.pixelStride = UInt32(pixel)
    t.rowStride = UInt32(pixel * (width + 2 * border))
    t.offset = UInt32(border * Int(t.rowStride) + border * pixel)
    t.storage = UInt32(storages.count)
    t.scale = scale
    t.zeroPoint = zero
    storages.append(UInt64(Int(t.rowStride) * (height + 2 * border)))
    tensors.append(t)
    return UInt32(tensors.count - 1)
  }

  /// Channels [first, first + count) of another tensor, as a tensor of their own.
  mutating func view(of index: UInt32, channels first: Int, count: Int) -> UInt32 {
    var t = tensors[Int(index)]
    t.offset += UInt32(first * Int(t.type.size))
    t.channels = UInt32(count)
    tensors.append(t)
    return UInt32(tensors.count - 1)
  }

  /// A tensor of an earlier fragment; must be called before any other tensor is made.
  mutating func importing(_ tensor: UInt32, of fragment: Int, _ source: FragmentBuilder) -> UInt32 {
    imports.append(ImportRecord(fragment: UInt32(fragment), tensor: tensor))
    var t = source.tensors[Int(tensor)]
    t.storage = BundleFormat.none
    tensors.append(t)
    return UInt32(tensors.count - 1)
  }

  mutating func constant(_ values: [Float]) -> UInt32 {
    constants.align(64)
    let offset = UInt32(constants.bytes.count)
    for value in values { constants.f32(value) }
    return offset
  }

  mutating func constant(_ values: [Int32]) -> UInt32 {
    constants.align(64)
    let offset = UInt32(constants.bytes.count)
    for value in values { constants.i32(value) }
    return offset
  }

  mutating func constant(bytes: [UInt8]) -> UInt32 {
    constants.align(64)
    let offset = UInt32(constants.bytes.count)
    constants.raw(bytes)
    return offset
  }

  mutating func weight(bytes: [UInt8]) -> UInt32 {
    weights.align(64)
    let offset = UInt32(weights.bytes.count)
    weights.raw(bytes)
    return offset
  }

  func program(dependency: SHA256.Digest) -> [UInt8] {
    var header = ProgramHeader()
    header.attributes = attributes
    header.importCount = UInt32(imports.count)
    header.tensorCount = UInt32(tensors.count)
    header.storageCount = UInt32(storages.count)
    header.instructionCount = UInt32(instructions.count)
    header.dependency = dependency
    var writer = ByteWriter()
    header.write(to: &writer)
    for record in imports { record.write(to: &writer) }
    for tensor in tensors { tensor.write(to: &writer) }
    for size in storages { writer.u64(size) }
    for instruction in instructions { instruction.write(to: &writer) }
    return writer.bytes
  }
}

struct AttributeSpecification {
  var name: String
  var fragment: UInt32
  var tensor: UInt32
  var dimensions: [UInt32]
  var confidence: ConfidenceRule = .none
  var labels: [String] = []
  var value: (rule: ValueRule, scale: Float, offset: Float, unit: [UInt8], bins: [Float])?
}

/// A whole bundle: plan 0 gives every storage its own place.
struct BundleBuilder {
  var storedUnsigned = true
  var fragments: [FragmentBuilder] = []
  var attributes: [AttributeSpecification] = []
  var inputKind = InputRecord.image
  var inputTensor: UInt32 = 0
  var inputTable: [UInt8] = []
  var colorOrder = ColorOrder.rgb
  var inputMultiplier: Float = 1
  var selfTest: [(hash: SHA256.Digest, bytes: [UInt8])] = []
  var selfTestForm = SelfTestRecord()
  /// Further plans: attributes and offsets.
  var morePlans: [(attributes: AttributeSet, offsets: [UInt64], arena: UInt64)] = []
  /// Of `morePlans`; "" where there are too few.
  var planNames: [String] = []
  /// Numbers of attributes; nil for none stated.
  var order: [UInt32]?
  /// By attribute.
  var gates: [Int: [GateOperation]] = [:]
  var forks: [(fragment: UInt32, tensor: UInt32, name: String)] = []
  var version = BundleFormat.newestVersion
  var meanImage: (factors: [Float], means: [Float])?
  /// Nil: what the gates need.
  var requiredFeatures: UInt32?

  func bytes() -> [UInt8] {
    var sections: [(kind: SectionKind, index: Int, bytes: [UInt8])] = []
    let t = fragments[0].tensors[Int(inputTensor)]
    var input = ByteWriter()
    InputRecord.write(
      to: &input, kind: inputKind, tensor: inputTensor, height: t.height, width: t.width, channels: t.channels,
      colorOrder: colorOrder.rawValue, resizeRule: 0, fill: 0, multiplier: inputMultiplier, name: Array("input".utf8), table: inputTable,
      meanImage: meanImage)
    sections.append((.input, 0, input.bytes))
    var table = ByteWriter()
    table.u32(UInt32(attributes.count))
    for a in attributes {
      AttributeRecord.write(
        to: &table, fragment: a.fragment, tensor: a.tensor, confidence: a.confidence, threshold: .nan, dimensions: a.dimensions,
        name: Array(a.name.utf8), labels: a.labels.map { Array($0.utf8) }, value: a.value)
    }
    sections.append((.attributes, 0, table.bytes))
    var hashes: [ProgramHeader.ContentHashes] = []
    for (number, fragment) in fragments.enumerated() {
      let exporters = Set(fragment.imports.map { Int($0.fragment) }).sorted()
      let program = fragment.program(
        dependency: ProgramHeader.dependency(on: exporters.compactMap { $0 < hashes.count ? hashes[$0] : nil }))
      hashes.append(
        ProgramHeader.ContentHashes(
          program: hash(program), constants: hash(fragment.constants.bytes), weights: hash(fragment.weights.bytes)))
      sections.append((.program, number, program))
      sections.append((.constants, number, fragment.constants.bytes))
      sections.append((.weights, number, fragment.weights.bytes))
    }
    var offsets: [UInt64] = []
    var arena: UInt64 = 0
    for fragment in fragments {
      for size in fragment.storages {
        offsets.append(arena)
        arena += (size + 63) / 64 * 64
      }
    }
    let all = AttributeSet(first: attributes.count)
    for (number, plan) in ([(attributes: all, offsets: offsets, arena: arena)] + morePlans).enumerated() {
      var writer = ByteWriter()
      let name = number > 0 && number <= planNames.count ? planNames[number - 1] : ""
      PlanRecord.write(
        to: &writer, attributes: plan.attributes, arenaBytes: plan.arena, lowerBound: 0, name: Array(name.utf8), offsets: plan.offsets)
      sections.append((.plan, number, writer.bytes))
    }
    if order != nil || !gates.isEmpty {
      var writer = ByteWriter()
      writer.u32(UInt32(attributes.count))
      for index in order ?? Array(0..<UInt32(attributes.count)) { writer.u32(index) }
      for index in attributes.indices {
        GateRecord.write(
          to: &writer, text: gates[index] == nil ? [] : Array("condition \(index)".utf8), operations: gates[index] ?? [])
      }
      sections.append((.evaluation, 0, writer.bytes))
    }
    if !forks.isEmpty {
      var writer = ByteWriter()
      writer.u32(UInt32(forks.count))
      for fork in forks { ForkRecord.write(to: &writer, fragment: fork.fragment, tensor: fork.tensor, name: Array(fork.name.utf8)) }
      sections.append((.forks, 0, writer.bytes))
    }
    if !selfTest.isEmpty {
      var writer = ByteWriter()
      SelfTestRecord.write(to: &writer, selfTestForm, samples: selfTest)
      sections.append((.selfTest, 0, writer.bytes))
    }
    return file(sections)
  }

  private func hash(_ bytes: [UInt8]) -> SHA256.Digest { bytes.withUnsafeBytes { SHA256.hash($0) } }

  private func file(_ sections: [(kind: SectionKind, index: Int, bytes: [UInt8])]) -> [UInt8] {
    var body = ByteWriter()
    var entries: [SectionEntry] = []
    let start = 64 + 64 * sections.count
    for section in sections {
      body.align(64)
      entries.append(
        SectionEntry(
          kind: section.kind.rawValue, index: UInt32(section.index), offset: UInt64(start + body.bytes.count),
          length: UInt64(section.bytes.count), hash: hash(section.bytes)))
      body.raw(section.bytes)
    }
    var header = BundleHeader()
    header.version = version
    header.fileSize = UInt64(start + body.bytes.count)
    header.sectionCount = UInt32(sections.count)
    header.flags = storedUnsigned ? BundleHeader.storedUnsigned : 0
    header.requiredFeatures = requiredFeatures ?? (gates.isEmpty ? 0 : BundleHeader.gates)
    var writer = ByteWriter()
    header.write(to: &writer)
    for entry in entries { entry.write(to: &writer) }
    writer.raw(body.bytes)
    return writer.bytes
  }
}
