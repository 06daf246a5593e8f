import FacetFormat
import FacetKernels

/// Softmax of each pixel's channels, to float32 or int8.
extension InstructionChecker {
  mutating func check(_ r: SoftmaxRowsRecord) throws(BundleError) {
    try require(version >= 2, .unknownOpcode)
    let input = try source(r.input)
    guard let output = try result(r.output, nil) else { throw fail(.noSuchTensor) }
    try require(input.type == .float32, .typeMismatch)
    try checkPixels(r.pixels, input, output)
    if output.type == .int8 {
      try require(isMultiplier(1 / output.scale) && output.zeroPoint == SoftmaxRowsRecord.zeroPoint, .badMultiplier)
      try requireApart(input, output)
    }
    try addWork(input.elementCount, 3)
  }
}

extension Preparation {
  func step(_ r: SoftmaxRowsRecord) throws(SessionError) -> Step {
    let (input, output) = (tensor(r.input), tensor(r.output))
    var a = facet_softmax()
    a.input = UnsafeRawPointer(try address(r.input))
    a.output = try destination(r.output)
    let seen = PixelRows(input, output, pixels: r.pixels)
    (a.height, a.width, a.channels) = (seen.height, seen.width, seen.channels)
    (a.input_row, a.input_pixel) = (seen.input.row, seen.input.pixel)
    (a.output_row, a.output_pixel) = (seen.output.row, seen.output.pixel)
    a.stored_unsigned = storedUnsigned
    a.multiplier = 1 / output.scale
    a.float_output = output.type == .float32 ? 1 : 0
    let kept = keep(a)
    var step = Step(work: .softmaxRows(kept), kernel: kernel(FACET_SOFTMAX_ROWS_F32, kept), rows: a.height, width: 1)
    step.share(among: threads, work: input.elementCount * 3)
    return step
  }
}
