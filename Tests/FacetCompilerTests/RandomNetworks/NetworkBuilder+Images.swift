import FacetIR

extension NetworkBuilder {
  /// The steps that take one image (or for some a vector); nil for others, and for other tensors.
  mutating func image(_ step: NetworkStep, _ x: ValueID) throws(ShapeError) -> ValueID? {
    let shape = shape(x)
    if step.kind == .batchNorm, shape.count == 2, shape[0] == 1 { return try batchNorm(x) }
    guard shape.count == 4, shape[0] == 1 else { return nil }
    let (a, b, c) = (step.a, step.b, step.c)
    switch step.kind {
    case .convolution:
      let kernel = [[1, 1], [3, 3], [2, 3], [5, 3]][a % 4]
      let groups = a / 4 % 3 == 1 && shape[1] % 2 == 0 ? 2 : 1
      let outputs = groups * [1 + c % 12, 1 + c % 40][a / 12 % 2]
      return try convolution(
        x, outputs, kernel: kernel, strides: [[1, 1], [2, 2], [2, 1]][b % 3], dilation: b / 3 % 3 == 2 ? 2 : 1, groups: groups,
        padded: b / 9 % 3 != 2, normalized: a / 24 % 2 == 1, activation: c / 12)
    case .depthwise:
      let kernel = [[3, 3], [5, 5], [1, 3]][a % 3]
      return try convolution(
        x, shape[1] * (1 + a / 3 % 2), kernel: kernel, strides: b % 3 == 2 ? [2, 2] : [1, 1], groups: shape[1],
        normalized: a / 6 % 2 == 1, activation: c)
    case .residual: return try residual(step, x)
    case .transposedConvolution:
      let stretched = try emit(Stretch(axis: 3, step: 2), emit(Stretch(axis: 2, step: 2), x))
      return try convolution(stretched, 1 + a % 8, kernel: [3, 3], activation: b)
    case .maxPool:
      let kernel = [[2, 2], [3, 3], [3, 2]][a % 3]
      return try emit(
        MaxPool(
          kernel: kernel, strides: [[1, 1], [2, 2], [2, 1]][b % 3], pads: c % 2 == 0 ? [0, 0, 0, 0] : [1, 1, 1, 1],
          dilations: c / 2 % 4 == 3 ? [2, 2] : [1, 1], ceilMode: c / 8 % 2 == 1), x)
    case .averagePool:
      let kernel = [[2, 2], [3, 3], [2, 3]][a % 3]
      return try emit(
        AveragePool(
          kernel: kernel, strides: [[1, 1], [2, 2], [1, 2]][b % 3], pads: c % 2 == 0 ? [0, 0, 0, 0] : [0, 1, 1, 1],
          dilations: c / 8 % 4 == 3 ? [2, 2] : [1, 1], countIncludePad: c / 2 % 2 == 1, ceilMode: c / 4 % 2 == 1), x)
    case .globalAverage: return try emit(GlobalAveragePool(keepDimensions: a % 2 == 0), x)
    case .batchNorm:
      let result = try batchNorm(x)
      // Two in a row merge; one after an activation has to go into the next convolution, or stays.
      return a % 3 == 2 ? try batchNorm(result) : a % 3 == 1 ? try function(.relu, result) : result
    case .channelArithmetic:
      let operand = constant([shape[1], 1, 1], in: 0.5...1.5)
      return try emit(Binary(function: [.multiply, .add, .subtract, .divide][a % 4]), x, operand)
    case .squeezeExcite:
      let mean = try emit(GlobalAveragePool(keepDimensions: true), x)
      let gate = try convolution(mean, shape[1], kernel: [1, 1])
      return try emit(Binary(function: .multiply), x, function(a % 2 == 0 ? .hardSigmoid(alpha: 0.2, beta: 0.5) : .sigmoid, gate))
    case .depthToSpace:
      if a % 2 == 0 { return try emit(SpaceToDepth(block: 2), x) }
      return try emit(DepthToSpace(block: 2, columnsFirst: b % 2 == 1), x)
    case .resizeNearest:
      let sizes = [shape[2] + 1 + a % shape[2], shape[3] * 2]
      let rows = try emit(PickNearest(axis: 2, indices: (0..<sizes[0]).map { $0 * shape[2] / sizes[0] }), x)
      return try emit(PickNearest(axis: 3, indices: (0..<sizes[1]).map { $0 / 2 }), rows)
    case .resizeLinear: return try linear(linear(x, axis: 2, size: shape[2] + 1 + a % 6), axis: 3, size: max(1, shape[3] - b % 2))
    default: return nil
    }
  }

