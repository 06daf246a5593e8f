import FacetFormat

extension LoweredFragment {
  /// The program section.
  ///
  /// - Parameter earlier: of all fragments before it, what the bundle's table says.
  package func programSection(earlier: [ProgramHeader.ContentHashes]) -> [UInt8] {
    var header = ProgramHeader()
    header.attributes = attributes
    header.importCount = UInt32(imports.count)
    header.tensorCount = UInt32(tensors.count)
    header.storageCount = UInt32(storageSizes.count)
    header.instructionCount = UInt32(instructions.count)
    let sources = Set(imports.map(\.fragment)).sorted()
    header.dependency = ProgramHeader.dependency(on: sources.map { earlier[Int($0)] })
    var writer = ByteWriter()
    header.write(to: &writer)
    for record in imports { record.write(to: &writer) }
    for tensor in tensors { tensor.write(to: &writer) }
    for size in storageSizes { writer.u64(UInt64(size)) }
    for instruction in instructions { instruction.write(to: &writer) }
    return writer.bytes
  }
}
