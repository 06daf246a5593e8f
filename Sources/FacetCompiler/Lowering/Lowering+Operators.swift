import FacetFormat
import FacetIR
import FacetQuantization

extension Lowering {
  /// The instructions of one node, in every form that somebody needs.
  mutating func lower(_ index: Int, into fragment: Int) {
    let node = graph.nodes[index]
    let forms = representations.forms(node.output)
    guard !forms.isEmpty else { return }
    let computed = Representations.inputs(node, aliases).filter { graph.constant($0) == nil }
    for value in [node.output] + computed where PixelShape(graph.shape(value)) == nil {
      problem(node, "a tensor of shape \(graph.shape(value)) has no place in the engine: batch 1 and at most 4 dimensions")
      return
    }
    if let layer = WeightedLayer(node, graph, aliases) {
      lowerLayer(layer, node: index, into: fragment)
      return
    }
    let inputs = Representations.inputs(node, aliases)
    if let constant = inputs.first(where: { graph.constant($0) != nil }) {
      problem(
        node, "the constant '\(graph[constant].name)' of shape \(graph.shape(constant)) is neither a scalar nor one number per channel")
      return
    }
    // A fixed order, so that two compiles give the same bytes.
    for form in [TensorForm.int8, .float32] where forms.contains(form) {
      switch node.op {
      case let op as MaxPool:
        if form == main(node.output).form { lowerMaxPool(op, node, index, fragment) } else { dequantize(node, index, fragment) }
      case let op as AveragePool:
        if form == .int8 || decisions == nil || !forms.contains(.int8) { lowerAveragePool(op, node, index, fragment) }
      case is GlobalAveragePool:
        if form == .int8 || decisions == nil || !forms.contains(.int8) { lowerGlobalAverage(node, index, fragment) }
      case let op as Binary where op.function == .multiply && form != main(node.output).form: dequantize(node, index, fragment)
      case let op as Binary:
        if form == .int8 || decisions == nil || !forms.contains(.int8) { lowerBinary(op, node, index, fragment) }
      case let op as Unary: lowerUnary(op, form, node, index, fragment)
      case is Reshape: lowerReshape(form, node, index, fragment)
      case let op as Concat: lowerConcat(op, form, node, index, fragment)
      case let op as Softmax: lowerSoftmax(op, node, index, fragment)
      default: problem(node, "there is no \(decisions == nil ? "float32" : "int8") form of this operator")
      }
    }
  }

  // MARK: pooling

  /// A window of average pooling has a multiplier for each number of elements that it may hold.
  private static let maximumAveragedElements = 1 << 20

  private mutating func lowerMaxPool(_ op: MaxPool, _ node: Node, _ index: Int, _ fragment: Int) {
    var record = PoolRecord()
    record.opcode = .maxPool
    setWindow(&record, kernel: op.kernel, strides: op.strides, pads: op.pads)
    record.dilationY = UInt32(op.dilations[0])
    record.dilationX = UInt32(op.dilations[1])
    appendPool(record, input: main(aliases.root(node.inputs[0])), output: main(node.output), scores: nil, index, fragment)
  }

  private mutating func lowerAveragePool(_ op: AveragePool, _ node: Node, _ index: Int, _ fragment: Int) {
    var record = PoolRecord()
    setWindow(&record, kernel: op.kernel, strides: op.strides, pads: op.pads)
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
    guard decisions == nil || shape.height * shape.width <= 1 << 23 else {
      problem(node, "an int8 mean over more than 2^23 pixels could leave 32 bits")
      return
    }
    var record = PoolRecord()
    setWindow(&record, kernel: [shape.height, shape.width], strides: [1, 1], pads: [0, 0, 0, 0])
    record.oneMultiplier = 1
    appendAverage(record, counts: [shape.height * shape.width], node, index, fragment)
  }

  private func setWindow(_ record: inout PoolRecord, kernel: [Int], strides: [Int], pads: [Int]) {
    (record.kernelHeight, record.kernelWidth) = (UInt32(kernel[0]), UInt32(kernel[1]))
    (record.strideY, record.strideX) = (UInt32(strides[0]), UInt32(strides[1]))
    (record.padTop, record.padLeft) = (UInt32(pads[0]), UInt32(pads[1]))
    (record.padBottom, record.padRight) = (UInt32(pads[2]), UInt32(pads[3]))
  }

