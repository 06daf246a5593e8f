import FacetFiles
import FacetIR
import FacetPasses
import FacetTestSupport
import Testing

/// What is computed alike is computed once, and nothing else is touched.
@Suite struct ValueNumberingTests {
  private func merged(_ graph: Graph) -> Graph {
    var graph = graph
    graph.merge(ValueNumbering(graph))
    #expect(graph.brokenInvariant() == nil)
    return graph
  }

  /// A trunk of two convolutions with weights of `seed`, then a head with weights of `head`.
  private func network(seed: UInt64, head: UInt64, prefix: String = "", output: String = "y") throws -> Graph {
    var net = Net(seed: seed)
    let x = net.input([1, 3, 8, 8])
    net.graph[x].name = prefix + "image"
    let a = try net.relu(prefix + "relu", net.bn(prefix + "bn", net.conv(prefix + "a", x, 4)))
    let b = try net.conv(prefix + "b", a, 4)
    let sum = try net.sum(prefix + "sum", b, a)
    let pooled = try net.add(prefix + "pool", GlobalAveragePool(keepDimensions: false), sum)
    net.random = SplitMix64(seed: head)
    net.graph.outputs = [GraphOutput(name: output, value: try net.gemm(prefix + "head", pooled, 5))]
    return net.graph
  }

  @Test func networksOfOneTrunkShareItWhateverTensorsAreCalled() throws {
    let (a, b) = (try network(seed: 1, head: 2, prefix: "left/", output: "p"), try network(seed: 1, head: 3, prefix: "r.", output: "q"))
    let graph = merged(Graph.union([("a", a), ("b", b)]))
    #expect(graph.nodes.count == a.nodes.count + 1)
    #expect(graph.outputs.map(\.name) == ["p", "q"])
    var net = Net(seed: 9)
    let input = [net.tensor([1, 3, 8, 8])]
    let (apart, together) = ([a, b].map { $0.evaluateReference(input) }, graph.evaluateReference(input))
    for (index, network) in [a, b].enumerated() {
      #expect(apart[index][network.outputs[0].value] == together[graph.outputs[index].value])
    }
  }

  @Test func oneBitOfOneWeightParts() throws {
    let a = try network(seed: 1, head: 2)
    var b = a
    let bias = try #require(a.nodes.first { $0.name == "b" }?.inputs[2])
    var tensor = try #require(a.constant(bias))
    tensor.elements[3] = tensor.elements[3].nextUp
    b.makeConstant(bias, tensor)
    let graph = merged(Graph.union([("a", a), ("b", b)]))
    // What follows the changed convolution stands twice: it, the sum, the pooling, the head.
    #expect(graph.nodes.count == a.nodes.count + 4)
    #expect(graph.nodes.suffix(4).map(\.name) == ["b.b", "b.sum", "b.pool", "b.head"])
  }

  @Test func identicalNetworksBecomeOneWithTwoOutputsOfOneValue() throws {
    let a = try network(seed: 4, head: 5)
    let graph = merged(Graph.union([("a", a), ("b", a)]))
    #expect(graph.nodes.count == a.nodes.count)
    #expect(Set(graph.outputs.map(\.value)).count == 1)
  }

  @Test func networksWithoutCommonWeightsShareTheInputAlone() throws {
    let (a, b) = (try network(seed: 1, head: 2), try network(seed: 7, head: 8))
    let graph = merged(Graph.union([("a", a), ("b", b)]))
    #expect(graph.nodes.count == a.nodes.count + b.nodes.count && graph.inputs.count == 1)
  }

  @Test func operatorsDifferByAttributesOrderAndZerosSign() throws {
    var net = Net(seed: 3)
    let x = net.input([1, 4, 6, 6])
    let (w, k) = (net.constant("w", [4, 4, 3, 3]), net.constant("k", [4]))
    let zeros = net.graph.addConstant(name: "+0", Tensor([0, 0, 0, 0]))
    let negative = net.graph.addConstant(name: "-0", Tensor([-0.0, -0.0, -0.0, -0.0]))
    let padded = Convolution(pads: [1, 1, 1, 1])
    let values = [
      try net.add("c1", padded, x, w, k),
      try net.add("c2", padded, x, w, k),
      try net.add("c3", Convolution(strides: [2, 2], pads: [1, 1, 1, 1]), x, w, k),
      try net.add("c4", padded, x, w, zeros),
      try net.add("c5", padded, x, w, negative),
    ]
    let gate = try net.relu("gate", values[0])
    let sums = [try net.sum("s1", values[0], gate), try net.sum("s2", gate, values[1])]
    let differences = [
      try net.add("d1", Binary(function: .subtract), values[0], gate), try net.add("d2", Binary(function: .subtract), gate, values[0]),
    ]
    net.graph.outputs = (values + sums + differences).enumerated().map { GraphOutput(name: "y\($0)", value: $1) }
    let graph = merged(net.graph)
    // c2 is c1, and a sum does not ask for the order; all others are different things.
    #expect(graph.nodes.map(\.name) == ["c1", "c3", "c4", "c5", "gate", "s1", "d1", "d2"])
    #expect(graph.outputs[1].value == graph.outputs[0].value && graph.outputs[6].value == graph.outputs[5].value)
  }

