import FacetFormat
import FacetKernels

/// Weighted sums along one axis.
extension InstructionChecker {
  mutating func check(_ r: ResampleRecord) throws(BundleError) {
    let input = try plain(try source(r.input), nil)
    guard let target = try result(r.output, input.type) else { throw fail(.noSuchTensor) }
    let output = try plain(target, nil)
    try require(input.scale == output.scale && input.zeroPoint == output.zeroPoint, .typeMismatch)
    try requireApart(input, output)
    var shape = InlineArray<8, UInt32>(repeating: 1)
    (shape[0], shape[1], shape[2]) = (r.outer, r.inputSize, r.inner)
    try require(try elements(shape, rank: 3) == input.elementCount, .shapeMismatch)
    shape[1] = r.outputSize
    let count = try elements(shape, rank: 3)
    try require(count == output.elementCount, .shapeMismatch)
    try require(r.taps >= 1 && Int64(r.taps) <= Self.maximumElements, .badGeometry)
    // Each factor is at most 2^24.
    let entries = Int64(r.outputSize) * Int64(r.taps)
    try require(entries <= Int64(Int32.max), .constantsOutside)
    let indices = try sharedTable(r.indices, count: entries)
    _ = try constants(r.weights, count: entries)
    for index in 0..<Int(entries) {
      let entry = Int32(littleEndian: indices.loadUnaligned(fromByteOffset: index * 4, as: Int32.self))
      try require(entry >= 0 && Int64(entry) < Int64(r.inputSize), .indexOutside)
    }
    try addWork(count, Int64(r.taps))
  }
}

extension Preparation {
  func step(_ r: ResampleRecord) throws(SessionError) -> Step {
    var arguments = facet_resample()
    arguments.input = UnsafeRawPointer(try address(r.input))
    arguments.output = try destination(r.output)
    arguments.outer = Int32(r.outer)
    arguments.input_size = Int32(r.inputSize)
    arguments.output_size = Int32(r.outputSize)
    arguments.inner = Int32(r.inner)
    arguments.taps = Int32(r.taps)
    arguments.indices = constant(r.indices)?.assumingMemoryBound(to: Int32.self)
    arguments.weights = constant(r.weights)
    let output = tensor(r.output)
    arguments.zero = output.zeroPoint &+ shift
    arguments.stored_unsigned = storedUnsigned
    let kept = keep(arguments)
    let kernel = kernel(output.type == .int8 ? FACET_RESAMPLE_S8 : FACET_RESAMPLE_F32, kept)
    return Step(work: .resample(kept), kernel: kernel, rows: 1, width: 1)
  }
}
