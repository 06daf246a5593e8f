import FacetFormat
import FacetIR
import FacetQuantization

/// Operators on plain tensors: canonical order, any rank up to 8, float32 (moving elements also in int8).
///
/// A node's own inputs give the shapes: the root of an alias may have other axes of size 1.
extension Lowering {
  /// Sizes for a record: at least one axis.
  private mutating func grid(_ shape: [Int], _ node: Node) -> [Int]? {
    guard shape.count <= maximumRank else {
      problem(node, "\(shape.count) dimensions are more than the \(maximumRank) that the engine has")
      return nil
    }
    return shape.isEmpty ? [1] : shape
  }

  private func words(_ values: [Int]) -> InlineArray<8, UInt32> {
    var result = InlineArray<8, UInt32>(repeating: 1)
    for (index, value) in values.enumerated() { result[index] = UInt32(value) }
    return result
  }

  private mutating func refuse(_ constant: ValueID, _ node: Node) {
    problem(node, "the constant '\(graph[constant].name)' of shape \(graph.shape(constant)) cannot be used here")
  }

  // MARK: two operands

  mutating func lowerElementwise(_ op: Binary, _ node: Node, _ index: Int, _ fragment: Int) {
    var (values, shapes) = (node.inputs.map(aliases.root), graph.inputShapes(node))
    guard let dimensions = grid(graph.shape(node.output), node) else { return }
    let swaps = graph.constant(values[0]) != nil
    if swaps {
      values.swapAt(0, 1)
      shapes.swapAt(0, 1)
    }
    guard graph.constant(values[0]) == nil, let function = op.function.instruction(swapped: swaps) else {
      refuse(values[0], node)
      return
    }
    var record = ElementwiseRecord()
    record.function = function.rawValue
    record.rank = UInt32(dimensions.count)
    record.dimensions = words(dimensions)
    record.aStrides = words(strides(shapes[0], over: dimensions))
    record.bStrides = words(strides(shapes[1], over: dimensions))
    let a = require(values[0], .plainFloat32)
    let b = operand(values[1], offset: &record.constant, fragment)
    let output = TensorKey(node.output, .plainFloat32)
    let template = record
    append(
      PendingInstruction(node: index) { tensor in
        var record = template
        record.a = tensor(a)
        record.b = tensor(b)
        record.output = tensor(output)
        return record.instruction
      }, to: fragment)
    appendClamp(op.clamp, output, index, fragment)
  }

  /// A computed operand as a tensor, or a constant one as an array of the fragment.
  private mutating func operand(_ value: ValueID, offset: inout UInt32, _ fragment: Int) -> TensorKey? {
    guard let constant = graph.constant(value) else { return require(value, .plainFloat32) }
    offset = fragments[fragment].constant(constant.elements)
    return nil
  }

  /// Row-major strides of a shape broadcast to `dimensions`: 0 where an axis repeats.
  private func strides(_ shape: [Int], over dimensions: [Int]) -> [Int] {
    var result = [Int](repeating: 0, count: dimensions.count)
    var stride = 1
    for (axis, size) in shape.enumerated().reversed() {
      let place = dimensions.count - shape.count + axis
      if size != 1 { result[place] = stride }
      stride *= size
    }
    return result
  }

  mutating func lowerMatrixProduct(_ node: Node, _ index: Int, _ fragment: Int) {
    let values = node.inputs.map(aliases.root)
    guard graph.constant(values[0]) == nil else {
      refuse(values[0], node)
      return
    }
    // A vector is a matrix of one row or column.
    var (a, b) = (graph.shape(node.inputs[0]), graph.shape(node.inputs[1]))
    if a.count == 1 { a.insert(1, at: 0) }
    if b.count == 1 { b.append(1) }
    let rank = max(a.count, b.count) - 2
    guard rank <= 4 else {
      problem(node, "products over \(rank) batch dimensions are not supported; at most 4 are")
      return
    }
    var record = MatrixProductRecord()
    (record.rows, record.inner, record.columns) = (UInt32(a[a.count - 2]), UInt32(a[a.count - 1]), UInt32(b[b.count - 1]))
    let (aBatch, bBatch) = (batch(a, rank), batch(b, rank))
    for axis in 0..<rank { record.batch[axis] = UInt32(max(aBatch.sizes[axis], bBatch.sizes[axis])) }
    for axis in 0..<rank {
      record.aStrides[axis] = UInt32(aBatch.strides[axis])
      record.bStrides[axis] = UInt32(bBatch.strides[axis])
    }
    let left = require(values[0], .plainFloat32)
    let right = operand(values[1], offset: &record.constant, fragment)
    let output = TensorKey(node.output, .plainFloat32)
    let template = record
    append(
      PendingInstruction(node: index) { tensor in
        var record = template
        record.a = tensor(left)
        record.b = tensor(right)
        record.output = tensor(output)
        return record.instruction
      }, to: fragment)
  }

