import FacetIR
import FacetPasses

/// The graph of an int8 program, and the quantizations of its values that a quantized model says itself.
///
/// A FakeQuantize right behind the operator (or the input) whose result it alone reads goes away: that result is computed as int8 with
/// its scale and zero point. One that stays makes int8 of float32, or of other int8 by a table.
///
/// Functions of one value that are made of several operators become one (`FunctionChains`), and what follows an int8 layer becomes a part of it
/// (`ResultFunctions`).
package struct GivenQuantizations {
  package private(set) var graph: Graph
  /// Also of what operators make that keep their input's quantization.
  package private(set) var quantizations: [ValueID: Quantization] = [:]
  /// By what a layer with a function computes: the value of which the function is taken.
  package private(set) var functionSources: [ValueID: ValueID] = [:]

  /// Values that are not rounded to int8 because somebody names what computes them.
  package private(set) var kept = KeptValues()

  /// - Parameter names: of operators that give more than int8.
  package init(_ source: Graph, precisions names: [String: ResultPrecision] = [:]) {
    self.init(uncomposed: source)
    compose(within: FragmentPartition(graph), precisions: names)
  }

  /// Lets int8 values be computed by one table each where they are functions of one other value in the same fragment, or by the layer before them.
  ///
  /// - Parameter names: of operators that give more than int8. A layer with a function is meant by the layer's name.
  package mutating func compose(within partition: FragmentPartition, precisions names: [String: ResultPrecision] = [:]) {
    func composed() -> ResultFunctions {
      ResultFunctions(
        FunctionChains.composed(graph, given: quantizations, kept: kept, within: partition), given: quantizations, kept: kept,
        within: partition)
    }
    var functions = composed()
    if !names.isEmpty {
      let aliases = ValueAliases(graph)
      for node in graph.nodes + functions.graph.nodes where !aliases.isAlias(node.output) {
        if let precision = names[node.name] { kept.precisions[node.output] = precision }
      }
      // What only moves elements passes them on as they are.
      for node in graph.nodes where node.op.quantization == .sameRange {
        guard let precision = kept.precisions[aliases.root(node.inputs[0])] else { continue }
        kept.precisions[aliases.root(node.output)] = kept.precisions[aliases.root(node.output)] ?? precision
      }
      functions = composed()
    }
    (graph, functionSources) = (functions.graph, functions.sources)
  }

  /// Names that operators have, in the model and where several became one.
  package static func operatorNames(_ graph: Graph) -> Set<String> {
    let aliases = ValueAliases(graph)
    return Set((graph.nodes + GivenQuantizations(graph).graph.nodes).filter { !aliases.isAlias($0.output) }.map(\.name))
  }

  /// Without `compose`.
  package init(uncomposed source: Graph) {
    graph = source
    let uses = GraphUses(source)
    var isGone = [Bool](repeating: false, count: source.nodes.count)
    var renamed: [ValueID: ValueID] = [:]
    func current(_ value: ValueID) -> ValueID { renamed[value] ?? value }
    func absorbed(_ value: ValueID) -> (node: Int, quantization: Quantization)? {
      guard let reader = uses.soleReader(value), let given = source.nodes[reader].fakeQuantization else { return nil }
      return (reader, given)
    }
    for input in source.inputs {
      guard let (reader, given) = absorbed(input), !uses.isOutput(source.nodes[reader].output) else { continue }
      quantizations[input] = given
      renamed[source.nodes[reader].output] = input
      isGone[reader] = true
    }
    for (index, node) in source.nodes.enumerated() where !isGone[index] {
      graph.nodes[index].inputs = node.inputs.map(current)
      let known = quantizations[current(node.inputs[0])]
      if let given = node.fakeQuantization {
        quantizations[node.output] = given
      } else if node.op.quantization == .sameRange {
        quantizations[node.output] = known
      } else if Self.takes(node, source, isKnown: known != nil), let (reader, given) = absorbed(node.output) {
        graph.nodes[index].output = source.nodes[reader].output
        quantizations[source.nodes[reader].output] = given
        isGone[reader] = true
      }
    }
    graph.nodes = zip(graph.nodes, isGone).filter { !$1 }.map(\.0)
  }

  /// Whether an operator computes its int8 result with any quantization, from what it has.
  private static func takes(_ node: Node, _ graph: Graph, isKnown: Bool) -> Bool {
    switch node.op {
    case is Convolution, is FullyConnected, is Affine, is AveragePool, is GlobalAveragePool, is Normalization, is StridedProduct:
      true
    case let op as Binary: PixelBroadcast(node, op, graph) != nil
    case let op as Concat: ConcatAxis(node, op, graph) != nil
    // A table needs a quantized input; otherwise float32 is exact, and asks for no range.
    case is Unary: isKnown
    default: false
    }
  }
}

extension Node {
  /// The quantization to which this node rounds; nil where it is no FakeQuantize.
  package var fakeQuantization: Quantization? {
    guard case .fakeQuantize(let scale, let zeroPoint)? = (op as? Unary)?.function else { return nil }
    return Quantization(scale: scale, zeroPoint: Int32(zeroPoint))
  }
}
