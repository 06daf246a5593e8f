import FacetIR
import Testing

@testable import FacetQuantization

/// Operators without weights whose results 8 bits do not carry compute in float32.
@Suite struct FloatRegionTests {
  /// conv → `middle` → conv, and the names of the nodes that compute in float32, before functions are composed.
  private func floats(_ middle: (inout Graph, ValueID) throws -> ValueID) throws -> Set<String> {
    var graph = Graph()
    let x = graph.addInput(name: "x", shape: [1, 2, 8, 8])
    func conv(_ name: String, _ input: ValueID) throws -> ValueID {
      let w = graph.addConstant(name: name + ".w", Tensor(shape: [2, 2, 1, 1], elements: [1, 0.5, 0.25, 1]))
      let b = graph.addConstant(name: name + ".b", Tensor([0, 1]))
      return try graph.addNode(name: name, Convolution(), [input, w, b])
    }
    let first = try conv("first", x)
    let y = try conv("last", middle(&graph, first))
    graph.outputs = [GraphOutput(name: "y", value: y)]
    let types = NumberTypes(int8: GivenQuantizations(uncomposed: graph))
    let nodes = types.graph.nodes.enumerated().filter { types.wideLayers[$0.offset] == nil }.map(\.element)
    return Set(nodes.filter { !types.precisions($0.output).isEmpty && types.computesFloat($0) }.map(\.name))
  }

  private func exponent(_ graph: inout Graph, _ value: Float) -> ValueID {
    graph.addConstant(name: "exponent\(graph.values.count)", Tensor(shape: [], elements: [value]))
  }

  @Test func aPowerMeanIsFloatFromItsPowerToItsRoot() throws {
    let names = try floats { graph, x in
      let clipped = try graph.addNode(name: "clip", Unary(function: .clip(1e-6, .infinity)), [x])
      let power = try graph.addNode(name: "power", Binary(function: .power), [clipped, exponent(&graph, 3)])
      let mean = try graph.addNode(name: "mean", GlobalAveragePool(), [power])
      return try graph.addNode(name: "root", Binary(function: .power), [mean, exponent(&graph, 1 / 3)])
    }
    #expect(names == ["clip", "power", "mean", "root"])
  }

  @Test func aLogarithmOfAMeanOfExponentialsIsFloat() throws {
    let names = try floats { graph, x in
      let e = try graph.addNode(name: "exp", Unary(function: .exponential), [x])
      let mean = try graph.addNode(name: "mean", AveragePool(kernel: [8, 8]), [e])
      return try graph.addNode(name: "log", Unary(function: .logarithm), [mean])
    }
    #expect(names == ["exp", "mean", "log"])
  }

  @Test func aVarianceAndItsRootAreFloat() throws {
    let names = try floats { graph, x in
      let squares = try graph.addNode(name: "squares", Binary(function: .multiply), [x, x])
      let mean = try graph.addNode(name: "mean", GlobalAveragePool(), [squares])
      return try graph.addNode(name: "root", Unary(function: .squareRoot), [mean])
    }
    #expect(names == ["squares", "mean", "root"])
  }

  /// What reads in float32 gets it from operators without weights unrounded.
  @Test func whatOnlyFloatOperatorsReadIsFloat() throws {
    let names = try floats { graph, x in
      let sum = try graph.addNode(name: "sum", Binary(function: .add), [x, x])
      let highest = try graph.addNode(name: "pool", MaxPool(kernel: [3, 3], pads: [1, 1, 1, 1]), [sum])
      let largest = try graph.addNode(name: "largest", Reduce(function: .maximum, axes: [1], keepDimensions: true), [highest])
      return try graph.addNode(name: "difference", Binary(function: .subtract), [x, largest])
    }
    #expect(names.isSuperset(of: ["sum", "pool"]))
  }

  /// Squeeze and excite: a mean of an activation, and a gate, which is one number a channel.
  @Test(arguments: [UnaryFunction.relu, .hardSwish, .swish(alpha: 1), .mish, .gelu, .sigmoid, .leakyRelu(alpha: 0.1), .elu(alpha: 1)])
  func aMeanOfAnActivationIsInt8(_ function: UnaryFunction) throws {
    let names = try floats { graph, x in
      let a = try graph.addNode(name: "activation", Unary(function: function), [x])
      let mean = try graph.addNode(name: "mean", GlobalAveragePool(), [a])
      let gate = try graph.addNode(name: "gate", Unary(function: .hardSigmoid(alpha: 0.2, beta: 0.5)), [mean])
      return try graph.addNode(name: "product", Binary(function: .multiply), [a, gate])
    }
    #expect(names == ["gate"])
  }

  /// Mish as it is written out: an exponential and a logarithm, but a function that grows as its argument does.
  @Test func aMeanOfASpelledOutActivationIsInt8() throws {
    let names = try floats { graph, x in
      let e = try graph.addNode(name: "exp", Unary(function: .exponential), [x])
      let more = try graph.addNode(name: "more", Unary(function: .affine(alpha: 1, beta: 1)), [e])
      let log = try graph.addNode(name: "log", Unary(function: .logarithm), [more])
      let tanh = try graph.addNode(name: "tanh", Unary(function: .tanh), [log])
      let mish = try graph.addNode(name: "mish", Binary(function: .multiply), [x, tanh])
      return try graph.addNode(name: "mean", GlobalAveragePool(), [mish])
    }
    #expect(names == [])
  }

  @Test func residualsPoolsAndConcatenationsBetweenConvolutionsAreInt8() throws {
    let names = try floats { graph, x in
      let sum = try graph.addNode(name: "sum", Binary(function: .add, clamp: .relu), [x, x])
      let pool = try graph.addNode(name: "pool", MaxPool(kernel: [3, 3], pads: [1, 1, 1, 1]), [sum])
      let mean = try graph.addNode(name: "mean", AveragePool(kernel: [3, 3], pads: [1, 1, 1, 1]), [sum])
      return try graph.addNode(name: "product", Binary(function: .multiply), [pool, mean])
    }
    #expect(names == [])
  }
}
