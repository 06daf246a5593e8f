import FacetFormat
import FacetKernels

/// Softmax of each pixel's channels, to float32 or int8.
extension InstructionChecker {
  mutating func check(_ r: SoftmaxRowsRecord) throws(BundleError) {
    try require(version >= 2, .unknownOpcode)
    let input = try source(r.input)
    guard let output = try result(r.output, nil) else { throw fail(.noSuchTensor) }
    try require(input.type == .float32, .typeMismatch)
    try require(output.hasShape(of: input), .shapeMismatch)
    try require(r.pixels >= 1, .badGeometry)
    if r.pixels > 1 { _ = (try plain(input, nil), try plain(output, nil)) }
    try require(input.channels % r.pixels == 0, .shapeMismatch)
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
    (a.input_row, a.input_pixel) = (Int(input.rowStride), Int(input.pixelStride))
    (a.output_row, a.output_pixel) = (Int(output.rowStride), Int(output.pixelStride))
    a.channels = Int32(input.channels / r.pixels)
    (a.height, a.width) = (Int32(input.height), Int32(input.width))
    if r.pixels > 1 {
      (a.height, a.width) = (Int32(r.pixels), 1)
      a.input_row = Int(a.channels) * Int(input.type.size)
      a.output_row = Int(a.channels) * Int(output.type.size)
    } else if a.height == 1 {
      // Pixels of one row are shared out as rows.
      swap(&a.height, &a.width)
      (a.input_row, a.output_row) = (a.input_pixel, a.output_pixel)
    }
    a.stored_unsigned = storedUnsigned
    a.multiplier = 1 / output.scale
    a.float_output = output.type == .float32 ? 1 : 0
    let kept = keep(a)
    var step = Step(work: .softmaxRows(kept), kernel: kernel(FACET_SOFTMAX_ROWS_F32, kept), rows: a.height, width: 1)
    step.share(among: threads, work: input.elementCount * 3)
    return step
  }
}
