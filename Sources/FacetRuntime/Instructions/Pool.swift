import FacetFormat
import FacetKernels

/// Max and average pooling.
extension InstructionChecker {
  mutating func check(_ r: PoolRecord) throws(BundleError) {
    let isAverage = r.opcode == .averagePool
    let input = try source(r.input)
    let output = try result(r.output, input.type)
    let scores = try result(r.scores, .float32)
    try require(scores == nil || (isAverage && input.type == .int8), .typeMismatch)
    guard let shape = output ?? scores else { throw fail(.noSuchTensor) }
    if let scores { try require(scores.hasShape(of: shape), .shapeMismatch) }
    try require(shape.channels == input.channels, .shapeMismatch)
    try checkGeometry([r.kernelHeight, r.kernelWidth, r.strideY, r.strideX, r.dilationY, r.dilationX], atLeast: 1)
    try checkGeometry([r.padTop, r.padLeft, r.padBottom, r.padRight], atLeast: 0)
    try require(r.countIncludesPad <= 1 && r.oneMultiplier <= 1, .badGeometry)
    try checkClippedWindows(
      count: shape.height, stride: r.strideY, kernel: r.kernelHeight, dilation: r.dilationY, pad: r.padTop, size: input.height)
    try checkClippedWindows(
      count: shape.width, stride: r.strideX, kernel: r.kernelWidth, dilation: r.dilationX, pad: r.padLeft, size: input.width)
    let taps = Int64(r.kernelHeight) * Int64(r.kernelWidth)
    try addWork(Int64(shape.height) * Int64(shape.width), Int64(shape.channels), taps)
    guard input.type == .int8 else { return }
    if !isAverage {
      // Pooling compares stored bytes: input and output must mean the same by them.
      if let output { try require(output.zeroPoint == input.zeroPoint, .shapeMismatch) }
      return
    }
    let count = r.oneMultiplier == 1 ? 1 : taps
    if output != nil {
      try checkClamp(r.low, r.high)
      try multipliers(r.multiplier, count: count)
    }
    if scores != nil { try multipliers(r.scoresMultiplier, count: count) }
  }

  /// Every window along one axis, clipped to the input, keeps at least one position.
  private func checkClippedWindows(
    count: UInt32, stride: UInt32, kernel: UInt32, dilation: UInt32, pad: UInt32, size: UInt32
  ) throws(BundleError) {
    let dilation = Int64(dilation)
    // Starts rise, so only those before the input (at most `pad` of them) and the last can fail.
    var start = -Int64(pad)
    var index: Int64 = 0
    while start < 0 && index < Int64(count) {
      let skipped = (-start + dilation - 1) / dilation
      try require(skipped < Int64(kernel) && start + skipped * dilation < Int64(size), .emptyWindow)
      start += Int64(stride)
      index += 1
    }
    try require((Int64(count) - 1) * Int64(stride) - Int64(pad) < Int64(size), .emptyWindow)
  }
}

extension Preparation {
  func step(_ r: PoolRecord) throws(SessionError) -> Step {
    let input = tensor(r.input)
    let shape = tensor(r.output == BundleFormat.none ? r.scores : r.output)
    var p = facet_pool()
    p.input = UnsafeRawPointer(try address(r.input))
    p.input_row = Int(input.rowStride)
    p.input_pixel = Int(input.pixelStride)
    if r.output != BundleFormat.none {
      let output = tensor(r.output)
      p.output = try destination(r.output)
      p.output_row = Int(output.rowStride)
      p.output_pixel = Int(output.pixelStride)
      p.zero = output.zeroPoint &+ shift
      p.low = r.low &+ shift
      p.high = r.high &+ shift
      if input.type == .int8 && r.opcode == .averagePool { p.multiplier = constant(r.multiplier)?.assumingMemoryBound(to: Float.self) }
    }
    if r.scores != BundleFormat.none {
      let scores = tensor(r.scores)
      p.scores = try destination(r.scores).assumingMemoryBound(to: Float.self)
      p.scores_row = Int(scores.rowStride)
      p.scores_pixel = Int(scores.pixelStride)
      p.scores_multiplier = constant(r.scoresMultiplier)?.assumingMemoryBound(to: Float.self)
    }
    p.in_height = Int32(input.height)
    p.in_width = Int32(input.width)
    p.out_height = Int32(shape.height)
    p.out_width = Int32(shape.width)
    p.channels = Int32(input.channels)
    p.kernel_h = Int32(r.kernelHeight)
    p.kernel_w = Int32(r.kernelWidth)
    p.stride_y = Int32(r.strideY)
    p.stride_x = Int32(r.strideX)
    p.dilation_y = Int32(r.dilationY)
    p.dilation_x = Int32(r.dilationX)
    p.pad_top = Int32(r.padTop)
    p.pad_left = Int32(r.padLeft)
    p.pad_bottom = Int32(r.padBottom)
    p.pad_right = Int32(r.padRight)
    p.one_multiplier = Int32(r.oneMultiplier)
    p.count_include_pad = Int32(r.countIncludesPad)
    p.stored_unsigned = storedUnsigned
    p.input_zero = input.zeroPoint &+ shift
    let operation =
      switch (r.opcode, input.type) {
      case (.averagePool, .int8): FACET_AVERAGE_POOL_S8
      case (.averagePool, .float32): FACET_AVERAGE_POOL_F32
      case (.maxPool, .int8): FACET_MAX_POOL_S8
      case (.maxPool, .float32): FACET_MAX_POOL_F32
      }
    let kept = keep(p)
    var step = Step(work: .pool(kept), kernel: kernel(operation, kept), rows: p.out_height, width: p.out_width)
    step.share(among: threads, work: shape.elementCount * Int64(r.kernelHeight) * Int64(r.kernelWidth))
    return step
  }
}
