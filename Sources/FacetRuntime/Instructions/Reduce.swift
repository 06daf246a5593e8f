import FacetFormat
import FacetKernels

/// Reductions over some axes.
extension InstructionChecker {
  mutating func check(_ r: ReduceRecord) throws(BundleError) {
    let input = try plain(try source(r.input), .float32)
    guard let target = try result(r.output, .float32) else { throw fail(.noSuchTensor) }
    let output = try plain(target, .float32)
    try requireApart(input, output)
    guard let function = ReductionCode(rawValue: r.function) else { throw fail(.unknownFunction) }
    let count = try elements(r.dimensions, rank: r.rank)
    try require(count == input.elementCount && r.axes < 1 << r.rank, .shapeMismatch)
    var kept: Int64 = 1
    for axis in 0..<Int(r.rank) where r.axes & (1 << UInt32(axis)) == 0 { kept *= Int64(r.dimensions[axis]) }
    try require(kept == output.elementCount, .shapeMismatch)
    if function == .indexOfMaximum || function == .indexOfMinimum { try require(r.axes.nonzeroBitCount == 1, .badGeometry) }
    try addWork(count, 1)
  }
}

extension Preparation {
  func step(_ r: ReduceRecord) throws(SessionError) -> Step {
    var arguments = facet_reduce()
    arguments.input = UnsafeRawPointer(try address(r.input)).assumingMemoryBound(to: Float.self)
    arguments.output = try destination(r.output).assumingMemoryBound(to: Float.self)
    arguments.function = Int32(r.function)
    // Row-major strides; axes of size 1 say nothing.
    var stride: Int32 = 1
    for axis in 0..<Int(r.rank) { stride *= Int32(r.dimensions[axis]) }
    for axis in 0..<Int(r.rank) where r.dimensions[axis] > 1 {
      let size = Int32(r.dimensions[axis])
      stride /= size
      if r.axes & (1 << UInt32(axis)) != 0 {
        set(&arguments.reduced, arguments.reduced_rank, size)
        set(&arguments.reduced_strides, arguments.reduced_rank, stride)
        arguments.reduced_rank += 1
      } else {
        set(&arguments.kept, arguments.kept_rank, size)
        set(&arguments.kept_strides, arguments.kept_rank, stride)
        arguments.kept_rank += 1
      }
    }
    if arguments.reduced_rank == 0 {
      set(&arguments.reduced, 0, 1)
      set(&arguments.reduced_strides, 0, 1)
      arguments.reduced_rank = 1
    }
    let pointer = keep(arguments)
    return Step(work: .reduce(pointer), kernel: kernel(FACET_REDUCE_F32, pointer), rows: 1, width: 1)
  }
}
