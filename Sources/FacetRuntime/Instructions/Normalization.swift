import FacetFormat
import FacetKernels

/// Layer, group, instance and RMS normalization.
extension InstructionChecker {
  /// Sums of so many squares, times their number, stay below 2^60.
  private static let maximumInt8Elements: Int64 = 1 << 22

  mutating func check(_ r: NormalizationRecord) throws(BundleError) {
    try require(version >= 2, .unknownOpcode)
    let input = try source(r.input)
    guard let output = try result(r.output, input.type == .int8 ? nil : .float32) else { throw fail(.noSuchTensor) }
    guard let scope = NormalizationScope(rawValue: r.scope) else { throw fail(.badGeometry) }
    try checkPixels(r.pixels, input, output)
    try require(r.isRootMeanSquare <= 1 && r.groups >= 1, .badGeometry)
    try require((input.channels / r.pixels) % r.groups == 0, .shapeMismatch)
    let channels = Int64(input.channels / r.pixels)
    let perGroup = channels / Int64(r.groups) * (scope == .pixel ? 1 : input.elementCount / channels)
    try require(input.type == .float32 || perGroup <= Self.maximumInt8Elements, .shapeMismatch)
    try require(isMultiplier(r.epsilon), .badMultiplier)
    let (gamma, beta) = (try largest(r.gamma, count: channels), try largest(r.beta, count: channels))
    // No int8 result comes of infinity or of what is not a number.
    let inverse = Double(input.scale) / Double(r.epsilon).squareRoot() * 512
    try require(inverse < 0x1p127 && inverse * gamma + beta < 0x1p127, .badMultiplier)
    if output.type == .int8 { try checkClamp(r.low, r.high) } else { try checkClamp(r.lowFloat, r.highFloat) }
    try addWork(input.elementCount, 3)
  }

  /// The largest magnitude of an array in the constants, all of which must be finite.
  private mutating func largest(_ offset: UInt32, count: Int64) throws(BundleError) -> Double {
    let base = try constants(offset, count: count)
    var largest: Float = 0
    for i in 0..<count {
      let value = base.loadUnaligned(fromByteOffset: Int(i) * 4, as: Float.self)
      try require(value.isFinite, .badMultiplier)
      largest = max(largest, value.magnitude)
    }
    return Double(largest)
  }
}

extension Preparation {
  func step(_ r: NormalizationRecord) throws(SessionError) -> Step {
    let (input, output) = (tensor(r.input), tensor(r.output))
    var a = facet_normalization()
    a.input = UnsafeRawPointer(try address(r.input))
    a.output = try destination(r.output)
    let seen = PixelRows(input, output, pixels: r.pixels)
    (a.height, a.width, a.channels) = (seen.height, seen.width, seen.channels)
    (a.input_row, a.input_pixel) = (seen.input.row, seen.input.pixel)
    (a.output_row, a.output_pixel) = (seen.output.row, seen.output.pixel)
    a.groups = Int32(r.groups)
    a.root_mean_square = Int32(r.isRootMeanSquare)
    a.stored_unsigned = storedUnsigned
    a.input_zero = input.zeroPoint &+ shift
    a.zero = output.zeroPoint &+ shift
    a.low = r.low &+ shift
    a.high = r.high &+ shift
    a.float_output = output.type == .float32 ? 1 : 0
    a.epsilon = r.epsilon
    a.scale = input.scale
    (a.low_f, a.high_f) = (r.lowFloat, r.highFloat)
    a.gamma = constant(r.gamma)?.assumingMemoryBound(to: Float.self)
    a.beta = constant(r.beta)?.assumingMemoryBound(to: Float.self)
    // Threads do not write into one cache line.
    let groupBytes = a.channels / a.groups * Int32(output.type.size)
    a.share_groups = (64 + groupBytes - 1) / groupBytes
    let isAllPixels = r.scope == NormalizationScope.allPixels.rawValue
    let operation =
      switch (isAllPixels, input.type) {
      case (false, .int8): FACET_NORMALIZE_PIXELS_S8
      case (false, .float32): FACET_NORMALIZE_PIXELS_F32
      case (true, .int8): FACET_NORMALIZE_PLANES_S8
      case (true, .float32): FACET_NORMALIZE_PLANES_F32
      }
    let kept = keep(a)
    let rows = isAllPixels ? (a.groups + a.share_groups - 1) / a.share_groups : a.height
    var step = Step(work: .normalization(kept), kernel: kernel(operation, kept), rows: rows, width: 1)
    step.share(among: threads, work: input.elementCount * 3)
    return step
  }
}
