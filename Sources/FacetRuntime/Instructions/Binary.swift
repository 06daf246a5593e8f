import FacetFormat
import FacetKernels

/// Addition and multiplication of two images.
extension InstructionChecker {
  mutating func check(_ r: BinaryRecord) throws(BundleError) {
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
}

extension Preparation {
  func step(_ r: BinaryRecord) throws(SessionError) -> Step {
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
      case (.add, .int8): FACET_ADD_S8
      case (.add, .float32): FACET_ADD_F32
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
}