  /// `counts`: the numbers of elements that a mean may divide by, in the order of the multipliers.
  private mutating func appendAverage(_ start: PoolRecord, counts: [Int], _ node: Node, _ index: Int, _ fragment: Int) {
    var record = start
    record.opcode = .averagePool
    let input = aliases.root(node.inputs[0])
    guard decisions != nil else {
      appendPool(record, input: main(input), output: main(node.output), scores: nil, index, fragment)
      return
    }
    let forms = representations.forms(node.output)
    let from = Double(quantization(input).scale)
    if forms.contains(.int8) {
      let to = Double(quantization(node.output).scale)
      record.multiplier = fragments[fragment].constant(counts.map { positive(from / (to * Double($0))) })
    }
    if forms.contains(.float32) {
      record.scoresMultiplier = fragments[fragment].constant(counts.map { positive(from / Double($0)) })
    }
    appendPool(
      record, input: main(input), output: forms.contains(.int8) ? TensorKey(node.output, .int8) : nil,
      scores: forms.contains(.float32) ? TensorKey(node.output, .float32) : nil, index, fragment)
  }

  private mutating func appendPool(
    _ template: PoolRecord, input: TensorKey, output: TensorKey?, scores: TensorKey?, _ index: Int, _ fragment: Int
  ) {
    append(
      PendingInstruction(reads: [input], writes: [output, scores].compactMap { $0 }, node: index) { tensor in
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
    guard let shapes = broadcastShapes(values, node.output) else {
      problem(node, "this broadcast is not one over height, width or channels")
      return
    }
    let forms = representations.forms(node.output)
    var record = BinaryRecord()
    record.opcode = op.function == .add ? .add : .multiply
    record.lowFloat = op.clamp.low
    record.highFloat = op.clamp.high
    var output: TensorKey? = main(node.output)
    var scores: TensorKey?
    if decisions != nil {
      let (a, b, y) = (quantization(values[0]), quantization(values[1]), quantization(node.output))
      (record.low, record.high) = bounds(op.clamp, y)
      switch op.function {
      case .add:
        record.aMultiplier = positive(Double(a.scale) / Double(y.scale))
        record.bMultiplier = positive(Double(b.scale) / Double(y.scale))
        (record.scoresAMultiplier, record.scoresBMultiplier) = (a.scale, b.scale)
        if forms.contains(.float32) { scores = TensorKey(node.output, .float32) }
        if !forms.contains(.int8) { output = nil }
      case .multiply:
        record.aMultiplier = positive(Double(a.scale) * Double(b.scale) / Double(y.scale))
      }
    }
    let template = record
    let (a, b) = (main(values[0]), main(values[1]))
    let full = pixels(node.output)
    append(
      PendingInstruction(
        reads: [a, b], writes: [output, scores].compactMap { $0 }, inPlace: zip([a, b], shapes).filter { $0.1 == full }.map(\.0),
        node: index
      ) { tensor in
        var record = template
        record.a = tensor(a)
        record.b = tensor(b)
        record.output = tensor(output)
        record.scores = tensor(scores)
        return record.instruction
      }, to: fragment)
    if let scores { appendClamp(op.clamp, scores, index, fragment) }
  }

  /// The operands' pixel shapes where each axis equals the output's or is 1 and ONNX's alignment of ranks agrees with it.
  private func broadcastShapes(_ values: [ValueID], _ output: ValueID) -> [PixelShape]? {
    let rank = graph.shape(output).count
    let to = pixels(output)
    var result: [PixelShape] = []
    for value in values {
      let shape = graph.shape(value)
      guard let from = PixelShape([Int](repeating: 1, count: max(rank - shape.count, 0)) + shape) else { return nil }
      // The tensor in memory must be the aligned one: [C] beside [1, C] is, [W] beside [1, C, H, W] is not unless it is one row.
      guard from == pixels(value) || from.height * from.width * from.channels == 1 else { return nil }
      for (a, b) in [(from.height, to.height), (from.width, to.width), (from.channels, to.channels)] where a != b && a != 1 { return nil }
      result.append(from)
    }
    return result
  }

  // MARK: one input

  private mutating func lowerUnary(_ op: Unary, _ form: TensorForm, _ node: Node, _ index: Int, _ fragment: Int) {
    let input = aliases.root(node.inputs[0])
    var record = UnaryRecord()
    if form == .int8 {
      record.opcode = .table
      record.table = fragments[fragment].constant(
        table(from: quantization(input), to: quantization(node.output)) { Double(op.function.apply(Float($0))) })
    } else {
      switch op.function {
      case .relu: (record.opcode, record.alpha, record.beta) = (.clip, 0, .infinity)
      case .clip(let low, let high): (record.opcode, record.alpha, record.beta) = (.clip, low, high)
      case .sigmoid: record.opcode = .sigmoid
      case .hardSigmoid(let alpha, let beta): (record.opcode, record.alpha, record.beta) = (.hardSigmoid, alpha, beta)
      case .hardSwish: record.opcode = .hardSwish
      }
    }
    let key = TensorKey(input, form)
    appendUnary(record, key, TensorKey(node.output, form), inPlace: true, index, fragment)
  }

  private mutating func lowerSoftmax(_ op: Softmax, _ node: Node, _ index: Int, _ fragment: Int) {
    let input = aliases.root(node.inputs[0])
    let shape = graph.shape(input)
    guard op.axis == 1 || shape.count == 1 && op.axis == 0 else {
      problem(node, "softmax over axis \(op.axis) is not supported, over the channels (axis 1) is")
      return
    }
    var record = UnaryRecord()
    record.opcode = .softmax
    appendUnary(record, TensorKey(input, .float32), TensorKey(node.output, .float32), inPlace: true, index, fragment)
  }

  private mutating func lowerReshape(_ form: TensorForm, _ node: Node, _ index: Int, _ fragment: Int) {
    var record = UnaryRecord()
    record.opcode = .reshape
    appendUnary(
      record, TensorKey(aliases.root(node.inputs[0]), form), TensorKey(node.output, form), inPlace: false, index, fragment)
  }

  private mutating func dequantize(_ node: Node, _ index: Int, _ fragment: Int) {
    var record = UnaryRecord()
    record.opcode = .dequantize
    appendUnary(record, TensorKey(node.output, .int8), TensorKey(node.output, .float32), inPlace: false, index, fragment)
  }

  mutating func appendUnary(
    _ template: UnaryRecord, _ input: TensorKey, _ output: TensorKey, inPlace: Bool, _ index: Int, _ fragment: Int
  ) {
    append(
      PendingInstruction(reads: [input], writes: [output], inPlace: inPlace ? [input] : [], node: index) { tensor in
        var record = template
        record.input = tensor(input)
        record.output = tensor(output)
        return record.instruction
      }, to: fragment)
  }

  // MARK: concatenation

  private mutating func lowerConcat(_ op: Concat, _ form: TensorForm, _ node: Node, _ index: Int, _ fragment: Int) {
    let output = TensorKey(node.output, form)
    let rank = graph.shape(node.output).count
    let axis: ConcatAxis
    switch (rank, op.axis) {
    case (4, 1), (3, 1), (2, 1): axis = .channels
    case (4, 2): axis = .rows
    case (4, 3), (3, 2): axis = .columns
    default:
      problem(node, "concatenation over axis \(op.axis) of \(rank) dimensions is not supported")
      return
    }
    var position = 0
    for input in node.inputs.map(aliases.root) {
      let shape = pixels(input)
      let key = TensorKey(input, form)
      let slice = ConcatSlice(axis: axis, position: position, shape: shape)
      position += axis.size(shape)
      var record = UnaryRecord()
      record.opcode = form == .int8 ? .table : .copy
      if form == .int8 {
        record.table = fragments[fragment].constant(table(from: quantization(input), to: quantization(node.output)) { $0 })
      }
      let template = record
      append(
        PendingInstruction(reads: [key], writes: [output], node: index, slice: slice) { tensor in
          var record = template
          record.input = tensor(key)
          record.output = tensor(output)
          return record.instruction
        }, to: fragment)
    }
  }

  /// 256 entries by q + 128: the function of each code's real number, as the output's code + 128.
  private func table(from input: Quantization, to output: Quantization, _ function: (Double) -> Double) -> [UInt8] {
    (0..<256).map { UInt8(output.code(function(input.real(Int32($0) - 128))) + 128) }
  }
}

/// The axis of a concatenation, in the engine's terms.
enum ConcatAxis {
  case rows
  case columns
  case channels

  func size(_ shape: PixelShape) -> Int {
    switch self {
    case .rows: shape.height
    case .columns: shape.width
    case .channels: shape.channels
    }
  }
}

/// The part of its output that an instruction writes.
struct ConcatSlice {
  var axis: ConcatAxis
  var position: Int
  var shape: PixelShape
}
