import FacetIR

/// `(x − mean(x)) / √(mean((x − mean(x))²) + epsilon)`, or without the means of x (RMS), as exporters spell it out → Normalization.
///
/// The square may be a product with itself or stand over a second, equal difference; the root may divide, or its reciprocal multiply. Only where
/// nobody else needs what is in between.
struct RecognizeNormalizations: Pass {
  let name = "recognize-normalization"
  let stage = PassStage.fold

  func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    guard let op = node.op as? Binary, op.function == .divide || op.function == .multiply else { return nil }
    for slot in op.function == .divide ? [1] : [1, 0] {
      var match = NormalizationMatch(graph: graph, uses: uses)
      guard let (input, normalization) = match.match(node.inputs[1 - slot], over: node.inputs[slot], isInverse: op.function == .multiply),
        match.isClosed(under: index)
      else { continue }
      var result = normalization
      result.clamp = op.clamp
      guard (try? result.outputShape([graph.shape(input)])) == graph.shape(node.output) else { continue }
      return Patch(name, node: node.name, detail: "\(match.nodes.count + 1) nodes to one over axes \(result.axes.commaSeparated)") {
        $0.nodes[index].op = result
        $0.nodes[index].inputs = [input]
      }
    }
    return nil
  }
}

/// A spelled-out normalization, from its last operator upwards.
private struct NormalizationMatch {
  let graph: PassGraph
  let uses: GraphUses
  /// What becomes part of it.
  var nodes: Set<Int> = []

  init(graph: PassGraph, uses: GraphUses) { (self.graph, self.uses) = (graph, uses) }

  /// - Parameters:
  ///   - numerator: `x − mean(x)`, or for RMS x.
  ///   - denominator: the deviation, or (`isInverse`) its reciprocal.
  mutating func match(_ numerator: ValueID, over denominator: ValueID, isInverse: Bool) -> (input: ValueID, op: Normalization)? {
    guard let root = isInverse ? inverted(denominator) : denominator, let sum = unary(root, .squareRoot),
      let (variance, epsilon) = stabilized(sum), let (squares, axes) = mean(variance), let base = squared(squares)
    else { return nil }
    if let (input, own) = centred(numerator), own == axes, base == numerator || centred(base).map({ $0 == (input, own) }) == true {
      return (input, Normalization(axes: axes, epsilon: epsilon))
    }
    guard base == numerator, graph.constant(base) == nil else { return nil }
    return (base, Normalization(kind: .rootMeanSquare, axes: axes, epsilon: epsilon))
  }

  /// Whether only the nodes themselves and the one at `index` read what they compute.
  func isClosed(under index: Int) -> Bool {
    nodes.allSatisfy { node in
      let output = graph.nodes[node].output
      return !uses.isOutput(output) && uses.readers(output).allSatisfy { $0 == index || nodes.contains($0) }
    }
  }

  private mutating func take(_ value: ValueID) -> Node? {
    guard let producer = uses.producer(value) else { return nil }
    nodes.insert(producer)
    return graph.nodes[producer]
  }

  private mutating func unary(_ value: ValueID, _ function: UnaryFunction) -> ValueID? {
    guard let node = take(value), (node.op as? Unary)?.function == function else { return nil }
    return node.inputs[0]
  }

  /// What `value` is the reciprocal of.
  private mutating func inverted(_ value: ValueID) -> ValueID? {
    guard let node = take(value) else { return nil }
    if (node.op as? Unary)?.function == .reciprocal { return node.inputs[0] }
    guard let op = node.op as? Binary, op == Binary(function: .divide), graph.constant(node.inputs[0])?.elements == [1] else { return nil }
    return node.inputs[1]
  }

  private mutating func stabilized(_ value: ValueID) -> (ValueID, epsilon: Float)? {
    guard let node = take(value) else { return nil }
    switch node.op {
    case let op as Unary:
      guard case .affine(alpha: 1, let epsilon) = op.function else { return nil }
      return (node.inputs[0], epsilon)
    case let op as Binary:
      guard op == Binary(function: .add) else { return nil }
      for slot in [1, 0] {
        guard let constant = graph.constant(node.inputs[slot]), constant.elements.count == 1,
          graph.shape(node.inputs[1 - slot]) == graph.shape(value)
        else { continue }
        return (node.inputs[1 - slot], constant.elements[0])
      }
      return nil
    case is Affine:
      guard let constants = AffineConstants(node, in: graph), (node.op as? Affine)?.clamp.isNone == true,
        constants.scale.allSatisfy({ $0 == 1 }), let epsilon = constants.shift.first, constants.shift.allSatisfy({ $0 == epsilon })
      else { return nil }
      return (node.inputs[0], epsilon)
    default: return nil
    }
  }

  private mutating func mean(_ value: ValueID) -> (ValueID, axes: [Int])? {
    guard let node = take(value) else { return nil }
    switch node.op {
    case let op as Reduce where op.function == .mean && op.keepDimensions: return (node.inputs[0], op.axes)
    case let op as GlobalAveragePool where op.keepDimensions: return (node.inputs[0], [2, 3])
    default: return nil
    }
  }

  private mutating func squared(_ value: ValueID) -> ValueID? {
    guard let node = take(value), let op = node.op as? Binary, op.clamp.isNone else { return nil }
    switch op.function {
    case .multiply: return node.inputs[0] == node.inputs[1] ? node.inputs[0] : nil
    case .power: return graph.constant(node.inputs[1])?.elements == [2] ? node.inputs[0] : nil
    default: return nil
    }
  }

  /// Of `x − mean(x)` x, and the axes of the mean. What is none stays outside.
  private mutating func centred(_ value: ValueID) -> (ValueID, axes: [Int])? {
    let before = nodes
    if let node = take(value), node.op as? Binary == Binary(function: .subtract), let (input, axes) = mean(node.inputs[1]),
      input == node.inputs[0]
    {
      return (input, axes)
    }
    nodes = before
    return nil
  }
}
