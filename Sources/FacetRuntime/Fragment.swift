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

  package var attributes: UInt64 { header.attributes }
}
