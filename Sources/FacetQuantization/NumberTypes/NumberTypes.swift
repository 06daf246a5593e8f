import FacetIR
import FacetPasses

/// In which number types each value of a network is computed, and which values are one tensor: decided once, for calibration, quantization,
/// lowering and reports.
///
/// int8 for int8 operators; float32 for results, for what follows the last accumulators, and for operators that have no int8 form. A value may be
/// needed in both.
package struct NumberTypes {
  package enum Precision: Hashable, Comparable {
    case int8
    case float32
  }

  /// What is computed. For int8, quantizations that a model states are in `given` and not in the graph, and functions of one value are composed.
  package internal(set) var graph: Graph
  package let aliases: ValueAliases
  /// Quantizations that the model says itself: such a value is int8, and float32 only as what that int8 stands for.
  package let given: [ValueID: Quantization]
  /// Whether all is float32: the reference.
  package let isFloat32: Bool
  /// By what a layer with a function computes: the value of which the function is taken (`ResultFunctions`).
  package let functionSources: [ValueID: ValueID]
  /// Values that are not rounded to int8 because somebody says so.
  let kept: KeptValues
  /// What is computed in float32 because of these (`setKeptResults`).
  var keptResults: Set<ValueID> = []
  let truths: TruthValues
  /// By node index: layers that read more than 8 bits.
  package internal(set) var wideLayers: [Int: WideLayer] = [:]
  /// Of roots.
  private var needed: [ValueID: Set<Precision>] = [:]
  /// Of the same, what readers ask for: a subset.
  private var asked: [ValueID: Set<Precision>] = [:]
  /// Roots that are compared with a max pooling of them in int8: they are the same int8 on both sides.
  private var pooled: Set<ValueID> = []
  /// Roots that operators, not only results, need in float32.
  private var readAsFloat: Set<ValueID> = []
  /// Roots that operators read which compute something of them, perhaps behind operators that only move elements.
  private var computedWith: Set<ValueID> = []
  private let regions: FloatRegions

  package init(float32 graph: Graph) { self.init(graph, given: [:], isFloat32: true) }

  package init(int8 model: GivenQuantizations) {
    self.init(
      model.graph, given: model.quantizations, functionSources: model.functionSources, kept: model.kept, isFloat32: false)
  }

  init(
    _ graph: Graph, given: [ValueID: Quantization], functionSources: [ValueID: ValueID] = [:], kept: KeptValues = KeptValues(),
    isFloat32: Bool
  ) {
    self.graph = graph
    self.functionSources = functionSources
    self.given = given
    self.isFloat32 = isFloat32
    self.kept = kept
    aliases = ValueAliases(graph)
    truths = TruthValues(graph, aliases)
    regions = FloatRegions(graph)
    setKeptResults()
    for output in graph.outputs { need(aliases.root(output.value), .float32) }
    for node in graph.nodes.reversed() {
      let value = aliases.root(node.output)
      guard value == node.output, let demanded = needed[value] else { continue }
      asked[value] = demanded
      if !Self.onlyMoves(node) || computedWith.contains(value) { computedWith.formUnion(inputs(node)) }
      let native = native(node, demanded)
      // Its float32 is what its int8 stands for.
      if native == [.int8] { needed[value] = [.int8] }
      if native == [.int8], node.op is MaxPool, truths.compared.contains(value) { pooled.insert(aliases.root(node.inputs[0])) }
      let isInt8 = isInt8(node)
      for precision in native {
        need(value, precision)
        for input in inputs(node) where graph.constant(input) == nil {
          need(input, reading(node, input, for: precision))
          if node.fakeQuantization == nil {
            let readsFloat = precision == .float32 && !isInt8 || node.op is Softmax
            if readsFloat, !Self.follows(node, graph) || readAsFloat.contains(value) { readAsFloat.insert(input) }
          }
        }
      }
    }
    for value in graph.inputs.map(aliases.root) where given[value] != nil && needed[value] != nil { needed[value] = [.int8] }
    addWideLayers()
  }

  /// The same types of the same network with other weights.
  func withConstants(of graph: Graph) -> NumberTypes {
    var result = self
    result.graph = graph
    return result
  }

  private func isInt8(_ node: Node) -> Bool { !isFloat32 && Self.isInt8(node, graph) && !computesFloat(node) }

  /// In which number type a node reads an input when it computes in another.
  private func reading(_ node: Node, _ input: ValueID, for precision: Precision) -> Precision {
    if node.fakeQuantization != nil { return precision == .int8 && given[input] != nil ? .int8 : .float32 }
    if readsPlanes(node) { return input == inputs(node)[0] ? .float32 : .int8 }
    if Self.follows(node, graph) { return precision }
    // What precision its result has is no matter to a softmax's input.
    return isInt8(node) && !(node.op is Softmax) ? .int8 : .float32
  }

  /// The number types in which a node reads what it computes with.
  package func reads(_ node: Node) -> Set<Precision> {
    let inputs = inputs(node).filter { graph.constant($0) == nil }
    return Set(native(node, demands(node.output)).flatMap { precision in inputs.map { reading(node, $0, for: precision) } })
  }

  private mutating func need(_ value: ValueID, _ precision: Precision) { needed[value, default: []].insert(precision) }

  /// The number types in which readers want a value that a node computes.
  func demands(_ value: ValueID) -> Set<Precision> { asked[value] ?? [] }

  package func precisions(_ value: ValueID) -> Set<Precision> { needed[value] ?? [] }

  /// Whether operators compute something of a value, perhaps behind others that only move its elements; otherwise it only makes results.
  package func isReadByOperators(_ value: ValueID) -> Bool { computedWith.contains(aliases.root(value)) }

  /// What a node reads, as roots: a fully connected layer reads through the reshape before it.
  package func inputs(_ node: Node) -> [ValueID] {
    if node.layer is FullyConnected { return [aliases.denseSource(node.inputs[0]).value] }
    return node.inputs.map(aliases.root)
  }

  /// The number types in which a node itself computes what is demanded of it; conversions make the others from these.
  package func native(_ node: Node, _ demanded: Set<Precision>) -> [Precision] {
    if isFloat32 || !hasInt8Form(node) || computesFloat(node, demanded) { return [.float32] }
    if node.fakeQuantization != nil { return demanded.contains(.int8) ? [.int8] : [.float32] }
    if node.op is FunctionPool { return [.float32] }
    // The int8 of a softmax is its float32, rounded: where both are asked for, one conversion is less work than a second softmax.
    if node.op is Softmax { return demanded.contains(.float32) ? [.float32] : [.int8] }
    let isPooled = pooled.contains(node.output) && demanded.contains(.int8)
    return Self.hasNoScores(node.op) || given[node.output] != nil || isPooled ? [.int8] : demanded.sorted()
  }

  /// Whether a node reads float32: it has no int8 form, or does not take it.
  package func readsFloat(_ node: Node) -> Bool { !hasInt8Form(node) || computesFloat(node) }

  /// Whether a node that has an int8 form computes in float32, from float32: it is no product (an affine may be), and either stands in a region that
  /// 8 bits do not carry, or nobody reads its result in int8.
  package func computesFloat(_ node: Node) -> Bool { isFloat32 || computesFloat(node, demands(node.output)) }

  private func computesFloat(_ node: Node, _ demanded: Set<Precision>) -> Bool {
    if isKept(node) || choosesFloat(node, demanded) || isVectorArithmetic(node) { return true }
    guard given[node.output] == nil, node.fakeQuantization == nil else { return false }
    if Self.multiplies(node.op) { return node.op is Affine && regions.outputs.contains(node.output) }
    if regions.outputs.contains(node.output) { return true }
    if makesVector(node), mayRead(int8: node.inputs[0]) { return false }
    return demanded == [.float32] && readAsFloat.contains(node.output) && !pooled.contains(node.output)
  }

  /// The nodes that could compute in int8, and do not because 8 bits do not carry what they compute; in order.
  package var keptFloat: [Node] {
    guard !isFloat32 else { return [] }
    return graph.nodes.filter {
      regions.outputs.contains($0.output) && !precisions($0.output).isEmpty && computesFloat($0)
        && hasInt8Form($0) && !($0.op is Reshape || $0.op is Identity)
    }
  }

  /// Whether what computes a value may compute it in int8.
  private func mayRead(int8 value: ValueID) -> Bool {
    guard let node = graph.nodes.first(where: { $0.output == aliases.root(value) }) else { return true }
    return hasInt8Form(node) && !isRegion(node.output) && !isKept(node)
  }

  /// Whether a value is computed in float32 because 8 bits do not carry it (`FloatRegions`).
  func isRegion(_ value: ValueID) -> Bool { regions.outputs.contains(value) }

  /// Whether a node computes int8 where it is asked to.
  func mayBeInt8(_ node: Node) -> Bool { Self.isInt8(node, graph) && !isRegion(node.output) && !(node.op is Softmax) }

  private func hasInt8Form(_ node: Node) -> Bool { Self.isInt8(node, graph) || Self.follows(node, graph) }

  /// Operators whose float32 result is made of sums of int8 products, or of functions of int8.
  private static func multiplies(_ op: any Operator) -> Bool {
    op is Convolution || op is FullyConnected || op is LayerWithFunction || op is Affine || op is StridedProduct || op is FunctionPool
  }

  /// Operators that only choose among elements, for a comparison or by one, stay in float32 where nobody asks for int8: what is equal there
  /// may differ in float32, so peaks would become plateaus.
  private func choosesFloat(_ node: Node, _ demanded: Set<Precision>) -> Bool {
    guard demanded == [.float32], given[node.output] == nil else { return false }
    return node.op is MaxPool && truths.compared.contains(node.output) || truths.chooses(node)
  }

  private static func onlyMoves(_ node: Node) -> Bool {
    node.op is Reshape || node.op is Identity || node.op is any RearrangingOperator || node.fakeQuantization != nil
  }

  /// Operators that compute in the number type of what is asked: tables or functions, and moved or interpolated elements.
  private static func follows(_ node: Node, _ graph: Graph) -> Bool {
    if let op = node.op as? Concat { return ConcatAxis(node, op, graph) != nil }
    if let op = node.op as? Resample { return op.quantization == .sameRange }
    return node.op is Unary || node.op is Reshape || node.op is Identity || node.op is any RearrangingOperator
  }

  /// Operators with an int8 form.
  private static func isInt8(_ node: Node, _ graph: Graph) -> Bool {
    switch node.op {
    case is Convolution, is FullyConnected, is Affine, is LayerWithFunction, is MaxPool, is AveragePool, is GlobalAveragePool: true
    case is FunctionChain, is FunctionPool: true
    case let op as Normalization: op.elementCount(graph.shape(node.inputs[0])) <= Normalization.maximumInt8Elements
    // Its input is float32 in any case.
    case is Softmax: true
    case let op as StridedProduct: op.loops(.inner).allSatisfy { $0.size <= StridedProduct.maximumInt8Inner }
    case let op as Binary: PixelBroadcast(node, op, graph) != nil || ChannelSlopes(node, op, graph) != nil
    default: false
    }
  }

  /// Operators whose float32 result is their int8 result, dequantized.
  private static func hasNoScores(_ op: any Operator) -> Bool {
    switch (op as? Binary)?.function {
    case .multiply, .prelu: true
    default: op is MaxPool || op is FunctionChain
    }
  }
}
