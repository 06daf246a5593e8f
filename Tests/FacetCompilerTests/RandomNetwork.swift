import FacetIR

/// A seeded network of what occurs in the field: forks, residual joins, depthwise and grouped convolutions, pooling, concatenation,
/// squeeze-excite, odd sizes, several results.
struct RandomNetwork {
  var graph = Graph()
  private var random: SeededGenerator
  private var count = 0

  init(seed: UInt64, blocks: Int = 6) throws {
    random = SeededGenerator(state: seed &* 7919 &+ 17)
    let channels = Int.random(in: 1...5, using: &random)
    let side = Int.random(in: 7...15, using: &random)
    let input = graph.addInput(name: "input", shape: [1, channels, side, side + Int.random(in: 0...3, using: &random)])
    var fork = try convolution(input, outputs: Int.random(in: 3...40, using: &random), kernel: 3, stride: 1, clamp: .relu)
    for _ in 0..<blocks / 2 { fork = try block(fork) }
    for name in ["first", "second"] {
      var branch = fork
      for _ in 0..<blocks / 2 { branch = try block(branch) }
      graph.outputs.append(GraphOutput(name: name, value: try head(branch)))
    }
    // A third attribute may end in the trunk itself.
    if Bool.random(using: &random) { graph.outputs.append(GraphOutput(name: "third", value: try head(fork))) }
  }

  private mutating func name(_ kind: String) -> String {
    count += 1
    return "\(kind)\(count)"
  }

  private func channels(_ value: ValueID) -> Int { graph.shape(value)[1] }

  private mutating func constant(_ shape: [Int], scale: Float) -> ValueID {
    graph.addConstant(name: name("constant"), Tensor(shape: shape, elements: random.tensor(shape, scale: scale)))
  }

  private mutating func convolution(
    _ x: ValueID, outputs: Int, kernel: Int, stride: Int = 1, groups: Int = 1, dilation: Int = 1, clamp: Clamp = .none,
    residual: ValueID? = nil
  ) throws -> ValueID {
    let inputs = channels(x) / groups
    let weights = constant([outputs, inputs, kernel, kernel], scale: 1 / Float(inputs * kernel * kernel).squareRoot())
    let bias = constant([outputs], scale: 0.2)
    let pad = (kernel - 1) * dilation / 2
    return try graph.addNode(
      name: name("conv"),
      Convolution(strides: [stride, stride], pads: [pad, pad, pad, pad], dilations: [dilation, dilation], groups: groups, clamp: clamp),
      [x, weights, bias] + (residual.map { [$0] } ?? []))
  }

  private mutating func block(_ x: ValueID) throws -> ValueID {
    let c = channels(x)
    let side = min(graph.shape(x)[2], graph.shape(x)[3])
    switch Int.random(in: 0..<9, using: &random) {
    case 0:  // residual, in the epilogue
      let inner = try convolution(x, outputs: c, kernel: 3, clamp: .relu)
      return try convolution(inner, outputs: c, kernel: 3, clamp: .relu, residual: x)
    case 1:  // residual whose windows read the residual itself
      return try convolution(x, outputs: c, kernel: 3, clamp: Clamp(low: 0, high: 6), residual: x)
    case 2 where side >= 5:
      return try convolution(x, outputs: Int.random(in: 3...70, using: &random), kernel: 3, stride: 2, clamp: .relu)
    case 3: return try convolution(x, outputs: c, kernel: 5, groups: c, clamp: .relu)
    case 4 where c % 2 == 0: return try convolution(x, outputs: c * 2, kernel: 3, groups: 2, dilation: 2)
    case 5:
      let pool = MaxPool(kernel: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1], ceilMode: false)
      let a = try graph.addNode(name: name("pool"), pool, [x])
      let b = try convolution(x, outputs: 5, kernel: 1)
      return try graph.addNode(name: name("concat"), Concat(axis: 1), [a, b])
    case 6:  // squeeze and excite
      let squeezed = try graph.addNode(name: name("mean"), GlobalAveragePool(keepDimensions: true), [x])
      let gate = try convolution(squeezed, outputs: c, kernel: 1)
      let sigmoid = try graph.addNode(name: name("gate"), Unary(function: .hardSigmoid(alpha: 0.2, beta: 0.5)), [gate])
      return try graph.addNode(name: name("mul"), Binary(function: .multiply), [x, sigmoid])
    case 7:
      let a = try graph.addNode(name: name("act"), Unary(function: Bool.random(using: &random) ? .hardSwish : .sigmoid), [x])
      let b = try graph.addNode(
        name: name("average"),
        AveragePool(kernel: [2, 3], strides: [1, 1], pads: [0, 1, 1, 1], countIncludePad: Bool.random(using: &random), ceilMode: false), [x]
      )
      return try graph.addNode(name: name("add"), Binary(function: .add, clamp: .relu), [a, b])
    default:
      let scale = constant([c], scale: 1)
      let shift = constant([c], scale: 0.5)
      return try graph.addNode(name: name("affine"), Affine(clamp: .relu), [x, scale, shift])
    }
  }

  private mutating func head(_ x: ValueID) throws -> ValueID {
    let shape = graph.shape(x)
    let classes = Int.random(in: 2...9, using: &random)
    switch Int.random(in: 0..<4, using: &random) {
    case 0:  // a map as a result
      return try convolution(x, outputs: 3, kernel: 1)
    case 1:  // flatten all pixels
      let count = shape[1] * shape[2] * shape[3]
      let flat = try graph.addNode(name: name("flatten"), Reshape(shape: [1, count]), [x])
      let weights = constant([classes, count], scale: 1 / Float(count).squareRoot())
      let bias = constant([classes], scale: 0.2)
      return try graph.addNode(name: name("fc"), FullyConnected(), [flat, weights, bias])
    default:
      let mean = try graph.addNode(name: name("mean"), GlobalAveragePool(keepDimensions: false), [x])
      let weights = constant([classes, shape[1]], scale: 2 / Float(shape[1]).squareRoot())
      let bias = constant([classes], scale: 0.2)
      let scores = try graph.addNode(name: name("fc"), FullyConnected(), [mean, weights, bias])
      return Bool.random(using: &random) ? scores : try graph.addNode(name: name("softmax"), Softmax(axis: 1), [scores])
    }
  }
}
