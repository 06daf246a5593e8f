import FacetIR

/// Where 8 bits do not carry what follows: means and sums beside functions that change the ratios of what they read.
///
/// A power, an exponential or a square spreads its operands, so that most results lie in a few of 256 even steps, and a mean of them (generalized
/// mean pooling, log-mean-exp, a variance) is lost; a root, a logarithm or a quotient does the same to the mean that it reads. All elementwise
/// operators and means of such a place are computed in float32, from the last operator with weights to the next, and rounded to int8
/// once, where an operator with weights reads.
struct FloatRegions {
  /// What the operators of these places compute.
  private(set) var outputs: Set<ValueID> = []

  private let graph: Graph
  private let functions: FunctionChains?
  private var producers: [ValueID: Node] = [:]
  private var readers: [ValueID: [Node]] = [:]

  init(_ graph: Graph) {
    self.graph = graph
    let means = graph.nodes.filter { Self.isMean($0.op) }
    functions = means.isEmpty ? nil : FunctionChains(graph)
    for node in graph.nodes {
      producers[node.output] = node
      for input in Set(node.inputs) { readers[input, default: []].append(node) }
    }
    for mean in means {
      let (before, after) = (before(mean), after(mean))
      if spreads(mean.inputs[0], before) { outputs.formUnion(before.map(\.output) + [mean.output]) }
      if after.contains(where: { crowds($0) }) { outputs.formUnion(after.map(\.output) + [mean.output]) }
    }
  }

  private static func isMean(_ op: any Operator) -> Bool {
    switch (op as? Reduce)?.function {
    case .mean, .sum, .l1, .l2, .sumOfSquares: true
    default: op is AveragePool || op is GlobalAveragePool || op is FunctionPool
    }
  }

  /// Whether elements of the result are functions of those at their places, or the same ones elsewhere.
  private func isElementwise(_ node: Node) -> Bool {
    switch node.op {
    case is Unary: node.fakeQuantization == nil
    case is Binary, is FunctionChain, is Affine, is Reshape, is Identity, is Transpose: true
    default: false
    }
  }

  /// The elementwise operators from which a mean's input comes.
  private func before(_ mean: Node) -> [Node] {
    var (found, seen): ([Node], Set<ValueID>) = ([], [])
    var waiting = [mean.inputs[0]]
    while let value = waiting.popLast() {
      guard let node = producers[value], isElementwise(node), seen.insert(value).inserted else { continue }
      found.append(node)
      waiting += node.inputs
    }
    return found
  }

  /// The elementwise operators that read a mean, up to the first ones that read an image of several pixels as well: a gate is one number a channel.
  private func after(_ mean: Node) -> [Node] {
    var (found, seen): ([Node], Set<ValueID>) = ([], [])
    var waiting = [mean.output]
    while let value = waiting.popLast() {
      for node in readers[value] ?? [] where isElementwise(node) && seen.insert(node.output).inserted {
        guard graph.shape(node.output).elementCount <= graph.shape(mean.output).elementCount else { continue }
        found.append(node)
        waiting.append(node.output)
      }
    }
    return found
  }

  /// Whether a value grows faster than what it is computed from. A function that is spelled out (Mish: x · tanh(ln(1 + e^x))) is judged as a whole.
  private func spreads(_ value: ValueID, _ nodes: [Node]) -> Bool {
    if let chain = functions?.function(value) { return chain.growsFast }
    return nodes.contains { node in
      switch node.op {
      case let op as Unary: FunctionChain(steps: [.function(op.function, .result(0))]).growsFast
      case let op as FunctionChain: op.growsFast
      case let op as Binary:
        op.function == .power || op.function == .divide && graph.constant(node.inputs[1]) == nil
          || op.function == .multiply && node.inputs[0] == node.inputs[1]
      default: false
      }
    }
  }

  /// Whether small differences near 0 become large ones.
  private func crowds(_ node: Node) -> Bool {
    switch node.op {
    case let op as Unary: op.function == .squareRoot || op.function == .logarithm || op.function == .reciprocal
    case let op as FunctionChain: op.isSteepAtZero
    case let op as Binary: op.function == .power || op.function == .divide && graph.constant(node.inputs[1]) == nil
    default: false
    }
  }
}

extension FunctionChain {
  /// Whether f(2x) is far more than 2 f(x): 4 times for a square, 2 times for ReLU and all its kin, once for a sigmoid.
  fileprivate var growsFast: Bool {
    let values = apply([3, 6, -3, -6, 0])
    return [(0, 1), (2, 3)].contains { near, far in
      let (near, far) = (abs(values[near] - values[4]), abs(values[far] - values[4]))
      return far.isFinite && near.isFinite ? far > 2.5 * near && far > 0.01 : false
    }
  }

  fileprivate var isSteepAtZero: Bool {
    let values = apply([0.01, 0.02, 3, 3.01])
    return abs(values[1] - values[0]) > 5 * abs(values[3] - values[2])
  }
}
