import FacetFormat
import FacetKernels

/// One input, one output of its size, and reshape and planar, which keep the elements in another shape.
extension InstructionChecker {
  mutating func check(_ r: UnaryRecord) throws(BundleError) {
    let input = try source(r.input)
    guard let output = try result(r.output, nil) else { throw fail(.noSuchTensor) }
    try addWork(output.elementCount, 1)
    switch r.opcode {
    case .reshape, .planar:
      try require(input.type == output.type, .typeMismatch)
      try require(input.elementCount == output.elementCount, .shapeMismatch)
      if r.opcode == .planar { try require(output.height == 1 && output.width == 1, .shapeMismatch) }
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
    case .clip:
      try requireFloat(input, output)
      try checkClamp(r.alpha, r.beta)
    case .hardSigmoid:
      try requireFloat(input, output)
      try require(r.alpha.isFinite && r.beta.isFinite, .badMultiplier)
    case .copy, .sigmoid, .hardSwish, .softmax: try requireFloat(input, output)
    case .tableSum:
      try require(version >= 2, .unknownOpcode)
      try require(input.type == .int8 && output.type == .float32, .typeMismatch)
      try require(output.height == 1 && output.width == 1 && output.channels == input.channels, .shapeMismatch)
      try require(r.alpha >= 1 && r.alpha.isFinite && (r.beta == 0 || r.beta == 1), .badMultiplier)
      _ = try constants(r.table, count: 256)
      return try addWork(input.elementCount, 2)
    case .split:
      try require(version >= 2, .unknownOpcode)
      try require(input.type == .float32 && output.type == .int8, .typeMismatch)
      let (rows, channels) = (UInt64(output.height), UInt64(output.channels))
      let isBelow = rows == 2 * UInt64(input.height) && output.channels == input.channels
      let isBehind = output.height == input.height && channels == 2 * UInt64(input.channels)
      try require(output.width == input.width && (isBelow || isBehind), .shapeMismatch)
      let reach: Int32 = isBehind ? Self.splitZeroPoints : 0
      try require(output.zeroPoint >= -reach && output.zeroPoint <= reach && isMultiplier(1 / output.scale), .badMultiplier)
      return try require(r.alpha == 0 || (r.alpha >= 1 && r.alpha <= UnaryRecord.splitRatio), .badMultiplier)
    }
    try require(input.hasShape(of: output), .shapeMismatch)
  }

  /// Of zero points of split results, the largest: both parts reach at least 8 steps to either side of it.
  private static let splitZeroPoints: Int32 = 119

  private func requireFloat(_ input: TensorRecord, _ output: TensorRecord) throws(BundleError) {
    try require(input.type == .float32 && output.type == .float32, .typeMismatch)
  }

  mutating func check(_ r: FunctionRecord) throws(BundleError) {
    let input = try source(r.input)
    guard let output = try result(r.output, .float32) else { throw fail(.noSuchTensor) }
    try require(input.type == .float32, .typeMismatch)
    try require(input.hasShape(of: output), .shapeMismatch)
    try require(r.function < FACET_FUNCTION_COUNT.rawValue, .unknownFunction)
    try addWork(output.elementCount, 1)
  }
}

extension Preparation {
  func step(_ r: UnaryRecord) throws(SessionError) -> Step {
    switch r.opcode {
    case .table: try unary(r, FACET_TABLE_S8, mayTile: true)
    case .channelTable: try unary(r, FACET_CHANNEL_TABLE_S8, mayTile: false)
    case .dequantize: try unary(r, FACET_DEQUANTIZE_S8, mayTile: true)
    case .quantize: try unary(r, FACET_QUANTIZE_F32, mayTile: true)
    case .copy: try unary(r, FACET_COPY_F32, mayTile: true)
    case .clip: try unary(r, FACET_CLIP_F32, mayTile: true)
    case .sigmoid: try unary(r, FACET_SIGMOID_F32, mayTile: true)
    case .hardSigmoid: try unary(r, FACET_HARD_SIGMOID_F32, mayTile: true)
    case .hardSwish: try unary(r, FACET_HARD_SWISH_F32, mayTile: true)
    case .softmax: try unary(r, FACET_SOFTMAX_F32, mayTile: false)
    case .reshape, .planar: try reshape(r)
    case .tableSum: try tableSum(r)
    case .split: try unary(r, FACET_SPLIT_F32, mayTile: false)
    }
  }

