import FacetFormat
import FacetRuntime
import FacetTestSupport

extension FragmentBuilder {
  /// A plain tensor.
  mutating func plain(_ count: Int, type: TensorType = .float32, scale: Float = 1, zero: Int32 = 0) -> UInt32 {
    tensor(1, 1, count, type: type, scale: scale, zero: zero)
  }

  /// Part of a plain tensor, as a tensor of its own.
  mutating func part(of index: UInt32, at first: Int, count: Int) -> UInt32 {
    let view = view(of: index, channels: first, count: count)
    tensors[Int(view)].pixelStride = UInt32(count * Int(tensors[Int(view)].type.size))
    tensors[Int(view)].rowStride = tensors[Int(view)].pixelStride
    return view
  }

  mutating func rearrange(_ input: UInt32, _ output: UInt32, inputs: [[Int32]], outputs: [[Int32]], fill: UInt32 = 0) {
    var r = RearrangeRecord()
    (r.input, r.output, r.rank, r.fill) = (input, output, UInt32(inputs.count), fill)
    for axis in inputs.indices { r.dimensions[axis] = UInt32(inputs[axis].count) }
    r.tables = constant(inputs.flatMap { $0 } + outputs.flatMap { $0 })
    instructions.append(r.instruction)
  }

  mutating func elementwise(
    _ function: ElementwiseFunction, _ a: UInt32, _ b: UInt32?, _ output: UInt32, dimensions: [UInt32], aStrides: [UInt32],
    bStrides: [UInt32], constant values: [Float] = []
  ) {
    var r = ElementwiseRecord()
    (r.a, r.b, r.output, r.function, r.rank) = (a, b ?? BundleFormat.none, output, function.rawValue, UInt32(dimensions.count))
    for axis in dimensions.indices {
      (r.dimensions[axis], r.aStrides[axis], r.bStrides[axis]) = (dimensions[axis], aStrides[axis], bStrides[axis])
    }
    if b == nil { r.constant = constant(values) }
    instructions.append(r.instruction)
  }

  mutating func function(_ function: ScalarFunction, _ input: UInt32, _ output: UInt32, alpha: Float = 0, beta: Float = 0) {
    var r = FunctionRecord()
    (r.input, r.output, r.function, r.alpha, r.beta) = (input, output, function.rawValue, alpha, beta)
    instructions.append(r.instruction)
  }

  mutating func reduce(_ function: ReductionCode, _ input: UInt32, _ output: UInt32, dimensions: [UInt32], axes: UInt32) {
    var r = ReduceRecord()
    (r.input, r.output, r.function, r.rank, r.axes) = (input, output, function.rawValue, UInt32(dimensions.count), axes)
    for axis in dimensions.indices { r.dimensions[axis] = dimensions[axis] }
    instructions.append(r.instruction)
  }

  mutating func topK(
    _ input: UInt32, _ output: UInt32, outer: UInt32 = 1, size: UInt32, inner: UInt32 = 1, count: UInt32, smallest: Bool = false,
    indices: Bool = false
  ) {
    var r = TopKRecord()
    (r.input, r.output, r.outer, r.size, r.inner, r.count) = (input, output, outer, size, inner, count)
    (r.smallest, r.indices) = (smallest ? 1 : 0, indices ? 1 : 0)
    instructions.append(r.instruction)
  }

  mutating func resample(
    _ input: UInt32, _ output: UInt32, outer: UInt32, inner: UInt32, inputSize: UInt32, taps: UInt32, indices: [Int32], weights: [Float]
  ) {
    var r = ResampleRecord()
    (r.input, r.output, r.outer, r.inner, r.inputSize, r.taps) = (input, output, outer, inner, inputSize, taps)
    r.outputSize = UInt32(indices.count) / taps
    r.indices = constant(indices)
    r.weights = constant(weights)
    instructions.append(r.instruction)
  }
}

