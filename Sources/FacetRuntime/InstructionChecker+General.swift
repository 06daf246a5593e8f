import FacetFormat
import FacetKernels

/// Instructions on plain tensors: one pixel that lists the elements in row-major order.
extension InstructionChecker {
  /// More is no tensor: a plain tensor's elements are channels.
  private static let maximumElements = Int64(TensorRecord.maximumDimension)

  mutating func checkFunction(_ r: FunctionRecord) throws(BundleError) {
    let input = try source(r.input)
    guard let output = try result(r.output, .float32) else { throw fail(.noSuchTensor) }
    try require(input.type == .float32, .typeMismatch)
    try require(input.hasShape(of: output), .shapeMismatch)
    try require(r.function < FACET_FUNCTION_COUNT.rawValue, .unknownFunction)
    try addWork(output.elementCount, 1)
  }

  mutating func checkRearrange(_ r: RearrangeRecord) throws(BundleError) {
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

  mutating func checkElementwise(_ r: ElementwiseRecord) throws(BundleError) {
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

  mutating func checkReduce(_ r: ReduceRecord) throws(BundleError) {
    let input = try plain(try source(r.input), .float32)
    guard let target = try result(r.output, .float32) else { throw fail(.noSuchTensor) }
    let output = try plain(target, .float32)
    try requireApart(input, output)
    guard let function = ReduceFunction(rawValue: r.function) else { throw fail(.unknownFunction) }
    let count = try elements(r.dimensions, rank: r.rank)
    try require(count == input.elementCount && r.axes < 1 << r.rank, .shapeMismatch)
    var kept: Int64 = 1
    for axis in 0..<Int(r.rank) where r.axes & (1 << UInt32(axis)) == 0 { kept *= Int64(r.dimensions[axis]) }
    try require(kept == output.elementCount, .shapeMismatch)
    if function == .indexOfMaximum || function == .indexOfMinimum { try require(r.axes.nonzeroBitCount == 1, .badGeometry) }
    try addWork(count, 1)
  }

  mutating func checkMatrixProduct(_ r: MatrixProductRecord) throws(BundleError) {
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

  mutating func checkResample(_ r: ResampleRecord) throws(BundleError) {
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

  mutating func checkTopK(_ r: TopKRecord) throws(BundleError) {
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

  /// The second operand, a tensor or a constant, holds the element `reach`.
  private mutating func checkOperand(_ tensor: TensorRecord?, constant: UInt32, reach: Int64) throws(BundleError) {
    if let tensor {
      try require(reach < tensor.elementCount, .indexOutside)
    } else {
      // Strides and places fit 31 bits.
      try require(reach < Int64(Int32.max), .constantsOutside)
      _ = try constants(constant, count: reach + 1)
    }
  }

  /// The product of `rank` dimensions, those after them being 1.
  private func elements(_ dimensions: InlineArray<8, UInt32>, rank: UInt32) throws(BundleError) -> Int64 {
    try require(rank >= 1 && rank <= 8, .badGeometry)
    var product: Int64 = 1
    for axis in 0..<8 {
      try require(dimensions[axis] >= 1 && (axis < Int(rank) || dimensions[axis] == 1), .badGeometry)
      // At most 2^24 times 2^32.
      product *= Int64(dimensions[axis])
      try require(product <= Self.maximumElements, .shapeMismatch)
    }
    return product
  }

  private func plain(_ tensor: TensorRecord, _ type: TensorType?) throws(BundleError) -> TensorRecord {
    try require(type == nil || tensor.type == type, .typeMismatch)
    try require(tensor.height == 1 && tensor.width == 1 && !tensor.hasBorder, .shapeMismatch)
    return tensor
  }

  /// These kernels write while they still read: the result must not lie over what it is made of.
  private func requireApart(_ input: TensorRecord, _ output: TensorRecord) throws(BundleError) {
    guard input.storage == output.storage else { return }
    try require(input.extent.end <= output.extent.first || output.extent.end <= input.extent.first, .resultOverlaps)
  }
}
