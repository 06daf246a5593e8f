import FacetIR
import Testing

@testable import FacetQuantization

/// Which functions become a part of the int8 layer before them.
@Suite struct ResultFunctionTests {
  private struct Net {
    var graph = Graph()

    mutating func conv(_ x: ValueID, channels: Int = 4, clamp: Clamp = .none, residual: ValueID? = nil) throws -> ValueID {
      let inputs = graph.shape(x)[1]
      let w = graph.addConstant(name: "w", Tensor(shape: [channels, inputs, 1, 1], repeating: 0.25))
      let b = graph.addConstant(name: "b", Tensor(shape: [channels], repeating: 0))
      return try graph.addNode(name: "conv\(graph.nodes.count)", Convolution(clamp: clamp), [x, w, b] + (residual.map { [$0] } ?? []))
    }

    mutating func unary(_ function: UnaryFunction, _ x: ValueID) throws -> ValueID {
      try graph.addNode(name: "f\(graph.nodes.count)", Unary(function: function), [x])
    }
  }

  /// The functions that layers take of a convolution, what `body` makes of it, a convolution; a function is what it makes of -1 in each channel.
  private func functions(_ body: (inout Net, ValueID) throws -> ValueID) throws -> [[Float]] {
    var net = Net()
    let first = try net.conv(net.graph.addInput(name: "x", shape: [1, 4, 6, 6]))
    let y = try net.conv(body(&net, first))
    net.graph.outputs = [GraphOutput(name: "y", value: y)]
    return try self.functions(net.graph)
  }

  private func functions(_ graph: Graph) throws -> [[Float]] {
    let given = GivenQuantizations(graph)
    let types = NumberTypes(int8: given)
    let layers = given.graph.nodes.filter { $0.op is LayerWithFunction }
    for node in layers {
      let source = try #require(given.functionSources[node.output])
      #expect(types.precisions(source).isEmpty && types.precisions(node.output) == [.int8])
    }
    let minusOne = Tensor(shape: [1, 4], repeating: -1)
    return layers.compactMap { ($0.op as? LayerWithFunction)?.function.reference(minusOne).elements }
  }

  @Test func functionsBehindALayerAreItsOwn() throws {
    #expect(try functions { try $0.unary(.softsign, $1) } == [[-0.5, -0.5, -0.5, -0.5]])
    #expect(try functions { try $0.unary(.hardSwish, $1) } == [[Float]](repeating: [Float](repeating: Float(-1.0 / 3), count: 4), count: 1))
    #expect(try functions { try $0.unary(.leakyRelu(alpha: 0.25), $1) } == [[-0.25, -0.25, -0.25, -0.25]])
    let perChannel = try functions { net, x in
      let k = net.graph.addConstant(name: "k", Tensor(shape: [4, 1, 1], elements: [0.5, 0, -0.5, 2]))
      return try net.graph.addNode(name: "p", Binary(function: .prelu), [x, k])
    }
    #expect(perChannel == [[-0.5, 0, 0.5, -2]])
  }

  @Test func behindAResidualToo() throws {
    let found = try functions { net, x in try net.unary(.swish(alpha: 1), net.conv(x, residual: x)) }
    #expect(found.count == 1)
  }

  /// max(x, 0.25 x), x where x >= 0 else 0.25 x.
  @Test func aLeakyReluIsKnownHoweverItIsSpelledOut() throws {
    let spelled = try functions { net, x in
      let k = net.graph.addConstant(name: "k", Tensor(shape: [], elements: [0.25]))
      return try net.graph.addNode(
        name: "max", Binary(function: .maximum), [x, net.graph.addNode(name: "mul", Binary(function: .multiply), [x, k])])
    }
    #expect(spelled == [[-0.25, -0.25, -0.25, -0.25]])
    #expect(FunctionChain(steps: [.function(.leakyRelu(alpha: 0.25), .result(0))]).slopeBelowZero == 0.25)
    #expect(FunctionChain(steps: [.function(.elu(alpha: 1), .result(0))]).slopeBelowZero == nil)
    #expect(FunctionChain(steps: [.function(.affine(alpha: 2, beta: 0), .result(0))]).slopeBelowZero == nil)
  }

  @Test func jumpsAndWhatHasNoValueStayTables() throws {
    for function in [
      UnaryFunction.floor, .round, .sign, .logarithm, .squareRoot, .reciprocal, .thresholdedRelu(alpha: 1), .thresholdedRelu(alpha: 0.1),
      .thresholdedRelu(alpha: 0.01), .sine,
    ] {
      #expect(try functions { try $0.unary(function, $1) }.isEmpty, "\(function)")
    }
    for function in [UnaryFunction.gelu, .mish, .tanh, .exponential, .absolute, .thresholdedRelu(alpha: 0)] {
      #expect(try functions { try $0.unary(function, $1) }.count == 1, "\(function)")
    }
  }

  /// A fully connected layer reads a flattened tensor where it lies.
  @Test func whatALayerReadsThroughAReshapeIsRoundedForIt() throws {
    var net = Net()
    let x = try net.conv(net.graph.addInput(name: "x", shape: [1, 4, 2, 2]))
    let flat = try net.graph.addNode(name: "flat", Reshape(shape: [1, 16]), [x])
    let w = net.graph.addConstant(name: "w", Tensor(shape: [3, 16], repeating: 0.1))
    let b = net.graph.addConstant(name: "b", Tensor(shape: [3], repeating: 0))
    let y = try net.graph.addNode(name: "fc", FullyConnected(), [flat, w, b])
    net.graph.outputs = [GraphOutput(name: "y", value: y), GraphOutput(name: "z", value: try net.conv(net.unary(.tanh, x)))]
    #expect(try functions(net.graph).isEmpty)
  }

  @Test func whatSomebodyElseReadsIsRoundedForHim() throws {
    let read = try functions { net, x in
      try net.graph.addNode(name: "add", Binary(function: .add), [net.unary(.sigmoid, x), net.conv(x)])
    }
    #expect(read.isEmpty)
    var net = Net()
    let first = try net.conv(net.graph.addInput(name: "x", shape: [1, 4, 6, 6]))
    let y = try net.conv(net.unary(.sigmoid, first))
    net.graph.outputs = [GraphOutput(name: "first", value: first), GraphOutput(name: "y", value: y)]
    #expect(try functions(net.graph).isEmpty)
    // A result is the function of float32, and a clamp between the two is a function of its own.
    net.graph.outputs = [GraphOutput(name: "f", value: try net.unary(.tanh, y))]
    #expect(try functions(net.graph).count == 1)
    #expect(try functions { net, x in try net.unary(.tanh, net.conv(x, clamp: .relu)) }.isEmpty)
  }
}
