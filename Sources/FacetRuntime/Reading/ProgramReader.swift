import FacetFormat

/// Reads and checks all fragments, the input and what the attributes say of their tensors.
struct ProgramReader {
  let view: ByteView
  let table: SectionTable
  let attributes: [AttributeRecord]
  private var fragments: [Fragment] = []
  /// Per fragment: which storages something has written, after all its instructions.
  private var written: [[Bool]] = []
  private var storageCount = 0
  private(set) var work: Int64 = 0

  init(_ view: ByteView, _ table: SectionTable, _ attributes: [AttributeRecord]) {
    self.view = view
    self.table = table
    self.attributes = attributes
  }

  private var allAttributes: AttributeSet { AttributeSet(first: attributes.count) }

  mutating func read() throws(BundleError) -> (fragments: [Fragment], input: InputRecord) {
    let count = try table.count(.program)
    guard count >= 1 else { throw BundleError(.sectionMissing) }
    _ = try table.count(.constants, limit: count)
    _ = try table.count(.weights, limit: count)
    var input: InputRecord?
    for index in 0..<count {
      let section = try table.require(.program, index)
      var fragment = try readFragment(index, section)
      var writes = [Bool](repeating: false, count: fragment.storages.count)
      if index == 0 {
        let record = try readInput(fragment)
        writes[Int(fragment.tensors[Int(record.tensor)].storage)] = true
        input = record
      }
      var checker = InstructionChecker(
        fragment: fragment, number: index, section: section, version: table.header.version, written: writes, work: work)
      try checker.checkAll()
      work = checker.work
      written.append(checker.written)
      fragment.firstStorage = storageCount
      storageCount += fragment.storages.count
      fragments.append(fragment)
    }
    guard let input else { throw BundleError(.sectionMissing) }
    try checkAttributeTensors()
    return (fragments, input)
  }

  private func readFragment(_ number: Int, _ section: Int) throws(BundleError) -> Fragment {
    var reader = ByteReader(table.content(section, of: view))
    let bad = BundleError(.badProgram, section: section, fragment: number)
    guard let header = ProgramHeader(reading: &reader) else { throw bad }
    guard header.tensorCount <= ProgramHeader.maximumTensors, header.storageCount <= ProgramHeader.maximumTensors,
      header.instructionCount <= ProgramHeader.maximumInstructions, header.importCount <= header.tensorCount
    else { throw bad }
    // Before any array grows: the counts must fit the section, so that memory is bounded by the file's size.
    let needed =
      Int64(header.importCount) * ImportRecord.size + Int64(header.tensorCount) * TensorRecord.size + Int64(header.storageCount) * 8
      + Int64(header.instructionCount) * Instruction.size
    guard needed <= reader.view.count - reader.offset else { throw bad }
    guard !header.attributes.isEmpty, header.attributes.isSubset(of: allAttributes), number > 0 || header.attributes == allAttributes else {
      throw BundleError(.badAttributeMask, section: section, fragment: number)
    }
    guard number > 0 || header.importCount == 0 else { throw BundleError(.badImport, section: section, fragment: number) }
    guard let imports = reader.records(header.importCount, { ImportRecord(reading: &$0) }) else { throw bad }
    var valid = 0
    let tensors = reader.records(header.tensorCount) { reader in
      guard let tensor = TensorRecord(reading: &reader), tensor.isValid else { return nil as TensorRecord? }
      valid += 1
      return tensor
    }
    guard let tensors else { throw BundleError(.badTensor, section: section, fragment: number, item: valid) }
    let storages = reader.records(header.storageCount) { reader in
      let size = reader.u64()
      return size <= UInt64(Int32.max) ? Int64(size) : nil
    }
    guard let storages, let instructions = reader.records(header.instructionCount, { Instruction(reading: &$0) }), !reader.failed
    else { throw bad }
    let fragment = Fragment(
      header: header, imports: imports, tensors: tensors, storages: storages, firstStorage: 0, instructions: instructions,
      constants: content(.constants, number), weights: content(.weights, number))
    try checkTensors(fragment, number, section)
    return fragment
  }

  private func content(_ kind: SectionKind, _ number: Int) -> ByteView {
    guard let position = table.find(kind, number) else { return .empty }
    return table.content(position, of: view)
  }

