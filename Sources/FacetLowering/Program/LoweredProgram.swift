import FacetFormat
import FacetIR

/// An instruction whose tensors are still named by value; the table of its fragment gives them numbers.
struct PendingInstruction {
  /// As its record says (`Instruction.operands`), in the order of the record's words.
  let reads: [TensorKey]
  let writes: [TensorKey]
  /// Inputs whose storage the (first) output may take over, element by element in place.
  let inPlace: [TensorKey]
  /// The index in `graph.nodes` of what it computes (part of).
  var node: Int
  /// The part of the output that it writes, where that is not all of it: its output is then a view of the whole.
  var slice: ConcatSlice?
  /// The geometry in which it sees its (plain) output, where that is not one pixel.
  var geometry: PixelShape?
  /// The same of its input, which its own fragment computes: another fragment's tensor is seen as it was exported.
  var inputGeometry: PixelShape?
  let record: (_ tensor: (TensorKey?) -> UInt32) -> Instruction

  init(
    node: Int, slice: ConcatSlice? = nil, geometry: PixelShape? = nil, inputGeometry: PixelShape? = nil,
    record: @escaping (_ tensor: (TensorKey?) -> UInt32) -> Instruction
  ) {
    (self.node, self.slice, self.geometry, self.inputGeometry, self.record) = (node, slice, geometry, inputGeometry, record)
    // Numbered as they are asked for, so that the record itself tells what becomes of each.
    var keys: [TensorKey] = []
    let operands = record { key in
      guard let key else { return BundleFormat.none }
      if let known = keys.firstIndex(of: key) { return UInt32(known) }
      keys.append(key)
      return UInt32(keys.count - 1)
    }.operands.filter(\.isPresent)
    let read = operands.filter { !$0.isWritten }
    reads = read.map { keys[Int($0.tensor)] }
    writes = operands.filter(\.isWritten).map { keys[Int($0.tensor)] }
    // What another operand still reads elsewhere (a residual that the windows also read) must stay whole.
    let whole = Set(read.filter { !$0.use.contains(.inPlace) }.map(\.tensor))
    inPlace = read.filter { $0.use.contains(.inPlace) && !whole.contains($0.tensor) }.map { keys[Int($0.tensor)] }
  }
}

/// A fragment with its own data.
struct PendingFragment {
  var attributes: AttributeSet
  var instructions: [PendingInstruction] = []
  var constants = ByteWriter()
  var weights = ByteWriter()
  /// Weights are left out: only whether the network can be lowered is asked, and how large its activations are.
  var isTrial = false

  /// Appends an array of 4-byte elements, aligned, and gives its offset.
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

  mutating func constant(_ bytes: [UInt8]) -> UInt32 {
    constants.align(64)
    let offset = UInt32(constants.bytes.count)
    constants.raw(bytes)
    return offset
  }

  mutating func weight(_ bytes: @autoclosure () -> [UInt8]) -> UInt32 {
    if isTrial { return 0 }
    weights.align(64)
    let offset = UInt32(weights.bytes.count)
    weights.raw(bytes())
    return offset
  }
}

/// A fragment ready to be written.
package struct LoweredFragment {
  package var attributes: AttributeSet
  package var imports: [ImportRecord]
  package var tensors: [TensorRecord]
  package var storageSizes: [Int]
  package var instructions: [Instruction]
  package var constants: [UInt8]
  package var weights: [UInt8]
  /// Where each tensor of the table comes from; as many as `tensors`.
  package var keys: [TensorKey]
  /// The graph node of each instruction; -1 where there is none.
  package var nodes: [Int]
  /// What each instruction computes, as tensors of the table.
  package var writes: [[(key: TensorKey, tensor: UInt32)]]
}

/// A program ready to be written: fragments, memory plan, and where the input and the results are.
package struct LoweredProgram {
  package var fragments: [LoweredFragment]
  /// All fragments' storages, in order.
  var storages: [StorageRequest]
  /// Which fragments have always run before which.
  var order: FragmentOrder
  var storageOffsets: [Int]
  package var arenaBytes: Int
  package var arenaLowerBound: Int
  /// Tensor of fragment 0.
  package var inputTensor: UInt32
  /// Where the input's 0 lies between two codes.
  package var inputOffset: Float = 0
  /// For each graph output: fragment and tensor.
  package var results: [(fragment: UInt32, tensor: UInt32)]

  /// The memory that some attributes alone need, in whatever order they are evaluated.
  package func plan(for attributes: AttributeSet) -> ProfilePlan {
    MemoryPlanner.plan(storages, profile: attributes, fragments: fragments.map(\.attributes), order: order)
  }
}
