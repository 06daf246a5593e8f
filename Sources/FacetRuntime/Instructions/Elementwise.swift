import FacetFormat
import FacetKernels

/// Two operands, broadcast by strides.
extension InstructionChecker {
  mutating func check(_ r: ElementwiseRecord) throws(BundleError) {
    let a = try plain(try source(r.a), .float32)
    let b = r.b == BundleFormat.none ? nil : try plain(try source(r.b), .float32)
    guard let target = try result(r.output, .float32) else { throw fail(.noSuchTensor) }
    let output = try plain(target, .float32)
    guard let function = ElementwiseFunction(rawValue: r.function), function.since <= version else { throw fail(.unknownFunction) }
    let count = try elements(r.dimensions, rank: r.rank)
    try require(count == output.elementCount, .shapeMismatch)
    var (aReach, bReach): (Int64, Int64) = (0, 0)
    for axis in 0..<Int(r.rank) {
      aReach += (Int64(r.dimensions[axis]) - 1) * Int64(r.aStrides[axis])
      bReach += (Int64(r.dimensions[axis]) - 1) * Int64(r.bStrides[axis])
    }
    try require(aReach < a.elementCount, .indexOutside)
    try checkOperand(b, constant: r.constant, reach: bReach)
    try addWork(count, 1)
  }
}

extension Preparation {
  func step(_ r: ElementwiseRecord) throws(SessionError) -> Step {
    var arguments = facet_elementwise()
    arguments.a = UnsafeRawPointer(try address(r.a)).assumingMemoryBound(to: Float.self)
    arguments.b = try operand(r.b, constant: r.constant)
    arguments.output = try destination(r.output).assumingMemoryBound(to: Float.self)
    arguments.function = Int32(r.function)
    arguments.rank = Int32(r.rank)
    for axis in 0..<8 {
      let size = axis < Int(r.rank) ? r.dimensions[axis] : 1
      set(&arguments.dimensions, Int32(axis), Int32(size))
      // A stride that is never stepped may be any number.
      let (a, b) = size == 1 ? (0, 0) : (Int32(r.aStrides[axis]), Int32(r.bStrides[axis]))
      set(&arguments.a_strides, Int32(axis), a)
      set(&arguments.b_strides, Int32(axis), b)
    }
    let kept = keep(arguments)
    return Step(work: .elementwise(kept), kernel: kernel(FACET_ELEMENTWISE_F32, kept), rows: 1, width: 1)
  }
}
