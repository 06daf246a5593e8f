import FacetIR
import FacetImport

extension NetworkBuilder {
  /// The steps on tensors of any shape; nil where it is none of them.
  mutating func general(_ step: NetworkStep, _ x: ValueID, other: ValueID, source: ValueID) throws(ShapeError) -> ValueID? {
    let shape = shape(x)
    guard !shape.isEmpty else { return step.kind == .function ? try function(step, x) : nil }
    let (a, b, c) = (step.a, step.b, step.c)
    let axis = a % shape.count
    switch step.kind {
    case .function: return try function(step, x)
    case .rounding:
      // Where float32 and the reference may differ in the last place, a step function would tell them apart: of the input only.
      return try function([.floor, .ceiling, .round][b % 3], function(.affine(alpha: 4, beta: 0), source))
    case .arg:
      let op = Reduce(function: b % 2 == 0 ? .indexOfMaximum : .indexOfMinimum, axes: [a % 4], keepDimensions: c % 2 == 0)
      return try emit(op, source)
    case .binary: return try binary(step, x, other)
    case .softmax: return try softmax(x, axis)
    case .reduce:
      let chosen = shape.indices.filter { b >> $0 & 1 == 1 }
      let axes = chosen.isEmpty ? [shape.count - 1] : chosen
      // A product of many numbers is nearly 0, and int8 has no multiplier for that: compiling says so.
      let isLong = axes.reduce(1) { $0 * shape[$1] } > 32
      let functions = ReduceFunction.allCases.filter { !$0.isIndex }
      let function = functions[a % functions.count]
      return try emit(Reduce(function: function == .product && isLong ? .sum : function, axes: axes, keepDimensions: c % 2 == 0), x)
    case .matrixProduct:
      guard shape.count >= 2 else { return nil }
      var swap = Array(shape.indices)
      swap.swapAt(shape.count - 1, shape.count - 2)
      let scale = 1 / Float(shape[shape.count - 1]).squareRoot()
      let right = a % 2 == 0 ? constant([shape[shape.count - 1], 1 + b % 9], scale: scale) : try emit(Transpose(permutation: swap), x)
      return try emit(MatrixProduct(), x, right)
    case .fullyConnected:
      let flat = shape.count == 2 && shape[0] == 1 ? x : try emit(Reshape(shape: [1, shape.elementCount]), x)
      let (count, outputs) = (shape.elementCount, 1 + a % 20)
      let weights = constant([outputs, count], scale: 1 / Float(count).squareRoot())
      let result = try emit(FullyConnected(), flat, weights, constant([outputs], scale: 0.2))
      return b % 2 == 0 ? result : try function(.relu, result)
    case .normalization: return try normalization(step, x, axis)
    default: return try moved(step, x, other)
    }
  }

  /// Functions; those with a bounded domain get numbers in it.
  private mutating func function(_ step: NetworkStep, _ x: ValueID) throws(ShapeError) -> ValueID {
    let plain: [UnaryFunction] = [
      .relu, .clip(-1, 1.5), .sigmoid, .hardSigmoid(alpha: 0.2, beta: 0.5), .hardSwish, .tanh, .error, .absolute, .negate,
      .leakyRelu(alpha: 0.1), .elu(alpha: 1), .selu(alpha: 1.6732632, gamma: 1.050701), .softplus, .softsign, .swish(alpha: 1), .mish,
      .gelu,
      .geluTanh, .affine(alpha: 0.5, beta: 0.25), .sine, .cosine,
    ]
    let number = step.a % (plain.count + 4)
    if number < plain.count { return try function(plain[number], x) }
    if number == plain.count { return try function(.exponential, function(.clip(-4, 2), x)) }
    let positive = try function(.affine(alpha: 1, beta: 0.5), function(.absolute, x))
    return try function([.logarithm, .squareRoot, .reciprocal][number - plain.count - 1], positive)
  }

