import FacetIR

/// Tensors whose channels take the same factors, because one is computed from the other channel by channel: by pooling, sums, and concatenation.
struct EqualizationGroup {
  /// Layers that compute its tensors, and those that read them, in order.
  var producers: [Int] = []
  var readers: [(node: Int, value: ValueID)] = []
  /// Of each tensor: which of the group's factors each of its channels takes.
  var slots: [ValueID: [Int]] = [:]
  var slotCount = 0
  /// Whether sums or concatenations tie tensors of several layers.
  var isTied: Bool { producers.count > 1 }
}

/// Why the channels of what a layer computes cannot be equalized exactly.
package struct EqualizationStop: Equatable, Sendable {
  /// Name of the layer.
  package var layer: String
  package var reason: String
}

/// All groups of a network.
struct EqualizationGroups {
  private(set) var groups: [EqualizationGroup] = []
  private(set) var stops: [EqualizationStop] = []

  /// - Parameters:
  ///   - partition: groups lie inside of one fragment.
  ///   - fixed: values whose quantization is decided.
  init(_ types: NumberTypes, _ partition: FragmentPartition, _ fixed: Set<ValueID>) {
    let surroundings = Surroundings(types, partition, fixed)
    var done: Set<Int> = []
    for index in types.graph.nodes.indices where !done.contains(index) && surroundings.isLayer(index) {
      var search = Search(surroundings)
      do {
        let group = try search.group(of: index)
        done.formUnion(group.producers)
        if !group.readers.isEmpty { groups.append(group) }
      } catch {
        stops.append(EqualizationStop(layer: types.graph.nodes[index].name, reason: error.reason))
      }
    }
  }
}

private struct Stopped: Error {
  var reason: String
}

/// Who computes and reads what.
private struct Surroundings {
  let types: NumberTypes
  let fixed: Set<ValueID>
  private(set) var fragments: [Int: Int] = [:]
  private(set) var readers: [ValueID: [Int]] = [:]
  private(set) var producers: [ValueID: Int] = [:]
  let outputs: Set<ValueID>

  init(_ types: NumberTypes, _ partition: FragmentPartition, _ fixed: Set<ValueID>) {
    (self.types, self.fixed) = (types, fixed)
    let (graph, aliases) = (types.graph, types.aliases)
    for (number, fragment) in partition.fragments.enumerated() {
      for node in fragment.nodes { fragments[node] = number }
    }
    for (index, node) in graph.nodes.enumerated() where !aliases.isAlias(node.output) && !types.precisions(node.output).isEmpty {
      producers[node.output] = index
      for value in Set(types.inputs(node)) where graph.constant(value) == nil { readers[value, default: []].append(index) }
    }
    outputs = Set(graph.outputs.map { aliases.root($0.value) })
  }

  func layer(_ index: Int) -> WeightedLayer? { WeightedLayer(types.graph.nodes[index], types.graph, types.aliases) }

  func isLayer(_ index: Int) -> Bool {
    let node = types.graph.nodes[index]
    return fragments[index] != nil && producers[node.output] == index && layer(index) != nil
      && types.precisions(node.output).contains(.int8)
  }
}

/// Goes from tensor to tensor as long as all keeps channels apart.
private struct Search {
  private let around: Surroundings
  private var group = EqualizationGroup()
  private var open: [ValueID] = []
  /// Of slots that turned out to be the same: a smaller one; of others, themselves.
  private var same: [Int] = []

  init(_ around: Surroundings) { self.around = around }

  mutating func group(of producer: Int) throws(Stopped) -> EqualizationGroup {
    let first = around.types.graph.nodes[producer].output
    try take(first)
    while let value = open.popLast() {
      guard around.types.precisions(value).contains(.int8) || around.types.graph.isOnePixel(value) else {
        throw Stopped(reason: "it is float32")
      }
      guard around.types.given[value] == nil, !around.fixed.contains(value) else { throw Stopped(reason: "its range is given") }
      guard !around.outputs.contains(value) else { throw Stopped(reason: "it is a result") }
      guard let source = around.producers[value] else { throw Stopped(reason: "it is added to, or joined with, the network's input") }
      guard around.fragments[source] == around.fragments[producer] else {
        throw Stopped(reason: "it is added to, or joined with, what another part computes")
      }
      try follow(source, computing: value)
      for reader in around.readers[value] ?? [] {
        guard around.fragments[reader] != nil, around.fragments[reader] == around.fragments[producer] else {
          throw Stopped(reason: "a branch reads it")
        }
        try follow(reader, reading: value)
      }
    }
    // Numbered anew, without gaps.
    var numbers: [Int: Int] = [:]
    for (value, slots) in group.slots.sorted(by: { $0.key < $1.key }) {
      group.slots[value] = slots.map { slot in
        let root = root(slot)
        let number = numbers[root] ?? numbers.count
        numbers[root] = number
        return number
      }
    }
    group.slotCount = numbers.count
    group.producers.sort()
    group.readers.sort { ($0.node, $0.value) < ($1.node, $1.value) }
    return group
  }