/// A bundle that takes `count` numbers into a plain float32 tensor; `build` appends instructions and names the result.
func generalBundle(count: Int, storedUnsigned: Bool = true, _ build: (inout FragmentBuilder, UInt32) -> UInt32) -> BundleBuilder {
  var b = BundleBuilder()
  b.storedUnsigned = storedUnsigned
  b.inputKind = InputRecord.tensor
  var trunk = FragmentBuilder(attributes: 1)
  let input = trunk.plain(count)
  let result = build(&trunk, input)
  let t = trunk.tensors[Int(result)]
  b.fragments = [trunk]
  b.attributes = [
    AttributeSpecification(name: "x", fragment: 0, tensor: result, dimensions: [t.channels, t.height, t.width])
  ]
  return b
}

/// The result of a general bundle on these numbers.
func run(
  _ input: [Float], storedUnsigned: Bool = true, threads: Int = 1, _ build: (inout FragmentBuilder, UInt32) -> UInt32
) throws -> [Float] {
  let bundle = try open(generalBundle(count: input.count, storedUnsigned: storedUnsigned, build).bytes())
  let session = try Session(bundle: bundle, threads: threads)
  let result = input.withUnsafeBufferPointer { v in
    Result<Void, SessionError> { () throws(SessionError) in try session.setTensor(v) }
  }
  try result.get()
  try session.evaluate(attributes: 1)
  return Array(session.scores(attribute: 0))
}

/// Every general instruction once, int8 and float32: what damage tests start from. 24 numbers in, 20 out.
func everyGeneralInstruction() -> BundleBuilder {
  generalBundle(count: 24) { f, x in
    let quantized = f.plain(24, type: .int8, scale: 0.05, zero: 3)
    f.unary(.quantize, x, quantized)
    let moved = f.plain(30, type: .int8, scale: 0.05, zero: 3)
    let columns: [Int32] = [-1, 0, 3, 6, 9, 12, 15, 18, 21, -1]
    let rising: [Int32] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    f.rearrange(quantized, moved, inputs: [[0, 1, 2], columns], outputs: [[0, 10, 20], rising], fill: UInt32(bitPattern: -7))
    let real = f.plain(30)
    f.unary(.dequantize, moved, real)
    let turned = f.plain(30)
    let spread: [Int32] = [0, 3, 6, 9, 12, 15, 18, 21, 24, 27]
    f.rearrange(real, turned, inputs: [rising, [0, 10, 20]], outputs: [spread, [0, 1, 2]])
    let scaled = f.plain(30)
    f.elementwise(.add, turned, nil, scaled, dimensions: [10, 3], aStrides: [3, 1], bStrides: [0, 1], constant: [1, -1, 0.5])
    f.function(.gelu, scaled, scaled)
    let sums = f.plain(10)
    f.reduce(.mean, scaled, sums, dimensions: [10, 3], axes: 2)
    let centred = f.plain(30)
    f.elementwise(.subtract, scaled, sums, centred, dimensions: [10, 3], aStrides: [3, 1], bStrides: [1, 0])
    var m = MatrixProductRecord()
    let product = f.plain(20)
    (m.a, m.output, m.rows, m.inner, m.columns) = (centred, product, 5, 3, 2)
    (m.batch[3], m.aStrides[3]) = (2, 15)
    m.constant = f.constant([1, 2, 3, 4, 5, 6] as [Float])
    f.instructions.append(m.instruction)
    let wide = f.plain(40)
    f.resample(
      product, wide, outer: 2, inner: 2, inputSize: 5, taps: 2,
      indices: [0, 1, 0, 1, 1, 2, 1, 2, 2, 3, 2, 3, 3, 4, 3, 4, 4, 4, 4, 4], weights: [Float](repeating: 0.5, count: 20))
    // Softmax over a view of the same numbers, 10 rows of 4.
    var view = f.tensors[Int(wide)]
    (view.height, view.channels, view.pixelStride, view.rowStride) = (10, 4, 16, 16)
    f.tensors.append(view)
    let rows = UInt32(f.tensors.count - 1)
    f.unary(.softmax, rows, rows)
    f.topK(wide, f.plain(28), outer: 2, size: 10, inner: 2, count: 7)
    f.topK(wide, f.plain(30), outer: 5, size: 4, inner: 2, count: 3, smallest: true, indices: true)
    let best = f.plain(20)
    f.reduce(.maximum, wide, best, dimensions: [2, 2, 10], axes: 2)
    return best
  }
}