  private mutating func binary(_ step: NetworkStep, _ x: ValueID, _ other: ValueID) throws(ShapeError) -> ValueID {
    let shape = shape(x)
    // Of a comparison, as of a choice by one, a last bit may make something else.
    let functions: [BinaryFunction] = [.add, .multiply, .subtract, .divide, .minimum, .maximum, .power, .prelu]
    let op = functions[step.a % functions.count]
    var operand: ValueID
    switch step.b % 6 {
    case 0: operand = (try? broadcast(shape, self.shape(other))) == nil ? x : other
    case 1: operand = try emit(Reduce(function: .mean, axes: [shape.count - 1 - step.c % shape.count]), x)
    case 2: operand = constant([], in: 0.5...2)
    case 3: operand = constant(shape, in: 0.5...2)
    case 4: operand = constant([shape[shape.count - 1]], in: 0.5...2)
    default: operand = try function(.sigmoid, x)
    }
    switch op {
    case .divide:
      if graph.constant(operand) == nil { operand = try function(.affine(alpha: 1, beta: 0.5), function(.absolute, operand)) }
    case .power:
      let base = try function(.affine(alpha: 1, beta: 0.5), function(.absolute, x))
      return try emit(Binary(function: .power), base, graph.constant(operand) == nil ? function(.tanh, operand) : operand)
    case .subtract, .add, .multiply, .minimum, .maximum:
      if step.c % 5 == 4 { return try emit(Binary(function: op), operand, x) }
    default: break
    }
    let result = try emit(Binary(function: op), x, operand)
    return step.c % 7 == 6 ? try function(.relu, result) : result
  }

  /// As the importer gives it: over the channels of an image, or the last axis.
  private mutating func softmax(_ x: ValueID, _ axis: Int) throws(ShapeError) -> ValueID {
    let shape = shape(x)
    let last = shape.count - 1
    guard axis != last, !(axis == 1 && shape.count == 4 && shape[0] == 1) else { return try emit(Softmax(axis: axis), x) }
    var swap = Array(shape.indices)
    swap.swapAt(axis, last)
    return try emit(Transpose(permutation: swap), emit(Softmax(axis: last), emit(Transpose(permutation: swap), x)))
  }

  /// Layer normalization, spelled out or one operator, or L2 normalization.
  private mutating func normalization(_ step: NetworkStep, _ x: ValueID, _ axis: Int) throws(ShapeError) -> ValueID {
    let square = Binary(function: .multiply)
    if step.b % 2 == 1 {
      let length = try emit(Reduce(function: .l2, axes: [axis]), x)
      return try emit(Binary(function: .divide), x, function(.affine(alpha: 1, beta: 0.01), length))
    }
    if step.b % 4 == 2, let normalized = try wholeNormalization(step, x, axis) { return normalized }
    let centred = try emit(Binary(function: .subtract), x, emit(Reduce(function: .mean, axes: [axis]), x))
    let variance = try emit(Reduce(function: .mean, axes: [axis]), emit(square, centred, centred))
    let deviation = try function(.squareRoot, function(.affine(alpha: 1, beta: 0.1), variance))
    return try emit(Binary(function: .divide), centred, deviation)
  }

  /// One operator, over one axis or all from it on, perhaps in two groups, with and without scale and shift; nil where the engine has no such form.
  private mutating func wholeNormalization(_ step: NetworkStep, _ x: ValueID, _ axis: Int) throws(ShapeError) -> ValueID? {
    let shape = shape(x)
    let axes = step.c % 2 == 0 ? [axis] : Array(axis..<shape.count)
    let groups = step.c % 3 == 0 && shape[axis].isMultiple(of: 2) ? 2 : 1
    let op = Normalization(kind: step.c % 5 == 0 ? .rootMeanSquare : .standard, axes: axes, groups: groups, epsilon: 0.1)
    guard (try? op.outputShape([shape])) != nil else { return nil }
    let parameters = [Int](repeating: 1, count: axis) + [shape[axis]] + [Int](repeating: 1, count: shape.count - axis - 1)
    guard step.c % 7 < 4, (try? op.outputShape([shape, parameters, parameters])) != nil else { return try emit(op, x) }
    return try emit(op, x, constant(parameters, in: 0.5...1.5), constant(parameters, scale: 0.5))
  }

