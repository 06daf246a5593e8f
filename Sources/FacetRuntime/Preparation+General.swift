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
    for axis in 0..<8 { set(&arguments.dimensions, Int32(axis), Int32(r.dimensions[axis])) }
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
      set(&arguments.dimensions, Int32(axis), Int32(size))
      // A stride that is never stepped may be any number.
      let (a, b) = size == 1 ? (0, 0) : (Int32(r.aStrides[axis]), Int32(r.bStrides[axis]))
      set(&arguments.a_strides, Int32(axis), a)
      set(&arguments.b_strides, Int32(axis), b)
    }
    let kept = keep(arguments)
    return Step(work: .elementwise(kept), kernel: kernel(FACET_ELEMENTWISE_F32, kept), rows: 1, width: 1)
  }

  func reduce(_ r: ReduceRecord) throws(SessionError) -> Step {
    var arguments = facet_reduce()
    arguments.input = UnsafeRawPointer(try address(r.input)).assumingMemoryBound(to: Float.self)
    arguments.output = try destination(r.output).assumingMemoryBound(to: Float.self)
    arguments.function = Int32(r.function)
    // Row-major strides; axes of size 1 say nothing.
    var stride: Int32 = 1
    for axis in 0..<Int(r.rank) { stride *= Int32(r.dimensions[axis]) }
    for axis in 0..<Int(r.rank) where r.dimensions[axis] > 1 {
      let size = Int32(r.dimensions[axis])
      stride /= size
      if r.axes & (1 << UInt32(axis)) != 0 {
        set(&arguments.reduced, arguments.reduced_rank, size)
        set(&arguments.reduced_strides, arguments.reduced_rank, stride)
        arguments.reduced_rank += 1
      } else {
        set(&arguments.kept, arguments.kept_rank, size)
        set(&arguments.kept_strides, arguments.kept_rank, stride)
        arguments.kept_rank += 1
      }
    }
    if arguments.reduced_rank == 0 {
      set(&arguments.reduced, 0, 1)
      set(&arguments.reduced_strides, 0, 1)
      arguments.reduced_rank = 1
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
      set(&arguments.batch, Int32(axis), size)
      set(&arguments.a_strides, Int32(axis), a)
      set(&arguments.b_strides, Int32(axis), b)
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
  /// Sets an element of one of the arrays of `facet_kernels.h`, which Swift sees as tuples.
  private func set<Tuple>(_ tuple: inout Tuple, _ index: Int32, _ value: Int32) {
    withUnsafeMutableBytes(of: &tuple) { $0.storeBytes(of: value, toByteOffset: Int(index) * 4, as: Int32.self) }
  }

  private func operand(_ index: UInt32, constant offset: UInt32) throws(SessionError) -> UnsafePointer<Float>? {
    if index == BundleFormat.none { return constant(offset)?.assumingMemoryBound(to: Float.self) }
    return UnsafeRawPointer(try address(index)).assumingMemoryBound(to: Float.self)
  }
}
