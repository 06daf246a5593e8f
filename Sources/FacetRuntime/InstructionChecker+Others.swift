import FacetFormat

extension InstructionChecker {
  mutating func checkPool(_ r: PoolRecord) throws(BundleError) {
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

  mutating func checkBinary(_ r: BinaryRecord) throws(BundleError) {
    let a = try source(r.a)
    let b = try source(r.b)
    try require(a.type == b.type, .typeMismatch)
    let output = try result(r.output, a.type)
    let scores = try result(r.scores, .float32)
    try require(scores == nil || (a.type == .int8 && r.opcode == .add), .typeMismatch)
    guard let shape = output ?? scores else { throw fail(.noSuchTensor) }
    if let scores { try require(scores.hasShape(of: shape), .shapeMismatch) }
    try require(repeats(a, over: shape) && repeats(b, over: shape), .shapeMismatch)
    try addWork(shape.elementCount, 1)
    guard a.type == .int8 else {
      try checkClamp(r.lowFloat, r.highFloat)
      return
    }
    if output != nil {
      try checkClamp(r.low, r.high)
      try require(isMultiplier(r.aMultiplier) && (r.opcode == .multiply || isMultiplier(r.bMultiplier)), .badMultiplier)
    }
    if scores != nil { try require(isMultiplier(r.scoresAMultiplier) && isMultiplier(r.scoresBMultiplier), .badMultiplier) }
  }

  private func repeats(_ operand: TensorRecord, over shape: TensorRecord) -> Bool {
    (operand.height == shape.height || operand.height == 1) && (operand.width == shape.width || operand.width == 1)
      && (operand.channels == shape.channels || operand.channels == 1)
  }

  mutating func checkUnary(_ r: UnaryRecord) throws(BundleError) {
    let input = try source(r.input)
    guard let output = try result(r.output, nil) else { throw fail(.noSuchTensor) }
    try addWork(output.elementCount, 1)
    switch r.opcode {
    case .reshape:
      try require(input.type == output.type, .typeMismatch)
      try require(input.elementCount == output.elementCount, .shapeMismatch)
      return
    case .planar:
      try require(input.type == output.type, .typeMismatch)
      try require(output.height == 1 && output.width == 1 && input.elementCount == output.elementCount, .shapeMismatch)
      return
    case .table:
      try require(input.type == .int8 && output.type == .int8, .typeMismatch)
      _ = try constants(r.table, count: 64)
    case .channelTable:
      try require(input.type == .int8 && output.type == .int8, .typeMismatch)
      _ = try constants(r.table, count: Int64(output.channels) * 64)
    case .dequantize:
      try require(input.type == .int8 && output.type == .float32, .typeMismatch)
    case .quantize:
      try require(input.type == .float32 && output.type == .int8, .typeMismatch)
      try require(isMultiplier(1 / output.scale), .badMultiplier)
    default:
      try require(input.type == .float32 && output.type == .float32, .typeMismatch)
    }
    try require(input.hasShape(of: output), .shapeMismatch)
    if r.opcode == .clip { try checkClamp(r.alpha, r.beta) }
    if r.opcode == .hardSigmoid { try require(r.alpha.isFinite && r.beta.isFinite, .badMultiplier) }
  }
}