  /// Sizes and element strides of the axes before a matrix, `rank` of them.
  private func batch(_ shape: [Int], _ rank: Int) -> (sizes: [Int], strides: [Int]) {
    let own = Array(shape.dropLast(2))
    let sizes = [Int](repeating: 1, count: rank - own.count) + own
    let matrix = shape[shape.count - 2] * shape[shape.count - 1]
    return (sizes, strides(own, over: [Int](repeating: 1, count: rank)).map { $0 * matrix })
  }

  // MARK: one operand

  mutating func appendFunction(_ template: FunctionRecord, _ input: TensorKey, _ output: TensorKey, _ index: Int, _ fragment: Int) {
    appendMap(input, output, index, fragment) {
      var record = template
      (record.input, record.output) = ($0, $1)
      return record.instruction
    }
  }

  /// An instruction of one input and one output, whose tensors' numbers `record` takes in this order.
  private mutating func appendMap(
    _ input: TensorKey, _ output: TensorKey, _ index: Int, _ fragment: Int,
    record: @escaping (UInt32, UInt32) -> Instruction
  ) {
    append(
      PendingInstruction(node: index) { tensor in
        record(tensor(input), tensor(output))
      }, to: fragment)
  }

  mutating func lowerReduce(_ op: Reduce, _ node: Node, _ index: Int, _ fragment: Int) {
    let value = aliases.root(node.inputs[0])
    guard let dimensions = grid(graph.shape(node.inputs[0]), node) else { return }
    var template = ReduceRecord()
    template.function = op.function.instruction.rawValue
    template.rank = UInt32(dimensions.count)
    template.dimensions = words(dimensions)
    for axis in op.axes { template.axes |= 1 << UInt32(axis) }
    let (input, output) = (require(value, .plainFloat32), TensorKey(node.output, .plainFloat32))
    let record = template
    appendMap(input, output, index, fragment) {
      var record = record
      (record.input, record.output) = ($0, $1)
      return record.instruction
    }
  }

  mutating func lowerResample(_ op: Resample, int8: Bool, _ node: Node, _ index: Int, _ fragment: Int) {
    let value = aliases.root(node.inputs[0])
    let shape = graph.shape(node.inputs[0])
    var template = ResampleRecord()
    template.outer = UInt32(shape[..<op.axis].reduce(1, *))
    template.inner = UInt32(shape[(op.axis + 1)...].reduce(1, *))
    (template.inputSize, template.outputSize) = (UInt32(shape[op.axis]), UInt32(op.size))
    template.taps = UInt32(op.taps)
    template.indices = fragments[fragment].constant(op.indices.map { Int32($0) })
    template.weights = int8 ? fragments[fragment].constant(op.fixedPointWeights) : fragments[fragment].constant(op.weights)
    let form = TensorForm(int8: int8, plain: true)
    let (input, output) = (require(value, form), TensorKey(node.output, form))
    let record = template
    appendMap(input, output, index, fragment) {
      var record = record
      (record.input, record.output) = ($0, $1)
      return record.instruction
    }
  }

  mutating func lowerTopK(_ op: TopK, _ node: Node, _ index: Int, _ fragment: Int) {
    let value = aliases.root(node.inputs[0])
    let shape = graph.shape(value)
    var template = TopKRecord()
    template.outer = UInt32(shape[..<op.axis].reduce(1, *))
    template.inner = UInt32(shape[(op.axis + 1)...].reduce(1, *))
    (template.size, template.count) = (UInt32(shape[op.axis]), UInt32(op.count))
    (template.smallest, template.indices) = (op.largest ? 0 : 1, op.result == .indices ? 1 : 0)
    let (input, output) = (require(value, .plainFloat32), TensorKey(node.output, .plainFloat32))
    let record = template
    appendMap(input, output, index, fragment) {
      var record = record
      (record.input, record.output) = ($0, $1)
      return record.instruction
    }
  }

