import FacetFormat
import FacetKernels

func holdsMinimum(_ bytes: UnsafeRawPointer, _ count: Int) -> Bool { facet_holds_minimum(bytes, count) != 0 }

extension InstructionChecker {
  mutating func checkConvolution(_ r: ConvolutionRecord) throws(BundleError) {
    let (input, output) = try checkConvolutionTensors(r)
    let groups = Int64(r.groups)
    try require(groups >= 1 && Int64(input.channels) % groups == 0 && Int64(output.channels) % groups == 0, .badGeometry)
    try require(r.rowSegments <= 1, .badGeometry)
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

  mutating func checkDepthwise(_ r: ConvolutionRecord) throws(BundleError) {
    let (input, output) = try checkConvolutionTensors(r)
    try require(r.groups == input.channels && output.channels == input.channels && r.rowSegments == 0, .badGeometry)
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
    guard type == .int8 else { return }
    if r.output != BundleFormat.none { try multipliers(r.multiplier, count: count, isPadding: isPadding) }
    if r.scores != BundleFormat.none { try multipliers(r.scoresMultiplier, count: count, isPadding: isPadding) }
  }
}
