import FacetFormat
import FacetIR
import FacetQuantization

/// Gives a lowered program its tensor tables, storages and memory plan.
struct ProgramAssembly {
  let lowering: Lowering
  let input: TensorKey
  let results: [TensorKey]
  private let sharing: StorageSharing

  /// - Parameter sharing: with no tensor that is too large.
  init(_ lowering: Lowering, input: TensorKey, results: [TensorKey], sharing: StorageSharing) {
    self.lowering = lowering
    self.input = input
    self.results = results
    self.sharing = sharing
  }

  func assemble() -> LoweredProgram {
    var tables: [TensorTable] = []
    for index in lowering.fragments.indices { tables.append(table(index, earlier: tables)) }
    var requests: [StorageRequest] = []
    for (index, table) in tables.enumerated() {
      for group in table.storages {
        let use = sharing.uses[group] ?? StorageSharing.Use()
        requests.append(
          StorageRequest(
            size: sharing.size(group), fragment: index, firstUse: use.first, lastUse: use.last, isPersistent: use.isPersistent,
            results: use.results, readers: use.readers))
      }
    }
    let order = FragmentOrder(ancestors: ancestors(tables))
    let plan = MemoryPlanner.plan(requests, order: order)
    precondition(MemoryPlanner.firstOverlap(plan, requests, order: order) == nil, "the memory plan lets live tensors overlap")
    return LoweredProgram(
      fragments: tables.map(\.fragment), storages: requests, order: order, storageOffsets: plan.offsets,
      arenaBytes: plan.arenaBytes, arenaLowerBound: plan.lowerBound,
      inputTensor: tables[0].number[input] ?? 0,
      results: results.map { key in
        let fragment = lowering.home[key] ?? 0
        return (UInt32(fragment), tables[fragment].number[key] ?? 0)
      })
  }

  /// A fragment with the numbers of its tensors.
  private struct TensorTable {
    var fragment: LoweredFragment
    var number: [TensorKey: UInt32] = [:]
    /// The group of tensors behind each storage.
    var storages: [TensorKey] = []
  }

  private func table(_ index: Int, earlier: [TensorTable]) -> TensorTable {
    let pending = lowering.fragments[index]
    var table = TensorTable(
      fragment: LoweredFragment(
        attributes: pending.attributes, imports: [], tensors: [], storageSizes: [], instructions: [],
        constants: pending.constants.bytes, weights: pending.weights.bytes, keys: [], nodes: [], writes: []))
    for key in pending.instructions.flatMap(\.reads) where table.number[key] == nil {
      guard let home = lowering.home[key], home != index, let number = earlier[home].number[key] else { continue }
      table.number[key] = UInt32(table.fragment.tensors.count)
      table.fragment.imports.append(ImportRecord(fragment: UInt32(home), tensor: number))
      var record = record(key)
      record.storage = BundleFormat.none
      table.fragment.tensors.append(record)
      table.fragment.keys.append(key)
    }
    if index == 0 { define(input, &table) }
    for instruction in pending.instructions {
      for key in instruction.writes where table.number[key] == nil { define(key, &table) }
      var views: [TensorKey: UInt32] = [:]
      if let output = instruction.writes.first, instruction.slice != nil || instruction.geometry != nil {
        views[output] = view(of: output, instruction.slice.map { record(output, $0) } ?? record(output, instruction.geometry), in: &table)
      }
      if let input = instruction.reads.first, let geometry = instruction.inputGeometry {
        views[input] = view(of: input, record(input, geometry), in: &table)
      }
      table.fragment.instructions.append(
        instruction.record { key in
          guard let key else { return BundleFormat.none }
          return views[key] ?? table.number[key] ?? BundleFormat.none
        })
      table.fragment.nodes.append(instruction.node)
      table.fragment.writes.append(instruction.writes.map { ($0, table.number[$0] ?? 0) })
    }
    return table
  }

  /// A further tensor over a storage; its number.
  private func view(of key: TensorKey, _ record: TensorRecord, in table: inout TensorTable) -> UInt32 {
    var record = record
    record.storage = storage(of: key, in: table)
    table.fragment.tensors.append(record)
    table.fragment.keys.append(key)
    return UInt32(table.fragment.tensors.count - 1)
  }

  private func define(_ key: TensorKey, _ table: inout TensorTable) {
    let group = sharing.group(key)
    if !table.storages.contains(group) {
      table.storages.append(group)
      table.fragment.storageSizes.append(sharing.size(group))
    }
    table.number[key] = UInt32(table.fragment.tensors.count)
    var record = record(key)
    record.storage = storage(of: key, in: table)
    table.fragment.tensors.append(record)
    table.fragment.keys.append(key)
  }

  private func storage(of key: TensorKey, in table: TensorTable) -> UInt32 {
    UInt32(table.storages.firstIndex(of: sharing.group(key)) ?? 0)
  }

  /// - Parameter geometry: another arrangement of the same elements, for a plain tensor.
  private func record(_ key: TensorKey, _ geometry: PixelShape? = nil) -> TensorRecord {
    let shape = geometry ?? sharing.shape(key)
    let border = sharing.border(sharing.group(key))
    let element = key.form.elementSize
    var record = TensorRecord()
    record.type = key.form.isInt8 ? .int8 : .float32
    (record.height, record.width, record.channels) = (UInt32(shape.height), UInt32(shape.width), UInt32(shape.channels))
    (record.borderTop, record.borderLeft) = (UInt16(border.top), UInt16(border.left))
    (record.borderBottom, record.borderRight) = (UInt16(border.bottom), UInt16(border.right))
    record.pixelStride = UInt32(shape.channels * element)
    record.rowStride = UInt32((shape.width + border.left + border.right) * shape.channels * element)
    record.offset = UInt32(border.top) * record.rowStride + UInt32(border.left) * record.pixelStride
    if key.form.isInt8 {
      let quantization = lowering.quantization(key.value)
      (record.scale, record.zeroPoint) = (quantization.scale, quantization.zeroPoint)
    }
    return record
  }

  /// A view of the part that one input of a concatenation fills.
  private func record(_ key: TensorKey, _ slice: ConcatSlice) -> TensorRecord {
    var record = record(key)
    let step =
      switch slice.axis {
      case .rows: record.rowStride
      case .columns: record.pixelStride
      case .channels: UInt32(key.form.elementSize)
      }
    let whole = sharing.shape(key)
    record.offset += UInt32(slice.position) * step
    (record.height, record.width, record.channels) = (UInt32(slice.shape.height), UInt32(slice.shape.width), UInt32(slice.shape.channels))
    // Each view fills its share of the whole's border: all of its channels, or the sides where it is the first or last.
    let end = slice.position + slice.axis.size(slice.shape)
    if slice.axis == .rows, slice.position > 0 { record.borderTop = 0 }
    if slice.axis == .rows, end < whole.height { record.borderBottom = 0 }
    if slice.axis == .columns, slice.position > 0 { record.borderLeft = 0 }
    if slice.axis == .columns, end < whole.width { record.borderRight = 0 }
    return record
  }

  private func ancestors(_ tables: [TensorTable]) -> [Set<Int>] {
    var result: [Set<Int>] = []
    for table in tables {
      var own: Set<Int> = []
      for record in table.fragment.imports {
        own.insert(Int(record.fragment))
        own.formUnion(result[Int(record.fragment)])
      }
      result.append(own)
    }
    return result
  }
}
