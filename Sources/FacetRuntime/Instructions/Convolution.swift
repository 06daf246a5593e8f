import FacetFormat
import FacetKernels

/// Convolution, fully connected, depthwise, standalone affine.
extension InstructionChecker {
  mutating func check(_ r: ConvolutionRecord) throws(BundleError) {
    switch r.opcode {
    case .convolution: try checkConvolution(r)
    case .depthwise: try checkDepthwise(r)
    }
  }

  private mutating func checkConvolution(_ r: ConvolutionRecord) throws(BundleError) {
    let (input, output) = try checkConvolutionTensors(r)
    let groups = Int64(r.groups)
    try require(groups >= 1 && Int64(input.channels) % groups == 0 && Int64(output.channels) % groups == 0, .badGeometry)
    try require(r.rowSegments <= 1, .badGeometry)
    try require(r.proofs == 0 || version >= 2 && r.proofs <= ConvolutionProof.all && input.type == .int8, .badGeometry)
    if r.rowSegments == 1 { try require(r.dilationX == 1 && groups == 1 && input.hasDensePixels, .rowSegmentsNotAllowed) }
    let groupOutputs = Int64(output.channels) / groups
    let layout = ConvolutionLayout(
      type: input.type, groups: groups, groupInputs: Int64(input.channels) / groups, groupOutputs: groupOutputs,
      kernelHeight: Int64(r.kernelHeight), kernelWidth: Int64(r.kernelWidth), rowSegments: r.rowSegments == 1)
    guard let bytes = layout.weightBytes else { throw fail(.weightsOutside) }
    try weights(r.weights, count: bytes, type: input.type)
    // Elements of padded weights, for every output pixel.
    try addWork(Int64(output.height) * Int64(output.width), bytes)
    let perGroup = layout.blocks * ConvolutionLayout.block
    try checkArrays(r, input.type, count: layout.paddedChannels) { $0 % perGroup >= groupOutputs }
  }

  private mutating func checkDepthwise(_ r: ConvolutionRecord) throws(BundleError) {
    let (input, output) = try checkConvolutionTensors(r)
    try require(r.groups == input.channels && output.channels == input.channels && r.rowSegments == 0, .badGeometry)
    try require(r.proofs == 0 || version >= 2 && r.proofs == ConvolutionProof.sixteenBits, .badGeometry)
    // 2^15 * 2^15 * 2^24 * 4: no overflow.
    let taps = Int64(r.kernelHeight) * Int64(r.kernelWidth)
    let elements = taps * Int64(input.channels)
    try weights(r.weights, count: elements * input.type.size, type: input.type)
    try addWork(Int64(output.height) * Int64(output.width), elements)
    try checkArrays(r, input.type, count: Int64(input.channels)) { _ in false }
  }

  /// Shapes, types, windows. The second tensor stands for output and scores, which have one shape.
  private mutating func checkConvolutionTensors(_ r: ConvolutionRecord) throws(BundleError) -> (TensorRecord, TensorRecord) {
    let input = try source(r.input)
    let residual = r.residual == BundleFormat.none ? nil : try source(r.residual)
    let output = try result(r.output, input.type)
    let scores = try result(r.scores, .float32)
    try require(input.type == .int8 || scores == nil, .typeMismatch)
    guard let shape = output ?? scores else { throw fail(.noSuchTensor) }
    if let scores { try require(scores.hasShape(of: shape), .shapeMismatch) }
    if let residual {
      try require(residual.type == input.type, .typeMismatch)
      try require(residual.hasShape(of: shape), .shapeMismatch)
    }
    try require(shape.channels == r.outputChannels, .shapeMismatch)
    try checkGeometry([r.kernelHeight, r.kernelWidth, r.strideY, r.strideX, r.dilationY, r.dilationX], atLeast: 1)
    try checkGeometry([r.padTop, r.padLeft], atLeast: 0)
    try checkWindow(
      count: shape.height, stride: r.strideY, kernel: r.kernelHeight, dilation: r.dilationY, pad: r.padTop, size: input.height,
      before: input.borderTop, after: input.borderBottom)
    try checkWindow(
      count: shape.width, stride: r.strideX, kernel: r.kernelWidth, dilation: r.dilationX, pad: r.padLeft, size: input.width,
      before: input.borderLeft, after: input.borderRight)
    if output != nil {
      if input.type == .int8 {
        try checkClamp(r.low, r.high)
        if residual != nil { try require(isMultiplier(r.residualMultiplier), .badMultiplier) }
      } else {
        try checkClamp(r.lowFloat, r.highFloat)
      }
    }
    if scores != nil && residual != nil { try require(isMultiplier(r.scoresResidualMultiplier), .badMultiplier) }
    return (input, shape)
  }

