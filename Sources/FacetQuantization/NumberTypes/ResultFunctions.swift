import FacetIR

/// Lets an int8 layer compute the function that follows it of its result before it rounds it to int8: rounding once loses less than rounding, taking
/// the function of one of 256 numbers and rounding again. Activations are nearly all of what int8 loses.
struct ResultFunctions {
  private(set) var graph: Graph
  /// By what a layer with a function computes: the value of which the function is taken, which no int8 program holds any more.
  private(set) var sources: [ValueID: ValueID] = [:]

  /// - Parameters:
  ///   - graph: with composed functions (`FunctionChains`).
  ///   - partition: layer and function are in one fragment.
  init(_ graph: Graph, given: [ValueID: Quantization], kept: KeptValues = KeptValues(), within partition: FragmentPartition) {
    self.graph = graph
    let types = NumberTypes(graph, given: given, kept: kept, isFloat32: false)
    var fragments: [Int: Int] = [:]
    for (number, fragment) in partition.fragments.enumerated() {
      for node in fragment.nodes { fragments[node] = number }
    }
    var producers: [ValueID: Int] = [:]
    var readers: [ValueID: Int] = [:]
    for (index, node) in graph.nodes.enumerated() {
      producers[node.output] = index
      // Operators that nobody asks for stay in the graph.
      guard !types.precisions(types.aliases.root(node.output)).isEmpty else { continue }
      // A fully connected layer reads through the reshape before it.
      for value in Set(node.inputs + types.inputs(node)) { readers[value, default: 0] += 1 }
    }
    let outputs = Set(graph.outputs.map(\.value))
    for (index, node) in graph.nodes.enumerated() {
      guard let function = Self.function(node, graph), types.demands(node.output) == [.int8], !types.computesFloat(node),
        let value = node.inputs.first(where: { graph.constant($0) == nil }), let producer = producers[value],
        readers[value] == 1, !outputs.contains(value), given[value] == nil, types.precisions(value) == [.int8],
        !types.computesFloat(graph.nodes[producer]), fragments[producer] != nil, fragments[producer] == fragments[index],
        let layer = WeightedLayer(graph.nodes[producer], graph, types.aliases), layer.clamp.isNone
      else { continue }
      self.graph.nodes[index] = Node(
        name: graph.nodes[producer].name, op: LayerWithFunction(graph.nodes[producer].op, function), inputs: graph.nodes[producer].inputs,
        output: node.output)
      sources[node.output] = value
    }
  }

  private static func function(_ node: Node, _ graph: Graph) -> LayerWithFunction.Function? {
    switch node.op {
    case let op as Unary where node.fakeQuantization == nil:
      switch op.function {
      case .hardSwish: return .hardSwish
      default: return function(FunctionChain(steps: [.function(op.function, .result(0))]), channels(node, graph))
      }
    case let op as FunctionChain: return function(op, channels(node, graph))
    case let op as Binary where op.clamp.isNone:
      guard let slopes = ChannelSlopes(node, op, graph)?.slopes, slopes.allSatisfy({ $0.magnitude < 0x1p64 }) else { return nil }
      return .slopes(slopes)
    default: return nil
    }
  }

  private static func channels(_ node: Node, _ graph: Graph) -> Int { PixelShape(graph.shape(node.output))?.channels ?? 0 }

  private static func function(_ chain: FunctionChain, _ channels: Int) -> LayerWithFunction.Function? {
    if let slope = chain.slopeBelowZero { return .slopes([Float](repeating: slope, count: channels)) }
    return chain.isContinuous ? .any(chain) : nil
  }
}

extension FunctionChain {
  /// The s of a function that is x where x >= 0, else s · x (leaky ReLU, however a model spells it out); nil for any other.
  var slopeBelowZero: Float? {
    // Of all sizes: functions that are 0 near 0, or something else far away, are others.
    let sizes = (-24...24).flatMap { power in (8..<16).map { Float(sign: .plus, exponent: power, significand: Float($0) / 8) } }
    let x = [0, 1] + sizes + sizes.map { -$0 }
    let y = apply(x)
    let slope = -apply([-1])[0]
    guard slope.magnitude < 0x1p64, zip(x, y).allSatisfy({ $0 >= 0 ? $1 == $0 : abs($1 - slope * $0) <= abs($1) * 1e-6 }) else {
      return nil
    }
    return slope
  }

  /// Whether it has a value everywhere in [-32, 32], no jumps there, and few turns: pieces of lines come near such a function, but not near a step or
  /// a wave.
  var isContinuous: Bool { [32, 2, 0.125].allSatisfy { isContinuous(within: $0) } }

  private func isContinuous(within limit: Float) -> Bool {
    let steps = 2048
    let x = (0...steps).map { Float($0 - steps / 2) / Float(steps / 2) * limit }
    let y = apply(x)
    guard let least = y.min(), let most = y.max(), y.allSatisfy(\.isFinite) else { return false }
    let span = most - least
    var (turns, direction): (Int, Float) = (0, 0)
    for (index, pair) in zip(y, y.dropFirst()).enumerated() where abs(pair.1 - pair.0) > span / 1024 {
      let sign: Float = pair.1 > pair.0 ? 1 : -1
      if direction != 0, sign != direction { turns += 1 }
      direction = sign
      // Of a sixteenth of an interval, a continuous function takes about a sixteenth; a step takes all of it somewhere.
      let parts = apply((0...16).map { x[index] + (x[index + 1] - x[index]) * Float($0) / 16 })
      let largest = zip(parts, parts.dropFirst()).reduce(0) { max($0, abs($1.1 - $1.0)) }
      if largest > abs(pair.1 - pair.0) / 2 { return false }
    }
    return turns <= 4
  }
}
