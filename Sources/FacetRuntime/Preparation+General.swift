import FacetFormat
import FacetKernels

/// Instructions on plain tensors. Opening has checked that all numbers fit: what is not used is not converted.
extension Preparation {
  func function(_ r: FunctionRecord) throws(SessionError) -> Step {
    var u = try unaryArguments(r.input, r.output)
    u.function = Int32(r.function)
    u.alpha = r.alpha
    u.beta = r.beta
    return unaryStep(u, FACET_FUNCTION_F32, mayTile: true, input: tensor(r.input), output: tensor(r.output))
  }

  func rearrange(_ r: RearrangeRecord) throws(SessionError) -> Step {
    let type = tensor(r.input).type
    var arguments = facet_rearrange()
    arguments.input = UnsafeRawPointer(try address(r.input))
    arguments.output = try destination(r.output)
    arguments.tables = constant(r.tables)?.assumingMemoryBound(to: Int32.self)
    arguments.rank = Int32(r.rank)
    withUnsafeMutableBytes(of: &arguments.dimensions) { d in
      for axis in 0..<8 { d.storeBytes(of: Int32(r.dimensions[axis]), toByteOffset: axis * 4, as: Int32.self) }
    }
    arguments.element_size = Int32(type.size)
    let fill = type == .int8 ? UInt32(UInt8(truncatingIfNeeded: Int32(bitPattern: r.fill) &+ shift)) : r.fill
    withUnsafeMutableBytes(of: &arguments.fill) { $0.storeBytes(of: fill.littleEndian, as: UInt32.self) }
    let kept = keep(arguments)
    return Step(work: .rearrange(kept), kernel: kernel(FACET_REARRANGE, kept), rows: 1, width: 1)
  }

  func elementwise(_ r: ElementwiseRecord) throws(SessionError) -> Step {
    var arguments = facet_elementwise()
    arguments.a = UnsafeRawPointer(try address(r.a)).assumingMemoryBound(to: Float.self)
    arguments.b = try operand(r.b, constant: r.constant)
    arguments.output = try destination(r.output).assumingMemoryBound(to: Float.self)
    arguments.function = Int32(r.function)
    arguments.rank = Int32(r.rank)
    for axis in 0..<8 {
      let size = axis < Int(r.rank) ? r.dimensions[axis] : 1
      withUnsafeMutableBytes(of: &arguments.dimensions) { $0.storeBytes(of: Int32(size), toByteOffset: axis * 4, as: Int32.self) }
      // A stride that is never stepped may be any number.
      let (a, b) = size == 1 ? (0, 0) : (Int32(r.aStrides[axis]), Int32(r.bStrides[axis]))
      withUnsafeMutableBytes(of: &arguments.a_strides) { $0.storeBytes(of: a, toByteOffset: axis * 4, as: Int32.self) }
      withUnsafeMutableBytes(of: &arguments.b_strides) { $0.storeBytes(of: b, toByteOffset: axis * 4, as: Int32.self) }
    }
    let kept = keep(arguments)
    return Step(work: .elementwise(kept), kernel: kernel(FACET_ELEMENTWISE_F32, kept), rows: 1, width: 1)
  }

  func reduce(_ r: ReduceRecord) throws(SessionError) -> Step {
    var arguments = facet_reduce()
    arguments.input = UnsafeRawPointer(try address(r.input)).assumingMemoryBound(to: Float.self)
    arguments.output = try destination(r.output).assumingMemoryBound(to: Float.self)
    arguments.function = Int32(r.function)
    // Row-major strides from the last axis on; axes of size 1 say nothing.
    var kept: [(size: Int32, stride: Int32)] = []
    var reduced: [(size: Int32, stride: Int32)] = []
    var stride: Int32 = 1
    for axis in (0..<Int(r.rank)).reversed() {
      let size = Int32(r.dimensions[axis])
      if size > 1 {
        if r.axes & (1 << UInt32(axis)) != 0 { reduced.append((size, stride)) } else { kept.append((size, stride)) }
      }
      stride *= size
    }
    if reduced.isEmpty { reduced.append((1, 1)) }
    arguments.kept_rank = Int32(kept.count)
    arguments.reduced_rank = Int32(reduced.count)
    for (axis, entry) in kept.reversed().enumerated() {
      withUnsafeMutableBytes(of: &arguments.kept) { $0.storeBytes(of: entry.size, toByteOffset: axis * 4, as: Int32.self) }
      withUnsafeMutableBytes(of: &arguments.kept_strides) { $0.storeBytes(of: entry.stride, toByteOffset: axis * 4, as: Int32.self) }
    }
    for (axis, entry) in reduced.reversed().enumerated() {
      withUnsafeMutableBytes(of: &arguments.reduced) { $0.storeBytes(of: entry.size, toByteOffset: axis * 4, as: Int32.self) }
      withUnsafeMutableBytes(of: &arguments.reduced_strides) { $0.storeBytes(of: entry.stride, toByteOffset: axis * 4, as: Int32.self) }
    }
    let pointer = keep(arguments)
    return Step(work: .reduce(pointer), kernel: kernel(FACET_REDUCE_F32, pointer), rows: 1, width: 1)
  }