  /// Every window along one axis lies within interior and border.
  private func checkWindow(
    count: UInt32, stride: UInt32, kernel: UInt32, dilation: UInt32, pad: UInt32, size: UInt32, before: UInt16, after: UInt16
  ) throws(BundleError) {
    try require(pad <= UInt32(before), .windowOutside)
    let last = (Int64(count) - 1) * Int64(stride) - Int64(pad) + (Int64(kernel) - 1) * Int64(dilation)
    try require(last < Int64(size) + Int64(after), .windowOutside)
  }

  private mutating func checkArrays(_ r: ConvolutionRecord, _ type: TensorType, count: Int64, isPadding: (Int64) -> Bool)
    throws(BundleError)
  {
    _ = try constants(r.initial, count: count)
    guard type == .int8 else {
      try require(r.function == 0, .badGeometry)
      return
    }
    try checkFunction(r, count: count)
    if r.output != BundleFormat.none { try multipliers(r.multiplier, count: count, isPadding: isPadding) }
    if r.scores != BundleFormat.none { try multipliers(r.scoresMultiplier, count: count, isPadding: isPadding) }
  }
}

extension InstructionChecker {
  private mutating func checkFunction(_ r: ConvolutionRecord, count: Int64) throws(BundleError) {
    guard let function = ResultFunction(rawValue: r.function) else { throw fail(.badGeometry) }
    if function == .plain { return }
    try require(version >= 2 && r.output != BundleFormat.none && r.scores == BundleFormat.none, .badGeometry)
    switch function {
    case .plain: break
    case .slopes:
      let slopes = try constants(r.functionValues, count: count)
      for i in 0..<count {
        let slope = slopes.loadUnaligned(fromByteOffset: Int(i) * 4, as: Float.self)
        try require(slope.magnitude < 0x1p64, .badMultiplier)
      }
    case .hardSwish: try require(r.alpha.magnitude < 0x1p64 && r.beta.magnitude < 0x1p64, .badMultiplier)
    case .pieces:
      _ = try constants(r.functionValues, count: ResultFunction.pieceCount)
      try require(r.functionOffset >= -32768 && r.functionOffset <= 32767, .badGeometry)
    }
  }
}

extension Preparation {
  func step(_ r: ConvolutionRecord) throws(SessionError) -> Step {
    switch r.opcode {
    case .convolution: try convolution(r)
    case .depthwise: try depthwise(r)
    }
  }

  private func convolution(_ r: ConvolutionRecord) throws(SessionError) -> Step {
    let arguments = try convolutionArguments(r)
    let kept = keep(arguments)
    let kernel = kernel(tensor(r.input).type == .int8 ? FACET_CONV_S8 : FACET_CONV_F32, kept)
    var step = Step(work: .convolution(kept), kernel: kernel, rows: arguments.out_height, width: arguments.out_width)
    step.blocks = arguments.groups * ((arguments.group_outputs + FACET_BLOCK - 1) / FACET_BLOCK)
    let pixels = Int64(arguments.out_height) * Int64(arguments.out_width)
    let perPixel = Int64(arguments.kernel_h) * Int64(arguments.kernel_w) * Int64(arguments.group_inputs) * Int64(r.outputChannels)
    // Kernels with scratch make tiles of up to four rows, and rearrange the weights of each block.
    let needed = facet_kernels_have_scratch() == 0 ? 0 : facet_kernel_scratch(kernel, kept)
    let hasScratch = needed > 0
    if hasScratch {
      guard scratchStride >= needed else { throw .arenaTooSmall }
      step.scratchStride = scratchStride
      kept.pointee.scratch = scratch
    }
    step.share(among: threads, work: pixels * perPixel, rowUnit: hasScratch ? 4 : 1, prefersBlocks: hasScratch)
    return step
  }

  /// Bytes of scratch that a thread needs for an instruction of the current fragment.
  func scratchBytes(_ r: ConvolutionRecord) throws(SessionError) -> Int {
    var arguments = try convolutionArguments(r)
    return facet_kernel_scratch(facet_find_kernel(FACET_CONV_S8, features, &arguments), &arguments)
  }

