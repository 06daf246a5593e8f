import FacetFormat
import FacetKernels

/// Products of matrices of two tensors, through strides.
extension InstructionChecker {
  /// So many products of 255 and 255 sum up below 2^31.
  private static let maximumInt8Inner: UInt32 = 32_768

  private typealias Axes = InlineArray<5, (size: UInt32, stride: UInt32)>

  mutating func check(_ r: ProductRecord) throws(BundleError) {
    try require(version >= 2, .unknownOpcode)
    let (a, b) = (try dense(try source(r.a)), try dense(try source(r.b)))
    try require(a.type == b.type, .typeMismatch)
    guard let target = try result(r.output, a.type == .int8 ? nil : .float32) else { throw fail(.noSuchTensor) }
    let output = try dense(target)
    try requireApart(a, output)
    try requireApart(b, output)
    try require(r.inner >= 1 && Int64(r.inner) <= Self.maximumElements, .badGeometry)
    try require(a.type == .float32 || r.inner <= Self.maximumInt8Inner, .badGeometry)
    try checkOrder(
      [
        (r.batch[0], r.outputBatch[0]), (r.batch[1], r.outputBatch[1]), (r.batch[2], r.outputBatch[2]), (r.rows, r.outputRow),
        (r.columns, r.outputColumn),
      ], output.elementCount)
    try checkReach(
      a, r.aOffset,
      [(r.batch[0], r.aBatch[0]), (r.batch[1], r.aBatch[1]), (r.batch[2], r.aBatch[2]), (r.rows, r.aRow), (r.inner, r.aInner)])
    try checkReach(
      b, r.bOffset,
      [(r.batch[0], r.bBatch[0]), (r.batch[1], r.bBatch[1]), (r.batch[2], r.bBatch[2]), (r.inner, r.bInner), (r.columns, r.bColumn)])
    try require(isMultiplier(r.multiplier), .badMultiplier)
    if output.type == .int8 { try checkClamp(r.low, r.high) } else { try checkClamp(r.lowFloat, r.highFloat) }
    try addWork(output.elementCount, Int64(r.inner))
  }

  /// A tensor whose elements lie in memory one after the other.
  private func dense(_ tensor: TensorRecord) throws(BundleError) -> TensorRecord {
    let pixel = Int64(tensor.channels) * tensor.type.size
    let hasGaps = Int64(tensor.pixelStride) != pixel || (tensor.height > 1 && Int64(tensor.rowStride) != Int64(tensor.width) * pixel)
    try require(!tensor.hasBorder && !hasGaps, .shapeMismatch)
    return tensor
  }

  /// The last place of all axes lies inside.
  private func checkReach(_ tensor: TensorRecord, _ offset: UInt32, _ axes: Axes) throws(BundleError) {
    var last = Int64(offset)
    try require(last < tensor.elementCount, .indexOutside)
    for index in axes.indices where axes[index].size > 1 {
      let axis = axes[index]
      try require(axis.stride <= UInt32(Int32.max), .indexOutside)
      // Factors below 2^31, and a sum below that.
      last += (Int64(axis.size) - 1) * Int64(axis.stride)
      try require(last < tensor.elementCount, .indexOutside)
    }
  }

  /// Every place is another element, and together they are all.
  private func checkOrder(_ axes: Axes, _ count: Int64) throws(BundleError) {
    var places: Int64 = 1
    for index in axes.indices {
      try require(axes[index].size >= 1 && axes[index].size <= UInt32(Int32.max), .badGeometry)
      places *= Int64(axes[index].size)
      try require(places <= count, .shapeMismatch)
    }
    try require(places == count, .shapeMismatch)
    // From the innermost on, each axis steps over all that lies inside.
    var inside: Int64 = 1
    while inside < count {
      var size: Int64 = 0
      for index in axes.indices where axes[index].size > 1 && Int64(axes[index].stride) == inside { size = Int64(axes[index].size) }
      try require(size > 1, .indexOutside)
      inside *= size
    }
    try require(inside == count, .indexOutside)
  }
}

extension Preparation {
  func step(_ r: ProductRecord) throws(SessionError) -> Step {
    let (a, b, output) = (tensor(r.a), tensor(r.b), tensor(r.output))
    // Of an axis of one place it says nothing; 1 is what kernels like best.
    func stride(_ size: UInt32, _ stride: UInt32) -> Int { size == 1 ? 1 : Int(stride) }
    func strides(_ strides: InlineArray<3, UInt32>) -> (Int, Int, Int) {
      (stride(r.batch[0], strides[0]), stride(r.batch[1], strides[1]), stride(r.batch[2], strides[2]))
    }
    var p = facet_product()
    p.a = UnsafeRawPointer(try address(r.a)) + Int(r.aOffset) * Int(a.type.size)
    p.b = UnsafeRawPointer(try address(r.b)) + Int(r.bOffset) * Int(b.type.size)
    p.output = try destination(r.output)
    (p.rows, p.inner, p.columns) = (Int32(r.rows), Int32(r.inner), Int32(r.columns))
    p.batch = (Int32(r.batch[0]), Int32(r.batch[1]), Int32(r.batch[2]))
    (p.a_batch, p.a_row, p.a_inner) = (strides(r.aBatch), stride(r.rows, r.aRow), stride(r.inner, r.aInner))
    (p.b_batch, p.b_inner, p.b_column) = (strides(r.bBatch), stride(r.inner, r.bInner), stride(r.columns, r.bColumn))
    (p.output_batch, p.output_row) = (strides(r.outputBatch), stride(r.rows, r.outputRow))
    p.output_column = stride(r.columns, r.outputColumn)
    p.stored_unsigned = storedUnsigned
    p.a_zero = a.zeroPoint &+ shift
    p.b_zero = b.zeroPoint &+ shift
    p.zero = output.zeroPoint &+ shift
    p.low = r.low &+ shift
    p.high = r.high &+ shift
    p.float_output = output.type == .float32 ? 1 : 0
    p.multiplier = r.multiplier
    (p.low_f, p.high_f) = (r.lowFloat, r.highFloat)
    let kept = keep(p)
    let rows = p.batch.0 * p.batch.1 * p.batch.2 * p.rows
    let operation = a.type == .int8 ? FACET_PRODUCT_S8 : FACET_PRODUCT_F32
    var step = Step(work: .product(kept), kernel: kernel(operation, kept), rows: rows, width: 1)
    step.share(among: threads, work: output.elementCount * Int64(r.inner))
    return step
  }
}
