import FacetFormat
import FacetIR
import FacetPasses
import FacetQuantization

extension Lowering {
  /// The instructions of one node, in every number type that it computes itself.
  mutating func lower(_ index: Int, into fragment: Int) {
    let node = graph.nodes[index]
    let demanded = types.precisions(node.output)
    guard !demanded.isEmpty else { return }
    // A fixed order, so that two compiles give the same bytes.
    let native = types.native(node, demanded)
    switch node.op {
    case is Convolution, is FullyConnected, is Affine, is MaxPool, is AveragePool, is GlobalAveragePool:
      lowerImageOperator(node, index, fragment)
    case let op as Binary:
      if PixelBroadcast(node, op, graph) != nil, types.isFloat32 || native != [.float32] || op.function == .add {
        lowerBinary(op, node, index, fragment)
      } else if !types.isFloat32, let slopes = ChannelSlopes(node, op, graph) {
        lowerChannelTable(op, slopes, node, index, fragment)
      } else {
        lowerElementwise(op, node, index, fragment)
      }
    case let op as FunctionChain: lowerFunctionChain(op, node, index, fragment)
    case let op as Reduce: lowerReduce(op, node, index, fragment)
    case is MatrixProduct: lowerMatrixProduct(node, index, fragment)
    case let op as Resample: for precision in native { lowerResample(op, int8: precision == .int8, node, index, fragment) }
    case let op as TopK: lowerTopK(op, node, index, fragment)
    case let op as Softmax: lowerSoftmax(op, node, index, fragment)
    case let op as Concat where ConcatAxis(node, op, graph) == nil: lowerPlainConcat(op, node, index, fragment)
    default:
      for precision in native { lower(node, int8: precision == .int8, index, fragment) }
    }
  }

  /// Operators that compute in the number type that is asked for.
  private mutating func lower(_ node: Node, int8: Bool, _ index: Int, _ fragment: Int) {
    switch node.op {
    case let op as Unary: lowerUnary(op, int8: int8, node, index, fragment)
    case is Reshape, is Identity: lowerReshape(int8: int8, node, index, fragment)
    case let op as Concat:
      if let axis = ConcatAxis(node, op, graph) { lowerImageConcat(axis, int8: int8, node, index, fragment) }
    case let op as any RearrangingOperator: lowerRearrangement(op, int8: int8, node, index, fragment)
    default: problem(node, "there is no \(types.isFloat32 ? "float32" : "int8") form of this operator")
    }
  }

  private mutating func lowerImageOperator(_ node: Node, _ index: Int, _ fragment: Int) {
    let input = types.inputs(node)[0]
    for value in [node.output, input] where PixelShape(graph.shape(value)) == nil || graph.constant(value) != nil {
      problem(node, "a tensor of shape \(graph.shape(value)) is not an image of batch 1")
      return
    }
    switch node.op {
    case let op as MaxPool: lowerMaxPool(op, node, index, fragment)
    case let op as AveragePool: lowerAveragePool(op, node, index, fragment)
    case is GlobalAveragePool: lowerGlobalAverage(node, index, fragment)
    default:
      if let layer = WeightedLayer(node, graph, aliases) {
        lowerLayer(layer, node: index, into: fragment)
      } else {
        problem(node, "its weights are computed; they have to be constants")
      }
    }
  }

  // MARK: pooling

  /// A window of average pooling has a multiplier for each number of elements that it may hold.
  private static let maximumAveragedElements = 1 << 20

  private mutating func lowerMaxPool(_ op: MaxPool, _ node: Node, _ index: Int, _ fragment: Int) {
    var record = PoolRecord()
    record.opcode = .maxPool
    setWindow(&record, kernel: op.kernel, strides: op.strides, pads: op.pads, dilations: op.dilations)
    // In float32 also in an int8 program, where only a comparison reads it.
    let isInt8 = !types.isFloat32 && types.precisions(node.output) != [.float32]
    let form: TensorForm = isInt8 ? .int8 : .float32
    let input = require(aliases.root(node.inputs[0]), form)
    appendPool(record, input: input, output: TensorKey(node.output, form), scores: nil, index, fragment)
  }

  private mutating func lowerAveragePool(_ op: AveragePool, _ node: Node, _ index: Int, _ fragment: Int) {
    var record = PoolRecord()
    setWindow(&record, kernel: op.kernel, strides: op.strides, pads: op.pads, dilations: op.dilations)
    record.countIncludesPad = op.countIncludePad ? 1 : 0
    let taps = op.kernel[0] * op.kernel[1]
    guard taps <= Self.maximumAveragedElements else {
      problem(node, "a window of \(op.kernel[0]) x \(op.kernel[1]) has more than \(Self.maximumAveragedElements) elements")
      return
    }
    appendAverage(record, counts: Array(1...taps), node, index, fragment)
  }

