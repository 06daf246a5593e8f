import FacetFormat
import FacetKernels

extension Preparation {
  func pool(_ r: PoolRecord) throws(SessionError) -> Step {
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
      case (_, .int8): FACET_MAX_POOL_S8
      case (_, .float32): FACET_MAX_POOL_F32
      }
    let kept = keep(p)
    var step = Step(work: .pool(kept), kernel: kernel(operation, kept), rows: p.out_height, width: p.out_width)
    step.share(among: threads, work: shape.elementCount * Int64(r.kernelHeight) * Int64(r.kernelWidth))
    return step
  }

  func binary(_ r: BinaryRecord) throws(SessionError) -> Step {
    let shape = tensor(r.output == BundleFormat.none ? r.scores : r.output)
    let (a, b) = (tensor(r.a), tensor(r.b))
    var arguments = facet_binary()
    arguments.a = UnsafeRawPointer(try address(r.a))
    (arguments.a_row, arguments.a_pixel, arguments.a_channel) = steps(of: a, over: shape)
    arguments.b = UnsafeRawPointer(try address(r.b))
    (arguments.b_row, arguments.b_pixel, arguments.b_channel) = steps(of: b, over: shape)
    if r.output != BundleFormat.none {
      let output = tensor(r.output)
      arguments.output = try destination(r.output)
      arguments.output_row = Int(output.rowStride)
      arguments.output_pixel = Int(output.pixelStride)
      arguments.zero = output.zeroPoint &+ shift
      arguments.low = r.low &+ shift
      arguments.high = r.high &+ shift
    }
    if r.scores != BundleFormat.none {
      let scores = tensor(r.scores)
      arguments.scores = try destination(r.scores).assumingMemoryBound(to: Float.self)
      arguments.scores_row = Int(scores.rowStride)
      arguments.scores_pixel = Int(scores.pixelStride)
    }
    arguments.height = Int32(shape.height)
    arguments.width = Int32(shape.width)
    arguments.channels = Int32(shape.channels)
    arguments.stored_unsigned = storedUnsigned
    arguments.a_zero = a.zeroPoint &+ shift
    arguments.b_zero = b.zeroPoint &+ shift
    arguments.a_multiplier = r.aMultiplier
    arguments.b_multiplier = r.bMultiplier
    arguments.scores_a_multiplier = r.scoresAMultiplier
    arguments.scores_b_multiplier = r.scoresBMultiplier
    arguments.low_f = r.lowFloat
    arguments.high_f = r.highFloat
    let operation =
      switch (r.opcode, a.type) {
      case (.multiply, .int8): FACET_MULTIPLY_S8
      case (.multiply, .float32): FACET_MULTIPLY_F32
      case (_, .int8): FACET_ADD_S8
      case (_, .float32): FACET_ADD_F32
      }
    let kept = keep(arguments)
    var step = Step(work: .binary(kept), kernel: kernel(operation, kept), rows: arguments.height, width: arguments.width)
    step.share(among: threads, work: shape.elementCount)
    return step
  }

  /// Row, pixel and channel steps of an operand: 0 along the axes that it repeats.
  private func steps(of operand: TensorRecord, over shape: TensorRecord) -> (Int, Int, Int) {
    (
      operand.height == 1 && shape.height != 1 ? 0 : Int(operand.rowStride),
      operand.width == 1 && shape.width != 1 ? 0 : Int(operand.pixelStride),
      operand.channels == 1 && shape.channels != 1 ? 0 : Int(operand.type.size)
    )
  }

  func unary(_ r: UnaryRecord) throws(SessionError) -> Step {
    let (input, output) = (tensor(r.input), tensor(r.output))
    var u = try unaryArguments(r.input, r.output)
    if r.opcode == .table || r.opcode == .channelTable { u.table = constant(r.table)?.assumingMemoryBound(to: UInt8.self) }
    u.input_zero = input.zeroPoint &+ shift
    u.output_zero = output.zeroPoint &+ shift
    u.scale = r.opcode == .quantize ? 1 / output.scale : input.scale
    u.alpha = r.alpha
    u.beta = r.beta
    let operation =
      switch r.opcode {
      case .table: FACET_TABLE_S8
      case .channelTable: FACET_CHANNEL_TABLE_S8
      case .dequantize: FACET_DEQUANTIZE_S8
      case .quantize: FACET_QUANTIZE_F32
      case .clip: FACET_CLIP_F32
      case .sigmoid: FACET_SIGMOID_F32
      case .hardSigmoid: FACET_HARD_SIGMOID_F32
      case .hardSwish: FACET_HARD_SWISH_F32
      case .softmax: FACET_SOFTMAX_F32
      default: FACET_COPY_F32
      }
    return unaryStep(u, operation, mayTile: r.opcode != .softmax && r.opcode != .channelTable, input: input, output: output)
  }

  /// Addresses and strides of an instruction with one input and one output.
  func unaryArguments(_ input: UInt32, _ output: UInt32) throws(SessionError) -> facet_unary {
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
  func unaryStep(
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

  func reshape(_ r: UnaryRecord) throws(SessionError) -> Step {
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