  /// Over the channels of an image; over another axis by seeing the plain tensor as rows of that axis, with it last.
  mutating func lowerSoftmax(_ op: Softmax, _ node: Node, _ index: Int, _ fragment: Int) {
    let value = aliases.root(node.inputs[0])
    let shape = graph.shape(node.inputs[0])
    var softmax = UnaryRecord()
    softmax.opcode = .softmax
    if op.axis == 1, shape.count == 4, PixelShape(shape) != nil {
      appendUnary(softmax, require(value, .float32), TensorKey(node.output, .float32), index, fragment)
      return
    }
    if shape.elementCount == shape.last {
      let input = require(value, int8: false)
      if pixels(value).height * pixels(value).width == 1 {
        appendUnary(softmax, input, TensorKey(node.output, input.form), index, fragment)
        return
      }
    }
    guard op.axis == shape.count - 1, let dimensions = grid(shape, node) else {
      problem(node, "softmax over axis \(op.axis) of \(shape.count) is not supported: only over the channels or the last axis")
      return
    }
    // A copy first, because another fragment's tensor cannot be seen in another geometry.
    let (input, output) = (require(value, .plainFloat32), TensorKey(node.output, .plainFloat32))
    appendFunction(FunctionRecord(.affine(alpha: 1, beta: 0)), input, output, index, fragment)
    let count = dimensions[dimensions.count - 1]
    let geometry = PixelShape(height: shape.elementCount / max(count, 1), width: 1, channels: count)
    append(
      PendingInstruction(node: index, geometry: geometry) { tensor in
        var record = softmax
        record.input = tensor(output)
        record.output = tensor(output)
        return record.instruction
      }, to: fragment)
  }

  // MARK: moved elements

  mutating func lowerRearrangement(_ op: any RearrangingOperator, int8: Bool, _ node: Node, _ index: Int, _ fragment: Int) {
    let value = aliases.root(node.inputs[0])
    let rearrangement: Rearrangement
    do {
      rearrangement = try op.rearrangement(graph.shape(node.inputs[0]))
    } catch {
      problem(node, "\(error)")
      return
    }
    let form = TensorForm(int8: int8, plain: true)
    appendRearrangement(
      rearrangement, require(value, form), TensorKey(node.output, form),
      fill: int8 ? UInt32(bitPattern: quantization(value).code(Double(rearrangement.fill))) : rearrangement.fill.bitPattern, node, index,
      fragment)
  }

  private mutating func appendRearrangement(
    _ rearrangement: Rearrangement, _ input: TensorKey, _ output: TensorKey, fill: UInt32, _ node: Node, _ index: Int, _ fragment: Int
  ) {
    guard let dimensions = grid(rearrangement.dimensions, node) else { return }
    var template = RearrangeRecord()
    template.rank = UInt32(dimensions.count)
    template.dimensions = words(dimensions)
    template.tables = fragments[fragment].constant((rearrangement.inputTables + rearrangement.outputTables).flatMap { $0 })
    template.fill = fill
    let record = template
    appendMap(input, output, index, fragment) {
      var record = record
      (record.input, record.output) = ($0, $1)
      return record.instruction
    }
  }

