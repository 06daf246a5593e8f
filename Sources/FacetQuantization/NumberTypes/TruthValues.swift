import FacetIR
import FacetPasses

/// Values that are 0 or 1 whatever the image, and values that are compared with each other: what int8 must not blur.
struct TruthValues {
  /// Roots and others that are 0 or 1.
  private(set) var truths: Set<ValueID> = []
  /// Roots whose elements some comparison of two computed values sees, as they are or through operators that have no int8 form of their own.
  private(set) var compared: Set<ValueID> = []

  init(_ graph: Graph, _ aliases: ValueAliases) {
    for node in graph.nodes where isTruth(node, graph) { truths.insert(node.output) }
    // Most networks have no comparisons.
    guard graph.nodes.contains(where: { ($0.op as? Binary)?.function.isComparison == true }) else { return }
    for node in graph.nodes.reversed() {
      let isComparison = (node.op as? Binary)?.function.isComparison == true
      let computed = node.inputs.filter { graph.constant($0) == nil }
      guard isComparison && computed.count == 2 || compared.contains(aliases.root(node.output)) && passesOn(node) else { continue }
      compared.formUnion(computed.map(aliases.root))
    }
  }

  private func isTruth(_ node: Node, _ graph: Graph) -> Bool {
    func isTruth(_ value: ValueID) -> Bool {
      truths.contains(value) || graph.constant(value)?.elements.allSatisfy { $0 == 0 || $0 == 1 } == true
    }
    switch node.op {
    case let op as Binary:
      if op.function.isComparison { return op.clamp.isNone }
      guard op.function == .minimum || op.function == .maximum || op.function == .multiply else { return false }
      return op.clamp.isNone && node.inputs.contains(where: truths.contains) && node.inputs.allSatisfy(isTruth)
    case let op as Unary: return op.function == .affine(alpha: -1, beta: 1) && truths.contains(node.inputs[0])
    case let op as FunctionChain: return op.isTruth
    case is MaxPool, is Identity, is Reshape: return truths.contains(node.inputs[0])
    case let op as any RearrangingOperator: return truths.contains(node.inputs[0]) && !(op is Pad)
    default: return false
    }
  }

  /// Whether the elements of the inputs are, changed or not, those of the output.
  private func passesOn(_ node: Node) -> Bool {
    switch node.op {
    case is Unary, is Binary, is MaxPool, is Reshape, is Identity, is Concat: true
    default: node.op is any RearrangingOperator
    }
  }

  /// Whether a product is one with a truth value: it chooses elements.
  func chooses(_ node: Node) -> Bool { (node.op as? Binary)?.function == .multiply && node.inputs.contains(where: truths.contains) }
}

extension FunctionChain {
  /// Whether the result is 0 or 1 for every number.
  fileprivate var isTruth: Bool {
    var truths = [false]
    func isTruth(_ operand: Operand) -> Bool {
      switch operand {
      case .result(let index): truths[index]
      case .number(let number): number == 0 || number == 1
      }
    }
    for step in steps {
      switch step {
      case .function(let function, let x): truths.append(function == .affine(alpha: -1, beta: 1) && isTruth(x))
      case .binary(let op, let a, let b):
        let keeps = op.function == .minimum || op.function == .maximum || op.function == .multiply
        truths.append(op.clamp.isNone && (op.function.isComparison || keeps && isTruth(a) && isTruth(b)))
      case .affine(let scale, let shift, let clamp, let x): truths.append(scale == -1 && shift == 1 && clamp.isNone && isTruth(x))
      }
    }
    return truths.last == true
  }
}