  /// Operators that move elements.
  private mutating func moved(_ step: NetworkStep, _ x: ValueID, _ other: ValueID) throws(ShapeError) -> ValueID? {
    let shape = shape(x)
    let (a, b, c) = (step.a, step.b, step.c)
    let axis = a % shape.count
    func slice(_ value: [Int], from start: Int, _ size: Int, by step: Int = 1) -> Slice {
      var (starts, sizes, steps) = (value.map { _ in 0 }, value, value.map { _ in 1 })
      (starts[axis], sizes[axis], steps[axis]) = (start, size, step)
      return Slice(starts: starts, sizes: sizes, steps: steps)
    }
    switch step.kind {
    case .concat:
      var fits = self.shape(other)
      if fits.count == shape.count { fits[axis] = shape[axis] }
      let second = b % 5 == 4 ? constant(shape) : fits == shape ? other : x
      return try emit(Concat(axis: axis), c % 2 == 0 ? [x, second] : [second, x, second])
    case .slice:
      let start = b % shape[axis]
      if c % 3 == 1 { return try emit(slice(shape, from: start, start + 1, by: -1), x) }
      if c % 3 == 2 { return try emit(slice(shape, from: start, (shape[axis] - start + 1) / 2, by: 2), x) }
      return try emit(slice(shape, from: start, 1 + c / 3 % (shape[axis] - start)), x)
    case .shuffle:
      guard shape[axis] > 1 else { return nil }
      let cut = 1 + b % (shape[axis] - 1)
      let first = try emit(slice(shape, from: 0, cut), x)
      let second = try emit(slice(shape, from: cut, shape[axis] - cut), x)
      return try emit(Concat(axis: axis), second, first)
    case .pad:
      let mode = [PadMode.constant, .reflect, .edge][b % 3]
      var (before, after) = (shape.map { _ in 0 }, shape.map { _ in 0 })
      let limit = mode == .reflect ? shape[axis] : 4
      (before[axis], after[axis]) = (c % limit, c / 4 % limit)
      return try emit(Pad(before: before, after: after, mode: mode, value: c % 3 == 2 ? 0.7 : 0), x)
    case .transpose:
      var permutation = Array(shape.indices)
      permutation.swapAt(axis, b % shape.count)
      if c % 2 == 1 { permutation.append(permutation.removeFirst()) }
      return try emit(Transpose(permutation: permutation), x)
    case .reshape: return try emit(Reshape(shape: reshaped(shape, a, b)), x)
    case .gather:
      let indexShape = [[], [1 + b % 4], [2, 2]][c % 3]
      let indices = (0..<indexShape.reduce(1, *)).map { (b + $0 * (1 + c)) % shape[axis] }
      return try emit(Gather(axis: axis, indices: indices, indexShape: indexShape), x)
    case .tile:
      var repeats = shape.map { _ in 1 }
      repeats[axis] = 2
      return try b % 2 == 0 ? emit(Tile(repeats: repeats), x) : emit(Expand(shape: [2] + shape), x)
    default: return nil
    }
  }

  private func reshaped(_ shape: [Int], _ a: Int, _ b: Int) -> [Int] {
    let count = shape.elementCount
    // A divisor of the number of elements, mostly not 1.
    func divisor(_ count: Int, _ wanted: Int) -> Int { (1...wanted % 12 + 1).last { count % $0 == 0 } ?? 1 }
    switch a % 8 {
    case 0: return [1, count]
    case 1:
      let channels = divisor(count, b)
      let width = divisor(count / channels, b / 3)
      return [1, channels, count / channels / width, width]
    case 2: return [count / shape[shape.count - 1], shape[shape.count - 1]]
    case 3: return shape.count < 6 ? [1] + shape : [count]
    // An axis of size 1 goes, or comes.
    case 4, 5:
      var result = shape
      if let axis = shape.indices.first(where: { shape[$0] == 1 && $0 >= b % 2 }) { result.remove(at: axis) }
      return result
    case 6:
      var result = shape
      if shape.count < 6 { result.insert(1, at: b % (shape.count + 1)) }
      return result
    default:
      let rows = divisor(count, b)
      return [rows, count / rows]
    }
  }
}
