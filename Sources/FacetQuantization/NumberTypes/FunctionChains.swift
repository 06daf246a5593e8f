import FacetFormat
import FacetIR

/// Finds values that are functions of one other value, element by element, and lets int8 programs compute each with one table.
struct FunctionChains {
  private struct Chain {
    /// What it is a function of.
    var source: ValueID
    /// Its operators, as indices of nodes in order.
    var nodes: [Int] = []
  }

  /// Longer ones are cut: a table costs time in proportion, and a file may have values that are used again and again.
  private static let maximumSteps = 32

  private let graph: Graph
  /// Values whose quantization the model says: they stay.
  private let given: Set<ValueID>
  private var chains: [ValueID: Chain] = [:]
  private var fragments: [Int: Int] = [:]
  private var producers: [ValueID: Int] = [:]

  /// The graph with a `FunctionChain` for every int8 value that several operators compute of one other, or one that has no int8 form of its
  /// own, such as Pow; and a `FunctionPool` for every sum or mean over all pixels of a function that 8 bits do not carry (`FloatRegions`). The
  /// operators before it stay where they are; those that nobody reads any more are not lowered.
  ///
  /// - Parameter partition: a chain does not reach over the border of its fragment, where others read and branches are replaced.
  static func composed(
    _ graph: Graph, given: [ValueID: Quantization], kept: KeptValues = KeptValues(), within partition: FragmentPartition
  ) -> Graph {
    let types = NumberTypes(graph, given: given, kept: kept, isFloat32: false)
    let found = FunctionChains(graph, Set(given.keys).union(kept.precisions.keys), partition)
    var result = graph
    for (index, node) in graph.nodes.enumerated() {
      if let pool = found.pool(node, index, types) {
        result.nodes[index] = Node(name: node.name, op: pool.op, inputs: [pool.source], output: node.output)
        continue
      }
      guard let chain = found.chains[node.output], chain.nodes.count > 1 || node.op.quantization == .floatOnly,
        types.demands(node.output) == [.int8], !types.computesFloat(node)
      else {
        continue
      }
      result.nodes[index] = Node(name: node.name, op: found.operation(chain), inputs: [chain.source], output: node.output)
    }
    // A table gives int8, and is read by int8: where what is composed stands beside a mean that 8 bits do not carry, or among operators that are to compute
    // in float32, its operators stay.
    func isComposed(_ node: Node) -> Bool { node.op is FunctionChain || node.op is FunctionPool }
    while result.nodes.contains(where: isComposed) {
      let types = NumberTypes(result, given: given, kept: kept, isFloat32: false)
      let parts = result.nodes.indices.filter { isComposed(result.nodes[$0]) && types.computesFloat(result.nodes[$0]) }
      if parts.isEmpty { break }
      for index in parts { result.nodes[index] = graph.nodes[index] }
    }
    return result
  }

  /// A sum over all pixels that is computed in float32, as one pooling of a function of an int8 value; nil where it is something else.
  private func pool(_ node: Node, _ index: Int, _ types: NumberTypes) -> (op: FunctionPool, source: ValueID)? {
    guard let input = node.inputs.first, let start = FunctionPool(node.op, of: graph.shape(input)) else { return nil }
    let isRegion = types.isRegion(node.output) && types.isRegion(input)
    guard isRegion || node.op is Reduce else { return nil }
    // What is compared must be what float32 compares.
    let chain = isRegion || !comparesInChain(input) ? operand(input, of: index) : Chain(source: input)
    guard isInt8(chain.source, types), graph.shape(chain.source) == graph.shape(input) else { return nil }
    var op = start
    if !chain.nodes.isEmpty { op.chain = operation(chain).followed(by: start.chain.steps) }
    return (op, chain.source)
  }

  /// Whether a value is int8 where it is asked for, perhaps behind operators that only move its elements.
  private func isInt8(_ value: ValueID, _ types: NumberTypes) -> Bool {
    guard let producer = producers[value] else { return false }
    let node = graph.nodes[producer]
    if node.op is Reshape || node.op is Identity || node.op is Transpose { return isInt8(node.inputs[0], types) }
    return types.mayBeInt8(node)
  }

