import COnnx
import FacetDiagnostics
import FacetIR

/// If with a condition that is known: the nodes of its branch stand in its place.
extension ONNXLowering {
  private static let branches = ["then_branch", "else_branch"]
  /// More Ifs in Ifs than anyone writes.
  private static let maximumDepth = 32

  /// The branch that a node takes as nodes in the order of lowering, and what these need that is not `done`. Nil where the node is no If,
  /// or its condition is computed.
  func branch(takenBy node: ONNXNode, done: Set<Int>) -> [Int]? {
    guard node.domain.isEmpty, node.operatorType == "If", node.problem == nil, node.inputs.count == 1,
      case .graph(let then)? = node.attributes[Self.branches[0]], case .graph(let other)? = node.attributes[Self.branches[1]]
    else { return nil }
    do throws(ONNXProblem) {
      let isTrue: Bool
      switch try resolve(node.inputs[0]) {
      case .integers(let condition) where condition.elements.count == 1: isTrue = condition.elements[0] != 0
      // The reason has been told.
      case .failed: return replace(node, by: [])
      default: return nil
      }
      return replace(node, by: try expand(node, decoded(isTrue ? then : other), done))
    } catch {
      report(error, node: node)
      return replace(node, by: [])
    }
  }

  private func replace(_ node: ONNXNode, by order: [Int]) -> [Int] {
    replaced.insert(node.index)
    for name in node.outputs where producers[name] == node.index { values[name] = .failed }
    return order
  }

  private func decoded(_ bytes: UnsafeRawBufferPointer) throws(ONNXProblem) -> ONNXSubgraph {
    guard subgraphMemory > 0 else {
      throw ONNXProblem(.memory, "The file's subgraphs need more memory than a model of its size can.", ONNXProblem.damaged)
    }
    let result = try ONNXSubgraph(bytes, limit: subgraphMemory)
    subgraphMemory -= min(subgraphMemory, bytes.count + 1024)
    return result
  }

  /// Appends the nodes of a subgraph, with names of their own, and gives their order.
  private func expand(_ node: ONNXNode, _ subgraph: ONNXSubgraph, _ done: Set<Int>) throws(ONNXProblem) -> [Int] {
    let graph = subgraph.graph
    let messages = pointers(graph.node, graph.n_node)
    let made = Set(messages.flatMap { scalars($0.output, $0.n_output).map(text) })
    let outputs = pointers(graph.output, graph.n_output).map { text($0.name) }
    guard outputs.count == node.outputs.count, graph.n_sparse_initializer == 0 else {
      throw ONNXProblem(
        .unsupportedForm, "Its branch has \(plural(outputs.count, "output")) for \(node.outputs.count) of its own, or sparse tensors.",
        ONNXProblem.damaged)
    }
    subgraphs.append(subgraph)
    var results: [String: String] = [:]
    var copies: [(from: String, to: String)] = []
    for (local, name) in zip(outputs, node.outputs) where !name.isEmpty {
      if made.contains(local), results[local] == nil { results[local] = name } else { copies.append((local, name)) }
    }
    let tensors = (0..<graph.n_initializer).compactMap { graph.initializer[$0].map { ONNXTensorSource($0) } }
    let scope = ONNXNameScope(
      subgraph: node.name, results: results, own: made.sorted() + tensors.map(\.name), in: node.scope, opset: node.opset,
      taken: list.taken)
    for tensor in tensors { values[scope.global(tensor.name)] = .pending(tensor) }
    let first = list.nodes.count
    list.append(messages, scope: scope)
    for copy in copies { list.appendIdentity(of: scope.global(copy.from), as: copy.to, scope: scope) }
    if let problem = list.problem { throw problem }
    declare(list.nodes[first...], insteadOf: node.index)
    let order = try ONNXOrder.sorted(
      list.nodes, producers: producers, outputs: node.outputs.filter { !$0.isEmpty }, done: done)
    reportMissing(order.map { list.nodes[$0] }, [])
    // Ifs of the branch read names that it has only now.
    let inBranches = list.nodes[first...].reduce(into: Set<String>()) { $0.formUnion(namesReadByBranches(of: $1)) }
    constants.keep(inBranches)
    read.formUnion(inBranches)
    read.formUnion(list.nodes[first...].flatMap(\.inputs))
    return order
  }

  // MARK: what branches read

  /// All names that the outputs may need, and those of them that something reads which only a branch needs, be it taken or not.
  ///
  /// - Parameter order: the nodes that the outputs need whatever branches are taken.
  func namesRead(for outputs: [String], surely order: Set<Int>) -> (all: Set<String>, inBranches: Set<String>) {
    var (all, inBranches) = (Set(outputs), Set<String>())
    var pending = outputs
    var seen: Set<Int> = []
    while let name = pending.popLast() {
      guard let index = producers[name], seen.insert(index).inserted else { continue }
      let node = list.nodes[index]
      let branches = namesReadByBranches(of: node)
      inBranches.formUnion(branches)
      if !order.contains(index) { inBranches.formUnion(node.inputs) }
      for input in branches.union(node.inputs) where all.insert(input).inserted { pending.append(input) }
    }
    return (all, inBranches)
  }

  /// Names that the branches of an If read, of the file's graph or of their own.
  private func namesReadByBranches(of node: ONNXNode) -> Set<String> {
    guard node.domain.isEmpty, node.operatorType == "If" else { return [] }
    var names: Set<String> = []
    for branch in Self.branches {
      if case .graph(let bytes)? = node.attributes[branch] { collectNames(bytes, node.scope, depth: 0, into: &names) }
    }
    return names
  }

  private func collectNames(_ bytes: UnsafeRawBufferPointer, _ scope: ONNXNameScope?, depth: Int, into names: inout Set<String>) {
    // One that is damaged is told when it is taken.
    guard depth < Self.maximumDepth, let graph = try? decoded(bytes) else { return }
    withExtendedLifetime(graph) {
      let graph = graph.graph
      func add(_ name: String) { names.insert(scope?.global(name) ?? name) }
      for output in pointers(graph.output, graph.n_output) { add(text(output.name)) }
      for node in pointers(graph.node, graph.n_node) {
        for input in scalars(node.input, node.n_input) { add(text(input)) }
        for attribute in pointers(node.attribute, node.n_attribute) {
          if case .graph(let bytes) = ONNXAttribute(attribute) { collectNames(bytes, scope, depth: depth + 1, into: &names) }
        }
      }
    }
  }

  /// Takes inputs away that turned out to be read by branches only that were not taken.
  func dropUnreadInputs(among names: Set<String>) {
    guard !names.isEmpty else { return }
    let used = Set(graph.nodes.flatMap(\.inputs))
    for id in graph.inputs where !used.contains(id) && names.contains(graph[id].name) {
      graph.inputs.removeAll { $0 == id }
      note("The input '\(graph[id].name)' is left out: no output needs it.")
    }
  }
}

/// Every name of a value in a graph.
func namesOfValues(_ graph: Onnx__GraphProto) -> Set<String> {
  var names: Set<String> = []
  for input in pointers(graph.input, graph.n_input) { names.insert(text(input.name)) }
  for tensor in pointers(graph.initializer, graph.n_initializer) { names.insert(text(tensor.name)) }
  for node in pointers(graph.node, graph.n_node) {
    for name in scalars(node.input, node.n_input) { names.insert(text(name)) }
    for name in scalars(node.output, node.n_output) { names.insert(text(name)) }
  }
  return names
}