  private mutating func lowerGlobalAverage(_ node: Node, _ index: Int, _ fragment: Int) {
    let shape = pixels(aliases.root(node.inputs[0]))
    guard max(shape.height, shape.width) <= maximumWindowAttribute else {
      problem(node, "a mean over a side of more than \(maximumWindowAttribute) pixels is not supported")
      return
    }
    // 255 · 2^23 < 2^31: the accumulator holds the sum of any input.
    guard types.isFloat32 || shape.height * shape.width <= 1 << 23 else {
      problem(node, "an int8 mean over more than 2^23 pixels could leave 32 bits")
      return
    }
    var record = PoolRecord()
    setWindow(&record, kernel: [shape.height, shape.width], strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1])
    record.oneMultiplier = 1
    appendAverage(record, counts: [shape.height * shape.width], node, index, fragment)
  }

  private func setWindow(_ record: inout PoolRecord, kernel: [Int], strides: [Int], pads: [Int], dilations: [Int]) {
    (record.kernelHeight, record.kernelWidth) = (UInt32(kernel[0]), UInt32(kernel[1]))
    (record.strideY, record.strideX) = (UInt32(strides[0]), UInt32(strides[1]))
    (record.dilationY, record.dilationX) = (UInt32(dilations[0]), UInt32(dilations[1]))
    (record.padTop, record.padLeft) = (UInt32(pads[0]), UInt32(pads[1]))
    (record.padBottom, record.padRight) = (UInt32(pads[2]), UInt32(pads[3]))
  }

  /// `counts`: the numbers of elements that a mean may divide by, in the order of the multipliers.
  private mutating func appendAverage(_ start: PoolRecord, counts: [Int], _ node: Node, _ index: Int, _ fragment: Int) {
    var record = start
    record.opcode = .averagePool
    let input = aliases.root(node.inputs[0])
    guard !types.isFloat32 else {
      appendPool(record, input: image(input), output: main(node.output), scores: nil, index, fragment)
      return
    }
    let precisions = types.precisions(node.output)
    let from = Double(quantization(input).scale)
    if precisions.contains(.int8) {
      let to = Double(quantization(node.output).scale)
      record.multiplier = fragments[fragment].constant(counts.map { positive(from / (to * Double($0))) })
    }
    if precisions.contains(.float32) {
      record.scoresMultiplier = fragments[fragment].constant(counts.map { positive(from / Double($0)) })
    }
    appendPool(
      record, input: image(input), output: precisions.contains(.int8) ? TensorKey(node.output, .int8) : nil,
      scores: precisions.contains(.float32) ? TensorKey(node.output, .float32) : nil, index, fragment)
  }

  /// A node's input as an image in the program's number type.
  private mutating func image(_ value: ValueID) -> TensorKey { require(aliases.root(value), main(value).form) }

  private mutating func appendPool(
    _ template: PoolRecord, input: TensorKey, output: TensorKey?, scores: TensorKey?, _ index: Int, _ fragment: Int
  ) {
    append(
      PendingInstruction(node: index) { tensor in
        var record = template
        record.input = tensor(input)
        record.output = tensor(output)
        record.scores = tensor(scores)
        return record.instruction
      }, to: fragment)
  }

  // MARK: two inputs

  private mutating func lowerBinary(_ op: Binary, _ node: Node, _ index: Int, _ fragment: Int) {
    let values = node.inputs.map(aliases.root)
    let precisions = types.precisions(node.output)
    var record = BinaryRecord()
    record.opcode = op.function == .add ? .add : .multiply
    record.lowFloat = op.clamp.low
    record.highFloat = op.clamp.high
    var output: TensorKey? = main(node.output)
    var scores: TensorKey?
    if !types.isFloat32 {
      let (a, b, y) = (quantization(values[0]), quantization(values[1]), quantization(node.output))
      (record.low, record.high) = bounds(op.clamp, y)
      switch op.function {
      case .add:
        record.aMultiplier = positive(Double(a.scale) / Double(y.scale))
        record.bMultiplier = positive(Double(b.scale) / Double(y.scale))
        (record.scoresAMultiplier, record.scoresBMultiplier) = (a.scale, b.scale)
        if precisions.contains(.float32) { scores = TensorKey(node.output, .float32) }
        if !precisions.contains(.int8) { output = nil }
      default:
        record.aMultiplier = positive(Double(a.scale) * Double(b.scale) / Double(y.scale))
      }
    }
    let template = record
    let (a, b) = (image(values[0]), image(values[1]))
    append(
      PendingInstruction(node: index) { tensor in
        var record = template
        record.a = tensor(a)
        record.b = tensor(b)
        record.output = tensor(output)
        record.scores = tensor(scores)
        return record.instruction
      }, to: fragment)
    if let scores { appendClamp(op.clamp, scores, index, fragment) }
  }

  // MARK: one input

  private mutating func lowerUnary(_ op: Unary, int8: Bool, _ node: Node, _ index: Int, _ fragment: Int) {
    let value = aliases.root(node.inputs[0])
    var record = UnaryRecord()
    if int8, node.fakeQuantization != nil, types.given[value] == nil {
      record.opcode = .quantize
      let input = require(value, int8: false)
      appendUnary(record, input, TensorKey(node.output, TensorForm(int8: true, plain: input.form.isPlain)), index, fragment)
      return
    }
    let input = require(value, int8: int8)
    let output = TensorKey(node.output, input.form)
    if int8 {
      record.opcode = .table
      record.table = fragments[fragment].constant(
        table(from: quantization(value), to: quantization(node.output)) { Double(op.function.apply(Float($0))) })
    } else {
      switch op.function {
      case .relu: (record.opcode, record.alpha, record.beta) = (.clip, 0, .infinity)
      case .clip(let low, let high): (record.opcode, record.alpha, record.beta) = (.clip, low, high)
      case .sigmoid: record.opcode = .sigmoid
      case .hardSigmoid(let alpha, let beta): (record.opcode, record.alpha, record.beta) = (.hardSigmoid, alpha, beta)
      case .hardSwish: record.opcode = .hardSwish
      default:
        appendFunction(FunctionRecord(op.function), input, output, index, fragment)
        return
      }
    }
    appendUnary(record, input, output, index, fragment)
  }

  private mutating func lowerFunctionChain(_ op: FunctionChain, _ node: Node, _ index: Int, _ fragment: Int) {
    let value = aliases.root(node.inputs[0])
    let (from, to) = (quantization(value), quantization(node.output))
    let results = op.apply((Int32(-128)...127).map { Float(from.real($0)) })
    var record = UnaryRecord()
    record.opcode = .table
    record.table = fragments[fragment].constant(results.map { UInt8(to.code(Double($0)) + 128) })
    let input = require(value, int8: true)
    appendUnary(record, input, TensorKey(node.output, input.form), index, fragment)
  }

  /// PRelu: `p = float(x − z) · m`, m by the sign and the channel, then as every result; as a table, since one byte goes in.
  private mutating func lowerChannelTable(_ op: Binary, _ slopes: ChannelSlopes, _ node: Node, _ index: Int, _ fragment: Int) {
    let value = aliases.root(node.inputs[0])
    let (a, b) = (quantization(value), quantization(node.output))
    let (low, high) = bounds(op.clamp, b)
    var table: [UInt8] = []
    table.reserveCapacity(slopes.slopes.count * 256)
    for slope in slopes.slopes {
      let positive = Float(Double(a.scale) / Double(b.scale))
      let negative = Float(Double(a.scale) * Double(slope) / Double(b.scale))
      for code in Int32(-128)...127 {
        let x = code - a.zeroPoint
        let p = min(max(Float(x) * (x >= 0 ? positive : negative), Float(low - b.zeroPoint)), Float(high - b.zeroPoint))
        table.append(UInt8(Int32(p.rounded(.toNearestOrEven)) + b.zeroPoint + 128))
      }
    }
    var record = UnaryRecord()
    record.opcode = .channelTable
    record.table = fragments[fragment].constant(table)
    appendUnary(record, require(value, .int8), TensorKey(node.output, .int8), index, fragment)
  }

  private mutating func lowerReshape(int8: Bool, _ node: Node, _ index: Int, _ fragment: Int) {
    let input = require(aliases.root(node.inputs[0]), int8: int8)
    var record = UnaryRecord()
    record.opcode = .reshape
    let output = TensorKey(node.output, TensorForm(int8: int8, plain: PixelShape(graph.shape(node.output)) == nil))
    appendUnary(record, input, output, index, fragment)
  }

  mutating func appendUnary(
    _ template: UnaryRecord, _ input: TensorKey, _ output: TensorKey, _ index: Int, _ fragment: Int
  ) {
    append(
      PendingInstruction(node: index) { tensor in
        var record = template
        record.input = tensor(input)
        record.output = tensor(output)
        return record.instruction
      }, to: fragment)
  }

  // MARK: concatenation

  private mutating func lowerImageConcat(
    _ axis: ConcatAxis, int8: Bool, _ node: Node, _ index: Int, _ fragment: Int
  ) {
    let form = TensorForm(int8: int8, plain: false)
    let output = TensorKey(node.output, form)
    var position = 0
    for input in node.inputs.map(aliases.root) {
      let shape = pixels(input)
      let key = require(input, form)
      let slice = ConcatSlice(axis: axis, position: position, shape: shape)
      position += axis.size(shape)
      var record = UnaryRecord()
      record.opcode = int8 ? .table : .copy
      if int8 {
        record.table = fragments[fragment].constant(table(from: quantization(input), to: quantization(node.output)) { $0 })
      }
      let template = record
      append(
        PendingInstruction(node: index, slice: slice) { tensor in
          var record = template
          record.input = tensor(key)
          record.output = tensor(output)
          return record.instruction
        }, to: fragment)
    }
  }

  /// 256 entries by q + 128: the function of each code's real number, as the output's code + 128.
  func table(from input: Quantization, to output: Quantization, _ function: (Double) -> Double) -> [UInt8] {
    (0..<256).map { UInt8(output.code(function(input.real(Int32($0) - 128))) + 128) }
  }
}
