/// Which nodes the outputs need, and in which order they compute.
///
/// The format asks for topological order; files in the wild do not always keep it.
enum ONNXOrder {
  /// Indices of the needed nodes, each after the producers of its inputs; in file order where that is one.
  /// - Parameters:
  ///   - producers: the node index of each computed value.
  ///   - outputs: names of the values that are wanted.
  ///   - done: nodes that have been dealt with, and with them all before them.
  /// - Throws: where nodes wait for each other.
  static func sorted(
    _ nodes: [ONNXNode], producers: [String: Int], outputs: [String], done: Set<Int> = []
  ) throws(ONNXProblem) -> [Int] {
    // The work depends on what is needed and not on all nodes: each branch that is taken asks for its own few.
    let needed = reachable(nodes, producers, outputs, done)
    enum Mark { case open, done }
    var marks: [Int: Mark] = [:]
    var order: [Int] = []
    // Depth first with an explicit stack: a chain may be as long as the file.
    var stack: [(node: Int, nextInput: Int)] = []
    for start in needed.sorted() where marks[start] == nil {
      stack.append((start, 0))
      marks[start] = .open
      while let (index, input) = stack.last {
        guard input < nodes[index].inputs.count else {
          marks[index] = .done
          order.append(index)
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].nextInput += 1
        guard let producer = producers[nodes[index].inputs[input]] else { continue }
        if done.contains(producer) { continue }
        switch marks[producer] {
        case .done: break
        case .open: throw cycle(stack.map(\.node), from: producer, nodes)
        case nil:
          marks[producer] = .open
          stack.append((producer, 0))
        }
      }
    }
    return order
  }

  private static func reachable(_ nodes: [ONNXNode], _ producers: [String: Int], _ outputs: [String], _ done: Set<Int>) -> Set<Int> {
    var needed: Set<Int> = []
    var pending = outputs.compactMap { producers[$0] }
    while let index = pending.popLast() {
      guard !done.contains(index), needed.insert(index).inserted else { continue }
      pending.append(contentsOf: nodes[index].inputs.compactMap { producers[$0] })
    }
    return needed
  }

  static func cycle(_ stack: [Int], from first: Int, _ nodes: [ONNXNode]) -> ONNXProblem {
    let around = stack.drop { $0 != first }.map { "'\(nodes[$0].name)'" }
    let shown = around.prefix(8).joined(separator: ", ") + (around.count > 8 ? ", …" : "")
    return ONNXProblem(.cycle, "These nodes depend on each other: \(shown).", ONNXProblem.damaged)
  }
}
