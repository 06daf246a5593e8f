/// A function of each number, summed over all pixels, as generalized mean, power and log-mean-exp pooling begin: x `[1, C, H, W]` → `[1, C, 1, 1]`
/// or `[1, C]`, and the same for `[1, C, L]`. Only int8 programs have it, as one table of float32 numbers and one sum: nothing is rounded to int8 between them.
package struct FunctionPool: Operator {
  package enum Pooling: Sendable {
    case sum
    case mean
    case rootOfSum
  }

  package var chain: FunctionChain
  package var pooling: Pooling
  /// Whether the axes of the pixels stay, with size 1.
  package var keepDimensions: Bool

  package init(chain: FunctionChain, pooling: Pooling, keepDimensions: Bool) {
    self.chain = chain
    self.pooling = pooling
    self.keepDimensions = keepDimensions
  }

  package var name: String { "FunctionPool" }
  package var attributes: String { "\(pooling) " + chain.attributes + (keepDimensions ? "" : " flat") }
  package var quantization: QuantizationRule { .ownRange }

  package func outputShape(_ inputs: [[Int]]) throws(ShapeError) -> [Int] {
    try checkInputs(inputs, count: 1...1)
    return try reduction(inputs[0]).outputShape(inputs)
  }

  package func reference(_ inputs: [Tensor]) -> Tensor {
    var result = reduction(inputs[0].shape).reference([chain.reference(inputs)])
    if pooling == .rootOfSum { result.elements = result.elements.map { $0.squareRoot() } }
    return result
  }

  private func reduction(_ shape: [Int]) -> Reduce {
    Reduce(function: pooling == .mean ? .mean : .sum, axes: Array(2..<max(shape.count, 2)), keepDimensions: keepDimensions)
  }
}

extension FunctionPool {
  /// A sum or mean over all pixels of an image, which it does to a function as well; nil for what is no sum, for other axes, or for one pixel.
  package init?(_ op: any Operator, of shape: [Int]) {
    guard shape.count == 4 || shape.count == 3, shape[0] == 1, shape[2...].reduce(1, *) > 1 else { return nil }
    let square = FunctionChain.Step.binary(Binary(function: .multiply), .result(0), .result(0))
    switch op {
    case let op as GlobalAveragePool: self.init([], .mean, op.keepDimensions)
    case let op as AveragePool
    where shape.count == 4 && op.kernel == Array(shape[2...]) && op.pads.allSatisfy { $0 == 0 } && op.dilations == [1, 1]:
      // One window over all of it.
      self.init([], .mean, true)
    case let op as Reduce where op.axes == Array(shape.indices.dropFirst(2)):
      switch op.function {
      case .sum: self.init([], .sum, op.keepDimensions)
      case .mean: self.init([], .mean, op.keepDimensions)
      case .l1: self.init([.function(.absolute, .result(0))], .sum, op.keepDimensions)
      case .sumOfSquares: self.init([square], .sum, op.keepDimensions)
      case .l2: self.init([square], .rootOfSum, op.keepDimensions)
      case .maximum, .minimum, .product, .indexOfMaximum, .indexOfMinimum: return nil
      }
    default: return nil
    }
  }

  private init(_ steps: [FunctionChain.Step], _ pooling: Pooling, _ keepDimensions: Bool) {
    self.init(chain: FunctionChain(steps: steps), pooling: pooling, keepDimensions: keepDimensions)
  }
}

extension FunctionChain {
  /// This, and then `next` of its result.
  package func followed(by next: [Step]) -> FunctionChain {
    let offset = steps.count
    func moved(_ operand: Operand) -> Operand {
      if case .result(let index) = operand { return .result(index + offset) }
      return operand
    }
    return FunctionChain(
      steps: steps
        + next.map { step in
          switch step {
          case .function(let function, let x): .function(function, moved(x))
          case .binary(let binary, let a, let b): .binary(binary, moved(a), moved(b))
          case .affine(let scale, let shift, let clamp, let x): .affine(scale: scale, shift: shift, clamp, moved(x))
          }
        })
  }
}
