import FacetIR

/// Which constants are still needed, and what memory each was accounted for: what nothing reads any more is freed and counts no longer.
struct ONNXConstantAccount {
  /// How many nodes that are to come read each name.
  private var readers: [String: Int] = [:]
  /// Names that stay: of outputs, and what a branch may read.
  private var kept: Set<String> = []
  /// Constants that nodes of the graph read, or that something else remembers.
  private(set) var pinned: Set<ValueID> = []
  /// Bytes that constants were accounted for.
  var costs: [ValueID: Int] = [:]
  /// The same of integers and codes, by name.
  var costsByName: [String: Int] = [:]

  /// How far graph and reader are before a node is lowered.
  struct Start {
    var values: Int
    var nodes: Int
    var spent: Int
  }

  func start(_ graph: Graph, _ reader: ONNXTensorReader) -> Start {
    Start(values: graph.values.count, nodes: graph.nodes.count, spent: reader.spent)
  }

  mutating func keep(_ names: Set<String>) { kept.formUnion(names) }

  mutating func pin(_ id: ValueID) { pinned.insert(id) }

  mutating func expectReads(by nodes: [ONNXNode]) {
    for node in nodes { for name in node.inputs { readers[name, default: 0] += 1 } }
  }

  /// Takes note that a node has read its inputs, and gives the names that nothing reads any more.
  mutating func finishReads(of node: ONNXNode) -> [String] {
    for name in node.inputs { readers[name, default: 1] -= 1 }
    return (node.inputs + node.outputs).filter { !$0.isEmpty && readers[$0, default: 0] <= 0 && !kept.contains($0) }
  }
}

extension ONNXLowering {
  /// Frees the constants that a node was the last to read or made on its way.
  func settle(_ node: ONNXNode, since start: ONNXConstantAccount.Start) {
    for added in graph.nodes[start.nodes...] {
      for input in added.inputs where graph.constant(input) != nil { constants.pin(input) }
    }
    // What the node was charged for belongs to the constants that stay; the rest was work.
    var left = reader.spent - start.spent
    func take(_ bytes: Int) -> Int {
      let cost = min(left, bytes)
      left -= cost
      return cost
    }
    for index in start.values..<graph.values.count {
      let id = ValueID(index)
      guard let tensor = graph.constant(id) else { continue }
      if values.isNamed(id) || constants.pinned.contains(id) {
        constants.costs[id] = take(tensor.elements.count * 4)
      } else {
        graph.removeConstant(id)
      }
    }
    for name in node.inputs + node.outputs where constants.costsByName[name] == nil {
      switch values[name] {
      case .integers(let integers)?: constants.costsByName[name] = take(integers.elements.count * 8)
      case .codes(let codes)?: constants.costsByName[name] = take(codes.bytes.count)
      default: break
      }
    }
    reader.refund(left)
    for name in constants.finishReads(of: node) { release(name) }
  }

  private func release(_ name: String) {
    switch values[name] {
    case .value(let id)?:
      guard let tensor = graph.constant(id) else { return }
      values[name] = .released(tensor.shape)
      guard !values.isNamed(id), !constants.pinned.contains(id) else { return }
      graph.removeConstant(id)
      reader.refund(constants.costs.removeValue(forKey: id) ?? 0)
    case .integers(let integers)?: drop(name, integers.shape)
    case .codes(let codes)?: drop(name, codes.shape)
    default: break
    }
  }

  private func drop(_ name: String, _ shape: [Int]) {
    values[name] = .released(shape)
    reader.refund(constants.costsByName.removeValue(forKey: name) ?? 0)
  }
}
