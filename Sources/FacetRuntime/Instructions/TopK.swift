import FacetFormat
import FacetKernels

/// The first elements by value along one axis.
extension InstructionChecker {
  mutating func check(_ r: TopKRecord) throws(BundleError) {
    let input = try plain(try source(r.input), .float32)
    guard let target = try result(r.output, .float32) else { throw fail(.noSuchTensor) }
    let output = try plain(target, .float32)
    try requireApart(input, output)
    try require(r.smallest <= 1 && r.indices <= 1, .badGeometry)
    var shape = InlineArray<8, UInt32>(repeating: 1)
    (shape[0], shape[1], shape[2]) = (r.outer, r.size, r.inner)
    let count = try elements(shape, rank: 3)
    try require(count == input.elementCount, .shapeMismatch)
    try require(r.count >= 1 && r.count <= r.size, .badGeometry)
    shape[1] = r.count
    try require(try elements(shape, rank: 3) == output.elementCount, .shapeMismatch)
    // A heap of `count` takes in every element, and is then taken apart.
    try addWork(count, 4 * Int64(UInt32.bitWidth - r.count.leadingZeroBitCount))
  }
}

extension Preparation {
  func step(_ r: TopKRecord) throws(SessionError) -> Step {
    var arguments = facet_top_k()
    arguments.input = UnsafeRawPointer(try address(r.input)).assumingMemoryBound(to: Float.self)
    arguments.output = try destination(r.output).assumingMemoryBound(to: Float.self)
    arguments.outer = Int32(r.outer)
    arguments.size = Int32(r.size)
    arguments.inner = Int32(r.inner)
    arguments.count = Int32(r.count)
    arguments.smallest = Int32(r.smallest)
    arguments.indices = Int32(r.indices)
    let kept = keep(arguments)
    return Step(work: .topK(kept), kernel: kernel(FACET_TOP_K_F32, kept), rows: 1, width: 1)
  }
}