  func matrixProduct(_ r: MatrixProductRecord) throws(SessionError) -> Step {
    var arguments = facet_matrix_product()
    arguments.a = UnsafeRawPointer(try address(r.a)).assumingMemoryBound(to: Float.self)
    arguments.b = try operand(r.b, constant: r.constant)
    arguments.output = try destination(r.output).assumingMemoryBound(to: Float.self)
    arguments.rows = Int32(r.rows)
    arguments.inner = Int32(r.inner)
    arguments.columns = Int32(r.columns)
    var rows = Int32(r.rows)
    for axis in 0..<4 {
      let size = Int32(r.batch[axis])
      rows *= size
      let (a, b) = size == 1 ? (0, 0) : (Int32(r.aStrides[axis]), Int32(r.bStrides[axis]))
      withUnsafeMutableBytes(of: &arguments.batch) { $0.storeBytes(of: size, toByteOffset: axis * 4, as: Int32.self) }
      withUnsafeMutableBytes(of: &arguments.a_strides) { $0.storeBytes(of: a, toByteOffset: axis * 4, as: Int32.self) }
      withUnsafeMutableBytes(of: &arguments.b_strides) { $0.storeBytes(of: b, toByteOffset: axis * 4, as: Int32.self) }
    }
    let kept = keep(arguments)
    var step = Step(work: .matrixProduct(kept), kernel: kernel(FACET_MATRIX_PRODUCT_F32, kept), rows: rows, width: 1)
    step.share(among: threads, work: Int64(rows) * Int64(r.columns) * Int64(r.inner))
    return step
  }

  func resample(_ r: ResampleRecord) throws(SessionError) -> Step {
    var arguments = facet_resample()
    arguments.input = UnsafeRawPointer(try address(r.input))
    arguments.output = try destination(r.output)
    arguments.outer = Int32(r.outer)
    arguments.input_size = Int32(r.inputSize)
    arguments.output_size = Int32(r.outputSize)
    arguments.inner = Int32(r.inner)
    arguments.taps = Int32(r.taps)
    arguments.indices = constant(r.indices)?.assumingMemoryBound(to: Int32.self)
    arguments.weights = constant(r.weights)
    let output = tensor(r.output)
    arguments.zero = output.zeroPoint &+ shift
    arguments.stored_unsigned = storedUnsigned
    let kept = keep(arguments)
    let kernel = kernel(output.type == .int8 ? FACET_RESAMPLE_S8 : FACET_RESAMPLE_F32, kept)
    return Step(work: .resample(kept), kernel: kernel, rows: 1, width: 1)
  }

  func topK(_ r: TopKRecord) throws(SessionError) -> Step {
    var arguments = facet_top_k()
    arguments.input = UnsafeRawPointer(try address(r.input)).assumingMemoryBound(to: Float.self)
    arguments.output = try destination(r.output).assumingMemoryBound(to: Float.self)
    arguments.outer = Int32(r.outer)
    arguments.size = Int32(r.size)
    arguments.inner = Int32(r.inner)
    arguments.count = Int32(r.count)
    arguments.smallest = Int32(r.smallest)
    arguments.indices = Int32(r.indices)
    let kept = keep(arguments)
    return Step(work: .topK(kept), kernel: kernel(FACET_TOP_K_F32, kept), rows: 1, width: 1)
  }

  /// The second operand: a tensor, or a constant.
  private func operand(_ index: UInt32, constant offset: UInt32) throws(SessionError) -> UnsafePointer<Float>? {
    if index == BundleFormat.none { return constant(offset)?.assumingMemoryBound(to: Float.self) }
    return UnsafeRawPointer(try address(index)).assumingMemoryBound(to: Float.self)
  }
}