  private func comparesInChain(_ value: ValueID) -> Bool {
    (chains[value]?.nodes ?? []).contains { (graph.nodes[$0].op as? Binary)?.function.isComparison ?? false }
  }

  /// All values of a graph that are functions of one other, whoever asks for them.
  init(_ graph: Graph) {
    self.init(graph, [], FragmentPartition(fragments: [.init(attributes: [], nodes: Array(graph.nodes.indices))]))
  }

  /// What a value is as a function of one other; nil where it is none.
  func function(_ value: ValueID) -> FunctionChain? { chains[value].map(operation) }

  private init(_ graph: Graph, _ given: Set<ValueID>, _ partition: FragmentPartition) {
    self.graph = graph
    self.given = given
    for (number, fragment) in partition.fragments.enumerated() {
      for node in fragment.nodes { fragments[node] = number }
    }
    for (index, node) in graph.nodes.enumerated() {
      producers[node.output] = index
      chains[node.output] = chain(index, node)
    }
  }

  private func chain(_ index: Int, _ node: Node) -> Chain? {
    guard fragments[index] != nil, isFunction(node) else { return nil }
    let values = node.inputs.filter { graph.constant($0) == nil }
    guard let first = values.first.map({ operand($0, of: index) }) else { return nil }
    var nodes = Set(first.nodes)
    for value in values.dropFirst() {
      let other = operand(value, of: index)
      guard other.source == first.source else { return nil }
      nodes.formUnion(other.nodes)
    }
    if nodes.count < Self.maximumSteps { return Chain(source: first.source, nodes: nodes.sorted() + [index]) }
    return Set(values).count == 1 ? Chain(source: values[0], nodes: [index]) : nil
  }

  /// How a node sees a value that it reads.
  private func operand(_ value: ValueID, of index: Int) -> Chain {
    guard let chain = chains[value], !given.contains(value), producers[value].flatMap({ fragments[$0] }) == fragments[index] else {
      return Chain(source: value)
    }
    return chain
  }

  /// Whether each element of a node's result is a function of the elements at its place.
  private func isFunction(_ node: Node) -> Bool {
    switch node.op {
    case is Unary: return node.fakeQuantization == nil
    case let op as Binary:
      let shape = graph.shape(node.output)
      return node.inputs.allSatisfy { input in
        graph.constant(input).map { $0.elements.count == 1 && ($0.elements[0].isFinite || op.function.isComparison) }
          ?? (graph.shape(input) == shape)
      }
    case is Affine: return graph.constant(node.inputs[0]) == nil && uniform(node) != nil
    default: return false
    }
  }

  /// Scale and shift of an affine whose channels all have the same.
  private func uniform(_ node: Node) -> (scale: Float, shift: Float)? {
    guard let scale = graph.constant(node.inputs[1])?.elements, let shift = graph.constant(node.inputs[2])?.elements,
      let first = scale.first, let second = shift.first, scale.allSatisfy({ $0 == first }), shift.allSatisfy({ $0 == second })
    else { return nil }
    return (first, second)
  }

  private func operation(_ chain: Chain) -> FunctionChain {
    var numbers = [chain.source: 0]
    var steps: [FunctionChain.Step] = []
    func operand(_ value: ValueID) -> FunctionChain.Operand {
      if let constant = graph.constant(value) { return .number(constant.elements[0]) }
      return .result(numbers[value] ?? 0)
    }
    for index in chain.nodes {
      let node = graph.nodes[index]
      switch node.op {
      case let op as Unary: steps.append(.function(op.function, operand(node.inputs[0])))
      case let op as Binary: steps.append(.binary(op, operand(node.inputs[0]), operand(node.inputs[1])))
      case let op as Affine:
        let (scale, shift) = uniform(node) ?? (1, 0)
        steps.append(.affine(scale: scale, shift: shift, op.clamp, operand(node.inputs[0])))
      default: break
      }
      numbers[node.output] = steps.count
    }
    return FunctionChain(steps: steps)
  }
}