  private func checkTensors(_ fragment: Fragment, _ number: Int, _ section: Int) throws(BundleError) {
    var hashes: [ProgramHeader.ContentHashes] = []
    var exporters = [Bool](repeating: false, count: number)
    for index in fragment.tensors.indices {
      let tensor = fragment.tensors[index]
      if index < fragment.imports.count {
        let source = fragment.imports[index]
        let bad = BundleError(.badImport, section: section, fragment: number, item: index)
        guard source.fragment < UInt32(number), tensor.storage == BundleFormat.none else { throw bad }
        let exporter = fragments[Int(source.fragment)]
        guard source.tensor < exporter.header.tensorCount, source.tensor >= exporter.header.importCount,
          fragment.attributes.isSubset(of: exporter.attributes)
        else { throw bad }
        let original = exporter.tensors[Int(source.tensor)]
        guard tensor.isSameTensor(as: original), written[Int(source.fragment)][Int(original.storage)] else { throw bad }
        exporters[Int(source.fragment)] = true
      } else {
        let extent = tensor.extent
        guard tensor.storage < UInt32(fragment.storages.count), extent.first >= 0, extent.end <= fragment.storages[Int(tensor.storage)]
        else {
          throw BundleError(.tensorOutsideStorage, section: section, fragment: number, item: index)
        }
      }
    }
    for exporter in exporters.indices where exporters[exporter] {
      hashes.append(
        ProgramHeader.ContentHashes(
          program: table.hash(.program, exporter), constants: table.hash(.constants, exporter), weights: table.hash(.weights, exporter)))
    }
    guard fragment.header.dependency == ProgramHeader.dependency(on: hashes) else {
      throw BundleError(.dependencyMismatch, section: section, fragment: number)
    }
  }

  private func readInput(_ trunk: Fragment) throws(BundleError) -> InputRecord {
    let section = try table.require(.input)
    _ = try table.count(.input, limit: 1)
    let bad = BundleError(.badInput, section: section)
    guard let record = InputRecord(table.content(section, of: view)), record.tensor < UInt32(trunk.tensors.count) else { throw bad }
    let tensor = trunk.tensors[Int(record.tensor)]
    guard record.height == tensor.height, record.width == tensor.width, record.channels == tensor.channels else { throw bad }
    guard tensor.elementCount <= InputRecord.maximumElements,
      record.name.count == 0 || isPrintable(record.name.bytes, maximum: InputRecord.maximumNameBytes, mayBeEmpty: true)
    else { throw bad }
    if tensor.type == .int8 {
      guard record.multiplier > 0, record.multiplier < 0x1p64 else { throw bad }
    }
    switch record.kind {
    case InputRecord.image, InputRecord.offsetImage:
      let isPlain = record.kind == InputRecord.image
      guard isPlain || table.header.version >= 2 && tensor.type == .int8 && record.offset.magnitude <= 1 && !record.hasMeanImage else {
        throw bad
      }
      guard let color = ColorOrder(rawValue: record.colorOrder), Int(record.channels) == color.channels,
        ResizeRule(rawValue: record.resizeRule) != nil, record.fill <= 255, Int(record.height) <= frameMaximumSide,
        Int(record.width) <= frameMaximumSide,
        record.table.count == (record.hasMeanImage ? 0 : Int64(record.channels) * 256 * tensor.type.size),
        !record.hasMeanImage || table.header.requiredFeatures & BundleHeader.meanImage != 0
      else { throw bad }
      for part in [record.factors, record.means] {
        for place in 0..<part.count / 4 where part.f32(place * 4)?.isFinite != true { throw bad }
      }
    case InputRecord.tensor:
      break
    default: throw bad
    }
    return record
  }

  private func checkAttributeTensors() throws(BundleError) {
    let section = try table.require(.attributes)
    for index in attributes.indices {
      let record = attributes[index]
      let bad = BundleError(.badAttribute, section: section, item: index)
      guard record.fragment < UInt32(fragments.count) else { throw bad }
      let fragment = fragments[Int(record.fragment)]
      guard record.tensor < UInt32(fragment.tensors.count), record.tensor >= fragment.header.importCount,
        fragment.attributes.contains(index)
      else { throw bad }
      let tensor = fragment.tensors[Int(record.tensor)]
      guard tensor.type == .float32, tensor.isCanonical else { throw bad }
      var count: Int64 = 1
      for axis in 0..<Int(record.rank) {
        guard record.dimensions[axis] >= 1, record.dimensions[axis] <= TensorRecord.maximumDimension else { throw bad }
        // Both factors are below 2^32.
        count *= Int64(record.dimensions[axis])
        guard count <= tensor.elementCount else { throw bad }
      }
      guard count == tensor.elementCount else { throw bad }
      guard written[Int(record.fragment)][Int(tensor.storage)] else { throw BundleError(.readBeforeWritten, section: section, item: index) }
    }
  }
}
