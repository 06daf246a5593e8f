import FacetFormat
import FacetKernels

extension Preparation {
  func convolution(_ r: ConvolutionRecord) throws(SessionError) -> Step {
    let arguments = try convolutionArguments(r)
    let kept = keep(arguments)
    let kernel = kernel(tensor(r.input).type == .int8 ? FACET_CONV_S8 : FACET_CONV_F32, kept)
    var step = Step(work: .convolution(kept), kernel: kernel, rows: arguments.out_height, width: arguments.out_width)
    step.blocks = arguments.groups * ((arguments.group_outputs + FACET_BLOCK - 1) / FACET_BLOCK)
    let pixels = Int64(arguments.out_height) * Int64(arguments.out_width)
    let perPixel = Int64(arguments.kernel_h) * Int64(arguments.kernel_w) * Int64(arguments.group_inputs) * Int64(r.outputChannels)
    step.share(among: threads, work: pixels * perPixel)
    return step
  }

  func depthwise(_ r: ConvolutionRecord) throws(SessionError) -> Step {
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
    return c
  }
}
