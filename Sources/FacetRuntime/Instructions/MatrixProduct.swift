import FacetFormat
import FacetKernels

/// Products of matrices, one for each of a batch.
extension InstructionChecker {
  mutating func check(_ r: MatrixProductRecord) throws(BundleError) {
    let a = try plain(try source(r.a), .float32)
    let b = r.b == BundleFormat.none ? nil : try plain(try source(r.b), .float32)
    guard let target = try result(r.output, .float32) else { throw fail(.noSuchTensor) }
    let output = try plain(target, .float32)
    try requireApart(a, output)
    if let b { try requireApart(b, output) }
    var results = InlineArray<8, UInt32>(repeating: 1)
    for axis in 0..<4 { results[axis] = r.batch[axis] }
    results[4] = r.rows
    results[5] = r.columns
    let count = try elements(results, rank: 6)
    try require(count == output.elementCount && r.inner >= 1 && Int64(r.inner) <= Self.maximumElements, .shapeMismatch)
    // Of the operands' matrices and of the batch axes' last places: factors below 2^25 and 2^32.
    var aReach = Int64(r.rows) * Int64(r.inner) - 1
    var bReach = Int64(r.inner) * Int64(r.columns) - 1
    for axis in 0..<4 {
      aReach += (Int64(r.batch[axis]) - 1) * Int64(r.aStrides[axis])
      bReach += (Int64(r.batch[axis]) - 1) * Int64(r.bStrides[axis])
    }
    try require(aReach < a.elementCount, .indexOutside)
    try checkOperand(b, constant: r.constant, reach: bReach)
    try addWork(count, Int64(r.inner))
  }
}

extension Preparation {
  func step(_ r: MatrixProductRecord) throws(SessionError) -> Step {
    var arguments = facet_matrix_product()
    arguments.a = UnsafeRawPointer(try address(r.a)).assumingMemoryBound(to: Float.self)
    arguments.b = try operand(r.b, constant: r.constant)
    arguments.output = try destination(r.output).assumingMemoryBound(to: Float.self)
    arguments.rows = Int32(r.rows)
    arguments.inner = Int32(r.inner)
    arguments.columns = Int32(r.columns)
    var rows = Int32(r.rows)
    for axis in 0..<4 {
      let size = Int32(r.batch[axis])
      rows *= size
      let (a, b) = size == 1 ? (0, 0) : (Int32(r.aStrides[axis]), Int32(r.bStrides[axis]))
      set(&arguments.batch, Int32(axis), size)
      set(&arguments.a_strides, Int32(axis), a)
      set(&arguments.b_strides, Int32(axis), b)
    }
    let kept = keep(arguments)
    var step = Step(work: .matrixProduct(kept), kernel: kernel(FACET_MATRIX_PRODUCT_F32, kept), rows: rows, width: 1)
    step.share(among: threads, work: Int64(rows) * Int64(r.columns) * Int64(r.inner))
    return step
  }
}