  @Test func longTablesAreComparedBeyondTheirHash() throws {
    var net = Net(seed: 3)
    let x = net.input([1, 40, 2, 2])
    let first = Array(0..<32)
    var second = first
    second[31] = 39
    func gather(_ indices: [Int]) -> Gather { Gather(axis: 1, indices: indices, indexShape: [indices.count]) }
    let values = try [first, second, first].enumerated().map { try net.add("g\($0)", gather($1), x) }
    net.graph.outputs = values.enumerated().map { GraphOutput(name: "y\($0)", value: $1) }
    #expect(merged(net.graph).nodes.map(\.name) == ["g0", "g1"])
  }

  @Test func aToleranceSharesNearlyEqualWeightsOfDifferentNetworks() throws {
    let a = try network(seed: 1, head: 2)
    var b = try network(seed: 1, head: 3)
    for (id, tensor) in b.constants {
      b.makeConstant(id, Tensor(shape: tensor.shape, elements: tensor.elements.map { Float(Float16($0)) }))
    }
    let graph = Graph.union([("a", a), ("b", b)])
    let owners = Array(repeating: UInt64(1), count: a.nodes.count) + Array(repeating: UInt64(2), count: b.nodes.count)
    #expect(ValueNumbering(graph).representatives.isEmpty)
    let numbering = ValueNumbering(graph, tolerance: 1e-3, owners: owners)
    // Convolution, batch normalization and convolution are near; relu, sum and pooling are equal behind them; the heads differ.
    #expect(numbering.nearMatches.count == 3 && numbering.representatives.count == 6)
    let largest = numbering.nearMatches.map(\.difference).max() ?? 0
    #expect(largest > 1e-5 && largest <= 0x1p-11)
    #expect(ValueNumbering(graph, tolerance: largest / 2, owners: owners).representatives.count < 6)
    // Within one network nothing is replaced by something else.
    let same = [UInt64](repeating: 1, count: graph.nodes.count)
    #expect(ValueNumbering(graph, tolerance: 1e-3, owners: same).representatives.isEmpty)
  }

  /// Against the definition: two nodes are alike if their printed subgraphs are, constants by their bits.
  @Test(arguments: 1...40) func randomGraphsMergeWhatTheirTextsSayIsEqual(seed: UInt64) throws {
    var net = Net(seed: seed)
    var values = [net.input([1, 2, 3, 3])]
    let constants = (0..<3).map { net.graph.addConstant(name: "k\($0)", Tensor(shape: [2, 1, 1], repeating: Float($0 / 2))) }
    for index in 0..<20 {
      guard let x = values.randomElement(using: &net.random), let other = values.randomElement(using: &net.random),
        let k = constants.randomElement(using: &net.random)
      else { continue }
      switch Int.random(in: 0..<4, using: &net.random) {
      case 0: values.append(try net.relu("n\(index)", x))
      case 1: values.append(try net.sum("n\(index)", x, other))
      case 2: values.append(try net.add("n\(index)", Binary(function: .multiply), x, k))
      default: values.append(try net.add("n\(index)", Binary(function: .maximum), x, other))
      }
    }
    net.graph.outputs = values.dropFirst().enumerated().map { GraphOutput(name: "y\($0)", value: $1) }
    var texts: [ValueID: String] = [values[0]: "x"]
    for (id, tensor) in net.graph.constants { texts[id] = "\(tensor.elements)" }
    for node in net.graph.nodes {
      var inputs = node.inputs.compactMap { texts[$0] }
      if let binary = node.op as? Binary, binary.function != .maximum { inputs.sort() }
      texts[node.output] = "\(node.op.name)(\(inputs.joined(separator: ",")))"
    }
    let graph = merged(net.graph)
    #expect(graph.nodes.count == Set(net.graph.nodes.compactMap { texts[$0.output] }).count, "seed \(seed)")
    for (old, new) in zip(net.graph.outputs, graph.outputs) { #expect(texts[old.value] == texts[new.value], "seed \(seed)") }
  }
}
