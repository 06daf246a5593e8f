import FacetIR

/// In which forms each value must be computed: int8 for int8 operators, float32 for results and what follows the last accumulators.
struct Representations {
  /// Of roots.
  private(set) var needed: [ValueID: Set<TensorForm>] = [:]

  /// - Parameter int8: false for a float32 program: everything is float32.
  init(_ graph: Graph, _ aliases: ValueAliases, int8: Bool) {
    for output in graph.outputs { need(aliases.root(output.value), .float32) }
    for node in graph.nodes.reversed() {
      let value = aliases.root(node.output)
      guard value == node.output, needed[value] != nil else { continue }
      if int8 && Self.hasNoScores(node.op) { need(value, .int8) }
      let forms = needed[value] ?? []
      for input in Self.inputs(node, aliases) where graph.constant(input) == nil {
        for form in forms { need(input, int8 ? Self.inputForm(node.op, form) : .float32) }
      }
    }
  }

  private mutating func need(_ value: ValueID, _ form: TensorForm) { needed[value, default: []].insert(form) }

  func forms(_ value: ValueID) -> Set<TensorForm> { needed[value] ?? [] }

  /// What a node reads, as roots: a fully connected layer reads through the reshape before it.
  static func inputs(_ node: Node, _ aliases: ValueAliases) -> [ValueID] {
    if node.op is FullyConnected { return [aliases.denseSource(node.inputs[0]).value] }
    return node.inputs.map(aliases.root)
  }

  /// Operators whose float32 result is their int8 result, dequantized.
  private static func hasNoScores(_ op: any Operator) -> Bool {
    op is MaxPool || (op as? Binary)?.function == .multiply
  }

  /// The form in which an operator of an int8 program reads its inputs to give its output in `form`.
  private static func inputForm(_ op: any Operator, _ form: TensorForm) -> TensorForm {
    switch op {
    case is Softmax: .float32
    // What follows the last accumulators stays float32; before, a table.
    case is Unary, is Reshape, is Identity, is Concat: form
    default: .int8
    }
  }
}