  private func depthwise(_ r: ConvolutionRecord) throws(SessionError) -> Step {
    let arguments = try convolutionArguments(r)
    let kept = keep(facet_depthwise(c: arguments))
    let kernel = kernel(tensor(r.input).type == .int8 ? FACET_DEPTHWISE_S8 : FACET_DEPTHWISE_F32, kept)
    var step = Step(work: .depthwise(kept), kernel: kernel, rows: arguments.out_height, width: arguments.out_width)
    let pixels = Int64(arguments.out_height) * Int64(arguments.out_width)
    step.share(among: threads, work: pixels * Int64(arguments.kernel_h) * Int64(arguments.kernel_w) * Int64(r.outputChannels))
    return step
  }

  private func convolutionArguments(_ r: ConvolutionRecord) throws(SessionError) -> facet_conv {
    let input = tensor(r.input)
    let shape = tensor(r.output == BundleFormat.none ? r.scores : r.output)
    var c = facet_conv()
    let first = Int(r.padTop) * Int(input.rowStride) + Int(r.padLeft) * Int(input.pixelStride)
    c.input = UnsafeRawPointer(try address(r.input)) - first
    c.input_row = Int(input.rowStride)
    c.input_pixel = Int(input.pixelStride)
    if r.output != BundleFormat.none {
      let output = tensor(r.output)
      c.output = try destination(r.output)
      c.output_row = Int(output.rowStride)
      c.output_pixel = Int(output.pixelStride)
      c.zero = output.zeroPoint &+ shift
      c.low = r.low &+ shift
      c.high = r.high &+ shift
    }
    if r.scores != BundleFormat.none {
      let scores = tensor(r.scores)
      c.scores = try destination(r.scores).assumingMemoryBound(to: Float.self)
      c.scores_row = Int(scores.rowStride)
      c.scores_pixel = Int(scores.pixelStride)
    }
    if r.residual != BundleFormat.none {
      let residual = tensor(r.residual)
      c.residual = UnsafeRawPointer(try address(r.residual))
      c.residual_row = Int(residual.rowStride)
      c.residual_pixel = Int(residual.pixelStride)
      c.residual_zero = residual.type == .int8 ? residual.zeroPoint &+ shift : 0
    }
    c.weights = weights(r.weights)
    if input.type == .int8 {
      c.initial = constant(r.initial)?.assumingMemoryBound(to: Int32.self)
      if r.output != BundleFormat.none { c.multiplier = constant(r.multiplier)?.assumingMemoryBound(to: Float.self) }
      if r.scores != BundleFormat.none { c.scores_multiplier = constant(r.scoresMultiplier)?.assumingMemoryBound(to: Float.self) }
    } else {
      c.bias = constant(r.initial)?.assumingMemoryBound(to: Float.self)
    }
    c.out_height = Int32(shape.height)
    c.out_width = Int32(shape.width)
    c.groups = Int32(r.groups)
    c.group_inputs = Int32(input.channels / r.groups)
    c.group_outputs = Int32(r.outputChannels / r.groups)
    c.kernel_h = Int32(r.kernelHeight)
    c.kernel_w = Int32(r.kernelWidth)
    // A stride or dilation that is never stepped could still overflow where a kernel multiplies it by a row.
    c.stride_y = shape.height == 1 ? 1 : Int32(r.strideY)
    c.stride_x = shape.width == 1 ? 1 : Int32(r.strideX)
    c.dilation_y = r.kernelHeight == 1 ? 1 : Int32(r.dilationY)
    c.dilation_x = r.kernelWidth == 1 ? 1 : Int32(r.dilationX)
    c.row_segments = Int32(r.rowSegments)
    c.stored_unsigned = storedUnsigned
    c.residual_multiplier = r.residualMultiplier
    c.scores_residual_multiplier = r.scoresResidualMultiplier
    c.low_f = r.lowFloat
    c.high_f = r.highFloat
    c.function = Int32(r.function)
    switch ResultFunction(rawValue: r.function) {
    case .slopes: c.slopes = constant(r.functionValues)?.assumingMemoryBound(to: Float.self)
    case .pieces:
      c.pieces = constant(r.functionValues)?.assumingMemoryBound(to: Int16.self)
      c.offset = r.functionOffset
    case .hardSwish: (c.alpha, c.beta) = (r.alpha, r.beta)
    case .plain, nil: break
    }
    c.proofs = storedUnsigned == 0 ? r.proofs & ~ConvolutionProof.sixteenBits : 0
    return c
  }
}