  /// Threads share the channels, in blocks.
  private func tableSum(_ r: UnaryRecord) throws(SessionError) -> Step {
    let input = tensor(r.input)
    var u = try unaryArguments(r.input, r.output)
    (u.height, u.width) = (Int32(input.height), Int32(input.width))
    u.table = constant(r.table)?.assumingMemoryBound(to: UInt8.self)
    (u.alpha, u.beta) = (r.alpha, r.beta)
    let kept = keep(u)
    let blocks = (u.channels + FACET_TABLE_SUM_BLOCK - 1) / FACET_TABLE_SUM_BLOCK
    var step = Step(work: .unary(kept), kernel: kernel(FACET_TABLE_SUM_S8, kept), rows: blocks, width: 1)
    step.share(among: threads, work: Int64(input.elementCount) * 2)
    return step
  }

  private func unary(_ r: UnaryRecord, _ operation: facet_operation, mayTile: Bool) throws(SessionError) -> Step {
    let (input, output) = (tensor(r.input), tensor(r.output))
    var u = try unaryArguments(r.input, r.output)
    if r.opcode == .table || r.opcode == .channelTable { u.table = constant(r.table)?.assumingMemoryBound(to: UInt8.self) }
    u.input_zero = input.zeroPoint &+ shift
    u.output_zero = output.zeroPoint &+ shift
    u.scale = r.opcode == .quantize || r.opcode == .split ? 1 / output.scale : input.scale
    u.alpha = r.alpha
    u.beta = r.beta
    if r.opcode == .split {
      (u.height, u.channels) = (Int32(input.height), Int32(input.channels))
      u.low_part = output.height == input.height ? Int(input.channels) : Int(input.height) * u.output_row
      if r.alpha == 0 { u.alpha = UnaryRecord.splitRatio }
    }
    return unaryStep(u, operation, mayTile: mayTile, input: input, output: output)
  }

  func step(_ r: FunctionRecord) throws(SessionError) -> Step {
    var u = try unaryArguments(r.input, r.output)
    u.function = Int32(r.function)
    u.alpha = r.alpha
    u.beta = r.beta
    return unaryStep(u, FACET_FUNCTION_F32, mayTile: true, input: tensor(r.input), output: tensor(r.output))
  }

  /// Addresses and strides of an instruction with one input and one output.
  private func unaryArguments(_ input: UInt32, _ output: UInt32) throws(SessionError) -> facet_unary {
    var u = facet_unary()
    u.input = UnsafeRawPointer(try address(input))
    u.input_row = Int(tensor(input).rowStride)
    u.input_pixel = Int(tensor(input).pixelStride)
    u.output = try destination(output)
    u.output_row = Int(tensor(output).rowStride)
    u.output_pixel = Int(tensor(output).pixelStride)
    u.height = Int32(tensor(output).height)
    u.width = Int32(tensor(output).width)
    u.channels = Int32(tensor(output).channels)
    u.stored_unsigned = storedUnsigned
    return u
  }

  /// - Parameter mayTile: whether every element stands for itself: then the channels of a single pixel may become rows, which threads share.
  private func unaryStep(
    _ arguments: facet_unary, _ operation: facet_operation, mayTile: Bool, input: TensorRecord, output: TensorRecord
  ) -> Step {
    var u = arguments
    let tile: Int32 = 256
    if mayTile && u.height == 1 && u.width == 1 && u.channels % tile == 0 {
      u.height = u.channels / tile
      u.channels = tile
      (u.input_row, u.output_row) = (Int(tile) * Int(input.type.size), Int(tile) * Int(output.type.size))
      (u.input_pixel, u.output_pixel) = (u.input_row, u.output_row)
    }
    let kept = keep(u)
    var step = Step(work: .unary(kept), kernel: kernel(operation, kept), rows: u.height, width: u.width)
    step.share(among: threads, work: output.elementCount)
    return step
  }

  private func reshape(_ r: UnaryRecord) throws(SessionError) -> Step {
    let (input, output) = (tensor(r.input), tensor(r.output))
    var arguments = facet_reshape()
    arguments.input = UnsafeRawPointer(try address(r.input))
    arguments.input_row = Int(input.rowStride)
    arguments.input_pixel = Int(input.pixelStride)
    arguments.in_height = Int32(input.height)
    arguments.in_width = Int32(input.width)
    arguments.in_channels = Int32(input.channels)
    arguments.output = try destination(r.output)
    arguments.output_row = Int(output.rowStride)
    arguments.output_pixel = Int(output.pixelStride)
    arguments.out_height = Int32(output.height)
    arguments.out_width = Int32(output.width)
    arguments.out_channels = Int32(output.channels)
    arguments.element_size = Int32(output.type.size)
    let kept = keep(arguments)
    return Step(work: .reshape(kept), kernel: kernel(FACET_RESHAPE, kept), rows: 1, width: 1)
  }
}