  /// A convolution with random weights; `padded` keeps the size at stride 1. `normalized`: with a batch normalization behind it.
  /// `activation` modulo 6: none, ReLU, ReLU6, hard-swish, none, leaky.
  private mutating func convolution(
    _ x: ValueID, _ outputs: Int, kernel: [Int], strides: [Int] = [1, 1], dilation: Int = 1, groups: Int = 1, padded: Bool = true,
    normalized: Bool = false, activation: Int = 0
  ) throws(ShapeError) -> ValueID {
    let inputs = shape(x)[1] / groups
    let weights = constant([outputs, inputs] + kernel, scale: 1 / Float(inputs * kernel[0] * kernel[1]).squareRoot())
    let bias = constant([outputs], scale: 0.2)
    let reach = kernel.map { ($0 - 1) * dilation }
    let pads = padded ? [reach[0] / 2, reach[1] / 2, reach[0] - reach[0] / 2, reach[1] - reach[1] / 2] : [0, 0, 0, 0]
    let convolution = try emit(
      Convolution(strides: strides, pads: pads, dilations: [dilation, dilation], groups: groups), x, weights, bias)
    let result = normalized ? try batchNorm(convolution) : convolution
    switch activation % 6 {
    case 1: return try function(.relu, result)
    case 2: return try function(.clip(0, 6), result)
    case 3: return try function(.hardSwish, result)
    case 5: return try function(.leakyRelu(alpha: 0.1), result)
    default: return result
    }
  }

  /// Convolutions around which the value is added again, with an activation before the addition in one form.
  private mutating func residual(_ step: NetworkStep, _ x: ValueID) throws(ShapeError) -> ValueID {
    let channels = shape(x)[1]
    let inner = step.b % 2 == 0 ? x : try batchNorm(convolution(x, channels, kernel: [3, 3], activation: 1))
    let last = try convolution(inner, channels, kernel: [3, 3], activation: step.a % 3 == 2 ? 1 : 0)
    let normalized = step.c % 2 == 0 ? last : try batchNorm(last)
    let sum = try emit(Binary(function: .add), step.a / 3 % 2 == 0 ? [normalized, x] : [x, normalized])
    return step.c / 2 % 2 == 0 ? sum : try function(.relu, sum)
  }

  private mutating func batchNorm(_ x: ValueID) throws(ShapeError) -> ValueID {
    let c = [shape(x)[1]]
    return try emit(
      BatchNormalization(epsilon: 1e-3), x, constant(c, in: 0.5...1.5), constant(c, scale: 0.3), constant(c, scale: 0.3),
      constant(c, in: 0.3...2))
  }

  /// Half-pixel linear interpolation along an axis.
  private mutating func linear(_ x: ValueID, axis: Int, size: Int) throws(ShapeError) -> ValueID {
    let from = shape(x)[axis]
    var indices: [Int] = []
    var weights: [Float] = []
    for position in 0..<size {
      let at = min(max((Float(position) + 0.5) * Float(from) / Float(size) - 0.5, 0), Float(from - 1))
      let low = Int(at)
      indices += [low, min(low + 1, from - 1)]
      weights += [1 - (at - Float(low)), at - Float(low)]
    }
    return try emit(Resample(axis: axis, size: size, taps: 2, indices: indices, weights: weights), x)
  }
}
