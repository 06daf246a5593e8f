import FacetIR
import Testing

@Suite struct GraphTests {
  /// input → conv → relu → output, and a second, dead convolution of the same weights.
  private func sample() throws -> Graph {
    var graph = Graph()
    let x = graph.addInput(name: "image", shape: [1, 2, 4, 4])
    let weights = graph.addConstant(name: "w", Tensor(shape: [3, 2, 3, 3], repeating: 1))
    let bias = graph.addConstant(name: "b", Tensor(shape: [3], repeating: 0.5))
    let dead = graph.addConstant(name: "dead", Tensor(shape: [3], repeating: 0))
    _ = try graph.addNode(name: "unused", Convolution(), [x, weights, dead])
    let c = try graph.addNode(name: "conv", Convolution(strides: [2, 2], pads: [1, 1, 1, 1]), [x, weights, bias])
    let r = try graph.addNode(name: "act", Unary(function: .relu), [c])
    graph.outputs = [GraphOutput(name: "score", value: r)]
    return graph
  }

  @Test func textNumbersValuesByUse() throws {
    var graph = try sample()
    graph.removeDeadNodes()
    #expect(
      graph.text(constants: true) == """
        %0 = input : [1,2,4,4]  // image
        %c0 = constant : [3,2,3,3]  // w
        %c1 = constant : [3]  // b
        %1 = Conv(%0, %c0, %c1) strides=2,2 pads=1,1,1,1 : [1,3,2,2]  // conv
        %2 = Relu(%1) : [1,3,2,2]  // act
        output score = %2
        """)
    #expect(!graph.text().contains("constant"))
  }

  @Test func deadNodesAndTheirConstantsGo() throws {
    var graph = try sample()
    #expect(graph.constants.count == 3)
    graph.removeDeadNodes()
    #expect(graph.nodes.map(\.name) == ["conv", "act"])
    #expect(graph.constants.count == 2)
    #expect(graph.brokenInvariant() == nil)
  }

  @Test func costsAreSums() throws {
    var graph = try sample()
    #expect(graph.parameterCount == 54 + 3 + 3)
    graph.removeDeadNodes()
    #expect(graph.multiplyAccumulates == 12 * 18)
    var huge = Graph()
    let x = huge.addInput(name: "x", shape: [1, 46340])
    let w = huge.addInput(name: "w", shape: [46340, 46340])
    let b = huge.addInput(name: "b", shape: [46340])
    let y = try huge.addNode(name: "y", FullyConnected(), [x, w, b])
    let node = huge.nodes[0]
    huge.nodes += Array(repeating: node, count: 3)
    #expect(huge.multiplyAccumulates == 4 * 46340 * 46340)
    #expect(huge.isOutput(y) == false)
  }

  @Test func evaluationFollowsTheNodes() throws {
    let graph = try sample()
    let values = graph.evaluateReference([Tensor(shape: [1, 2, 4, 4], repeating: -1)])
    let conv = try #require(values[graph.nodes[1].output])
    // A corner has 4 taps inside, an edge 6, an inner place 9, of 2 channels each.
    #expect(conv.elements.prefix(4) == [-7.5, -11.5, -11.5, -17.5])
    #expect(values[graph.nodes[2].output]?.elements.allSatisfy { $0 == 0 } ?? false)
  }

  @Test func producersAndConsumersListEachUse() throws {
    let graph = try sample()
    #expect(graph.producers()[graph.nodes[1].output] == 1)
    #expect(graph.consumers()[graph.inputs[0]] == [0, 1])
  }

  @Test func brokenGraphsAreNoticed() throws {
    let whole = try sample()
    #expect(whole.brokenInvariant() == nil)
    func broken(_ change: (inout Graph) throws -> Void) rethrows -> String? {
      var graph = whole
      try change(&graph)
      return graph.brokenInvariant()
    }
    #expect(broken { $0.nodes.swapAt(1, 2) }?.contains("before it is computed") ?? false)
    #expect(broken { $0.nodes.append($0.nodes[2]) }?.contains("a second time") ?? false)
    #expect(broken { $0.nodes[1].op = Convolution(pads: [1, 1, 1, 1]) }?.contains("its value has shape") ?? false)
    #expect(broken { $0.nodes[1].inputs.removeLast() }?.contains("has 2 inputs") ?? false)
    #expect(broken { $0.nodes[2].inputs = [ValueID(999)] }?.contains("before it is computed") ?? false)
    #expect(broken { $0.nodes[2].output = ValueID(-1) }?.contains("not a value") ?? false)
    #expect(broken { $0.nodes.removeLast() }?.contains("output 'score' is not computed") ?? false)
    #expect(broken { $0.outputs[0].value = ValueID(1 << 40) }?.contains("not computed") ?? false)
    #expect(broken { $0.inputs.append($0.inputs[0]) }?.contains("given twice") ?? false)
    #expect(broken { $0.inputs.append(ValueID(77)) }?.contains("not a value") ?? false)
    #expect(broken { $0[$0.inputs[0]].shape = [1, 0] }?.contains("has shape [1, 0]") ?? false)
    #expect(broken { $0[ValueID(1)].shape = [54] }?.contains("constant") ?? false)
    #expect(
      broken {
        var tensor = $0.constants[ValueID(2)] ?? Tensor([])
        tensor.elements.removeLast()
        $0.makeConstant(ValueID(2), tensor)
      }?.contains("has 2 elements") ?? false)
    #expect(broken { $0.makeConstant($0.nodes[1].output, Tensor(shape: [1, 3, 2, 2], repeating: 0)) } != nil)
  }

  @Test func usesAreReplacedInNodesAndOutputs() throws {
    var graph = try sample()
    graph.replaceUses(of: graph.nodes[2].output, with: graph.nodes[1].output)
    #expect(graph.outputs[0].value == graph.nodes[1].output)
    graph.removeDeadNodes()
    #expect(graph.nodes.map(\.name) == ["conv"])
  }
}
