import FacetFormat

/// The trunk or a branch, after its check: nothing in it points outside.
package struct Fragment {
  package var header: ProgramHeader
  package var imports: [ImportRecord]
  package var tensors: [TensorRecord]
  /// Bytes of each storage.
  package var storages: [Int64]
  /// The number of this fragment's storage 0 among those of all fragments (a plan's numbering).
  package var firstStorage: Int
  package var instructions: [Instruction]
  package var constants: ByteView
  package var weights: ByteView

  package var attributes: AttributeSet { header.attributes }
}

extension [Fragment] {
  /// Interior pixel (0,0) of a tensor in an arena, also of an imported one; nil where the plan does not hold it.
  func address(fragment: Int, tensor: Int, plan: PlanRecord, arena: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    guard fragment >= 0, fragment < count, tensor >= 0, tensor < self[fragment].tensors.count else { return nil }
    if tensor < self[fragment].imports.count {
      let source = self[fragment].imports[tensor]
      return address(fragment: Int(source.fragment), tensor: Int(source.tensor), plan: plan, arena: arena)
    }
    let record = self[fragment].tensors[tensor]
    let storage = Int64(self[fragment].firstStorage) + Int64(record.storage)
    guard let offset = plan.offset(storage), offset != PlanRecord.unused else { return nil }
    return arena + Int(offset) + Int(record.offset)
  }
}