  /// A value as a plain tensor, also where it is a constant: zeros (moved from nowhere in `computed`), and the constant added.
  private mutating func materialized(
    _ value: ValueID, beside computed: ValueID, _ node: Node, _ index: Int, _ fragment: Int
  ) -> TensorKey? {
    guard let constant = graph.constant(value) else { return require(value, .plainFloat32) }
    let key = TensorKey(value, .plainFloat32)
    if let home = home[key] {
      if home == fragment { return key }
      refuse(value, node)
      return nil
    }
    guard let dimensions = grid(constant.shape, node) else { return nil }
    let steps = strides(dimensions, over: dimensions)
    do {
      let zeros = try Rearrangement(dimensions, input: { _, _ in -1 }, output: { steps[$0] * $1 })
      appendRearrangement(zeros, require(computed, .plainFloat32), key, fill: 0, node, index, fragment)
    } catch {
      problem(node, "\(error)")
      return nil
    }
    var record = ElementwiseRecord()
    record.function = ElementwiseFunction.add.rawValue
    record.rank = UInt32(dimensions.count)
    record.dimensions = words(dimensions)
    record.aStrides = words(steps)
    record.bStrides = words(steps)
    record.constant = fragments[fragment].constant(constant.elements)
    let template = record
    append(
      PendingInstruction(node: index) { tensor in
        var record = template
        record.a = tensor(key)
        record.output = tensor(key)
        return record.instruction
      }, to: fragment)
    return key
  }

  /// Concatenation over any axis: each input moves to its place.
  mutating func lowerPlainConcat(_ op: Concat, _ node: Node, _ index: Int, _ fragment: Int) {
    let values = node.inputs.map(aliases.root)
    guard let computed = values.first(where: { graph.constant($0) == nil }) else {
      refuse(values[0], node)
      return
    }
    let output = TensorKey(node.output, .plainFloat32)
    let whole = strides(graph.shape(node.output), over: graph.shape(node.output))
    var position = 0
    for (value, shape) in zip(values, graph.inputShapes(node)) {
      let own = strides(shape, over: shape)
      let start = position
      let rearrangement: Rearrangement
      do {
        rearrangement = try Rearrangement(shape, input: { own[$0] * $1 }, output: { ($0 == op.axis ? $1 + start : $1) * whole[$0] })
      } catch {
        problem(node, "\(error)")
        return
      }
      position += shape[op.axis]
      guard let input = materialized(value, beside: computed, node, index, fragment) else { return }
      appendRearrangement(rearrangement, input, output, fill: 0, node, index, fragment)
    }
  }
}

extension BinaryFunction {
  /// The engine's function; `swapped` where the operands changed places.
  func instruction(swapped: Bool) -> ElementwiseFunction? {
    switch self {
    case .add: .add
    case .multiply: .multiply
    case .minimum: .minimum
    case .maximum: .maximum
    case .subtract: swapped ? .reverseSubtract : .subtract
    case .divide: swapped ? .reverseDivide : .divide
    case .power: swapped ? .reversePower : .power
    case .prelu: swapped ? nil : .prelu
    case .equal: .equal
    case .less: swapped ? .reverseLess : .less
    case .lessOrEqual: swapped ? .reverseLessOrEqual : .lessOrEqual
    case .whereTrue: swapped ? .reverseWhereTrue : .whereTrue
    case .whereFalse: swapped ? .reverseWhereFalse : .whereFalse
    // Of a number and −0, an addition gives the number.
    case .join: .add
    }
  }
}

extension ReduceFunction {
  var instruction: ReductionCode {
    switch self {
    case .sum: .sum
    case .mean: .mean
    case .maximum: .maximum
    case .minimum: .minimum
    case .product: .product
    case .l1: .l1
    case .l2: .l2
    case .sumOfSquares: .sumOfSquares
    case .indexOfMaximum: .indexOfMaximum
    case .indexOfMinimum: .indexOfMinimum
    }
  }
}

extension FunctionRecord {
  /// A function that has no opcode of its own. The engine refuses any other.
  init(_ function: UnaryFunction) {
    self.init()
    let parameters = function.parameters.map(\.value)
    self.function = function.number ?? .max
    alpha = parameters.first ?? 0
    beta = parameters.count > 1 ? parameters[1] : 0
  }
}

extension Resample {
  /// The weights in units of 2^-11, each sum as near to the real one as can be: the largest takes what rounding leaves.
  var fixedPointWeights: [Int32] {
    stride(from: 0, to: weights.count, by: taps).flatMap { start in
      let row = weights[start..<start + taps].map { Double($0) * 2048 }
      var result = row.map { Int32($0.rounded(.toNearestOrEven)) }
      let left = Int32(row.reduce(0, +).rounded(.toNearestOrEven)) - result.reduce(0, +)
      if let largest = result.indices.max(by: { result[$0] < result[$1] }) { result[largest] += left }
      return result
    }
  }
}
