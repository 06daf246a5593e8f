import FacetFormat
import FacetKernels

/// Elements moved by tables.
extension InstructionChecker {
  mutating func check(_ r: RearrangeRecord) throws(BundleError) {
    let input = try plain(try source(r.input), nil)
    guard let target = try result(r.output, input.type) else { throw fail(.noSuchTensor) }
    let output = try plain(target, input.type)
    try requireApart(input, output)
    let count = try elements(r.dimensions, rank: r.rank)
    if input.type == .int8 {
      let code = Int32(bitPattern: r.fill)
      try require(code >= -128 && code <= 127, .badClamp)
    }
    try addWork(count, 1)
    var entries: Int64 = 0
    for axis in 0..<Int(r.rank) { entries += Int64(r.dimensions[axis]) }
    let tables = try sharedTable(r.tables, count: 2 * entries)
    try checkTables(tables, r, lowest: -1, below: input.elementCount)
    try checkTables(tables + Int(entries) * 4, r, lowest: 0, below: output.elementCount)
  }

  /// One table per axis, each entry at least `lowest`, and the sum of the largest ones below `limit`.
  private func checkTables(_ tables: UnsafeRawPointer, _ r: RearrangeRecord, lowest: Int32, below limit: Int64) throws(BundleError) {
    var reach: Int64 = 0
    var place = tables
    for axis in 0..<Int(r.rank) {
      let count = Int(r.dimensions[axis])
      var largest: Int32 = 0
      for index in 0..<count {
        let entry = Int32(littleEndian: place.loadUnaligned(fromByteOffset: index * 4, as: Int32.self))
        try require(entry >= lowest, .indexOutside)
        largest = max(largest, entry)
      }
      reach += Int64(largest)
      place += count * 4
    }
    try require(reach < limit, .indexOutside)
  }
}

extension Preparation {
  func step(_ r: RearrangeRecord) throws(SessionError) -> Step {
    let type = tensor(r.input).type
    var arguments = facet_rearrange()
    arguments.input = UnsafeRawPointer(try address(r.input))
    arguments.output = try destination(r.output)
    arguments.tables = constant(r.tables)?.assumingMemoryBound(to: Int32.self)
    arguments.rank = Int32(r.rank)
    for axis in 0..<8 { set(&arguments.dimensions, Int32(axis), Int32(r.dimensions[axis])) }
    arguments.element_size = Int32(type.size)
    let fill = type == .int8 ? UInt32(UInt8(truncatingIfNeeded: Int32(bitPattern: r.fill) &+ shift)) : r.fill
    withUnsafeMutableBytes(of: &arguments.fill) { $0.storeBytes(of: fill.littleEndian, as: UInt32.self) }
    let kept = keep(arguments)
    return Step(work: .rearrange(kept), kernel: kernel(FACET_REARRANGE, kept), rows: 1, width: 1)
  }
}