  private mutating func follow(_ index: Int, computing value: ValueID) throws(Stopped) {
    let node = around.types.graph.nodes[index]
    if let layer = around.layer(index) {
      guard layer.weightScales == nil else { throw Stopped(reason: "the model says how its weights are quantized") }
      guard layer.clamp.isHomogeneous else {
        throw Stopped(reason: "it is bounded at \(layer.clamp.high.isFinite ? layer.clamp.high : layer.clamp.low)")
      }
      switch layer.function {
      case nil, .slopes: break
      case .hardSwish: throw Stopped(reason: "a hard-swish follows it")
      case .any: throw Stopped(reason: "a function other than ReLU and PReLU follows it")
      }
      group.producers.append(index)
      if let residual = layer.residual { try tie(residual, value) }
    } else if node.op is MaxPool || node.op is AveragePool || node.op is GlobalAveragePool {
      try tie(around.types.inputs(node)[0], value)
    } else if isSum(node) {
      for input in around.types.inputs(node) { try tie(input, value) }
    } else if let inputs = joined(node) {
      var slots: [Int] = []
      for input in inputs {
        try take(input)
        slots += group.slots[input] ?? []
      }
      try take(value, slots)
    } else {
      throw Stopped(reason: "it meets what \(quoted(node)) computes")
    }
  }

  private mutating func follow(_ index: Int, reading value: ValueID) throws(Stopped) {
    let node = around.types.graph.nodes[index]
    if let layer = around.layer(index) {
      guard layer.weightScales == nil else { throw Stopped(reason: "the model says how the weights of \(quoted(node)) are quantized") }
      if layer.input == value {
        guard layer.groups * layer.groupInputs == group.slots[value]?.count else {
          throw Stopped(reason: "\(quoted(node)) reads it in another shape")
        }
        group.readers.append((index, value))
      }
      if layer.residual == value { try take(node.output) }
    } else if node.op is MaxPool || node.op is AveragePool || node.op is GlobalAveragePool || isSum(node) || joined(node) != nil,
      !around.types.computesFloat(node)
    {
      try take(node.output)
    } else {
      throw Stopped(reason: "\(quoted(node)) reads it")
    }
  }

  private func quoted(_ node: Node) -> String { "\(node.op.name)\(node.name.isEmpty ? "" : " '\(node.name)'")" }

  /// Both operands computed, of the same shape.
  private func isSum(_ node: Node) -> Bool {
    guard let op = node.op as? Binary, op.function == .add, op.clamp.isHomogeneous else { return false }
    let graph = around.types.graph
    return node.inputs.allSatisfy { graph.constant($0) == nil && graph.shape($0) == graph.shape(node.output) }
  }

  /// What is put together channel by channel.
  private func joined(_ node: Node) -> [ValueID]? {
    guard let op = node.op as? Concat, case .channels? = ConcatAxis(node, op, around.types.graph) else { return nil }
    return around.types.inputs(node)
  }

  // MARK: slots

  private mutating func tie(_ a: ValueID, _ b: ValueID) throws(Stopped) { try take(a, group.slots[b]) }

  /// Brings a tensor in, with slots that it shares or its own.
  private mutating func take(_ value: ValueID, _ shared: [Int]? = nil) throws(Stopped) {
    guard let channels = PixelShape(around.types.graph.shape(value))?.channels else { throw Stopped(reason: "it is no image") }
    if let known = group.slots[value] {
      for (a, b) in zip(known, shared ?? known) where root(a) != root(b) { same[max(root(a), root(b))] = min(root(a), root(b)) }
      return
    }
    if let shared {
      guard shared.count == channels else { throw Stopped(reason: "it is read in another shape") }
      group.slots[value] = shared
    } else {
      group.slots[value] = Array(same.count..<same.count + channels)
      same += Array(same.count..<same.count + channels)
    }
    open.append(value)
  }

  private func root(_ slot: Int) -> Int {
    var slot = slot
    while same[slot] != slot { slot = same[slot] }
    return slot
  }
}

extension Clamp {
  /// Whether what it makes of a multiple is the multiple of what it makes.
  fileprivate var isHomogeneous: Bool { high == .infinity && (low == 0 || low == -.infinity) }
}
