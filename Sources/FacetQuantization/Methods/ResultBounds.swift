import FacetIR

/// Between which numbers an operator's results lie, whatever it reads: no range need go beyond.
struct ResultBounds {
  var low = -Double.infinity
  var high = Double.infinity

  /// Arguments of functions, close together where these bend and out to where they bend no more.
  private static let arguments: [Float] = {
    let positive = (0..<160).map { step in Float(step + 1) / 8 } + (5..<24).map { Float(1 << $0) }
    return positive.map { -$0 }.reversed() + [0] + positive
  }()

  init() {}

  init(_ node: Node) { self = Self.of(node) }

  private static func of(_ node: Node) -> ResultBounds {
    switch (node.op as? LayerWithFunction)?.function {
    case .hardSwish: return Self(arguments.map(UnaryFunction.hardSwish.apply))
    case .any(let chain): return Self(chain.apply(arguments))
    case .slopes: return Self()
    case nil: break
    }
    switch node.op {
    case let op as Convolution: return Self(op.clamp)
    case let op as FullyConnected: return Self(op.clamp)
    case let op as Affine: return Self(op.clamp)
    case let op as Binary: return Self(op.clamp)
    case let op as Unary: return Self(arguments.map(op.function.apply))
    case let op as FunctionChain: return Self(op.apply(arguments))
    default: return Self()
    }
  }

  private init(_ clamp: Clamp) { (low, high) = (Double(clamp.low), Double(clamp.high)) }

  /// What a function gives: at an end where it still rises or falls it has no bound.
  private init(_ results: [Float]) {
    guard results.allSatisfy(\.isFinite), let least = results.min(), let most = results.max() else { return }
    let ends = [(results[0], results[1]), (results[results.count - 1], results[results.count - 2])]
    let span = Double(most) - Double(least)
    func isOpen(_ extreme: Float) -> Bool {
      ends.contains { end, before in end == extreme && abs(Double(end) - Double(before)) > 1e-3 * span }
    }
    if !isOpen(least) { low = Double(least) }
    if !isOpen(most) { high = Double(most) }
  }
}
