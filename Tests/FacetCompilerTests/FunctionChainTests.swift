import FacetBundle
import FacetData
import FacetFiles
import FacetFormat
import FacetIR
import FacetImport
import FacetRuntime
import FacetTestSupport
import Foundation
import Testing

@testable import FacetCompiler
@testable import FacetQuantization

/// Functions that are made of several operators, as exporters write them, in int8: one table.
@Suite struct FunctionChainTests {
  /// Builds on an image of 8 channels.
  private struct Builder {
    var graph = Graph()
    var random = SplitMix64(seed: 7)

    mutating func scalar(_ number: Float) -> ValueID { graph.addConstant(name: "k", Tensor(shape: [], elements: [number])) }

    mutating func unary(_ function: UnaryFunction, _ x: ValueID) throws -> ValueID {
      try graph.addNode(name: "f\(graph.nodes.count)", Unary(function: function), [x])
    }

    mutating func binary(_ function: BinaryFunction, _ a: ValueID, _ b: ValueID) throws -> ValueID {
      try graph.addNode(name: "b\(graph.nodes.count)", Binary(function: function), [a, b])
    }

    mutating func conv(_ x: ValueID) throws -> ValueID {
      let inputs = graph.shape(x)[1]
      let weights = Tensor(shape: [8, inputs, 1, 1], elements: random.uniforms([8, inputs], in: -1...1))
      let w = graph.addConstant(name: "w", weights)
      let b = graph.addConstant(name: "b", Tensor(shape: [8], elements: random.uniforms([8], in: -0.5...0.5)))
      return try graph.addNode(name: "conv\(graph.nodes.count)", Convolution(), [x, w, b])
    }

    /// As the importer gives it.
    mutating func choice(_ condition: ValueID, _ a: ValueID, _ b: ValueID) throws -> ValueID {
      try binary(.join, binary(.whereTrue, a, condition), binary(.whereFalse, b, condition))
    }

    mutating func softplus(_ x: ValueID) throws -> ValueID {
      let one = scalar(1)
      return try unary(.logarithm, binary(.add, unary(.exponential, x), one))
    }
  }

  /// A convolution, the function, a convolution.
  private func network(_ function: (inout Builder, ValueID) throws -> ValueID) throws -> Graph {
    var net = Builder()
    let first = try net.conv(net.graph.addInput(name: "x", shape: [1, 4, 6, 6]))
    let y = try net.conv(function(&net, first))
    net.graph.outputs = [GraphOutput(name: "y", value: y)]
    return net.graph
  }

  /// What is lowered for int8, before layers take the functions that follow them.
  private func composed(_ graph: Graph) -> Graph {
    var result = FunctionChains.composed(graph, given: [:], within: FragmentPartition(graph))
    result.removeDeadNodes()
    return result
  }

  private func chains(_ graph: Graph) -> [Int] {
    composed(graph).nodes.compactMap { ($0.op as? FunctionChain)?.steps.count }
  }

  static let spellings: [String] = [
    "mish", "mish of softplus", "swish", "gelu", "hard swish", "softsign", "cube", "where leaky", "where softplus", "where clip",
    "where shrink",
    "where of opposite", "product with a truth value",
  ]

  private func spelled(_ name: String) throws -> Graph {
    try network { net, x in
      switch name {
      case "mish": try net.binary(.multiply, x, net.unary(.tanh, net.softplus(x)))
      case "mish of softplus": try net.binary(.multiply, net.unary(.tanh, net.unary(.softplus, x)), x)
      case "swish": try net.binary(.multiply, x, net.unary(.sigmoid, x))
      case "gelu":
        try net.binary(
          .multiply, net.binary(.multiply, x, net.scalar(0.5)),
          net.binary(.add, net.unary(.error, net.binary(.divide, x, net.scalar(1.4142135))), net.scalar(1)))
      case "hard swish":
        try net.binary(.divide, net.binary(.multiply, x, net.unary(.clip(0, 6), net.binary(.add, x, net.scalar(3)))), net.scalar(6))
      case "where leaky": try net.choice(net.binary(.less, net.scalar(0), x), x, net.binary(.multiply, x, net.scalar(0.1)))
      case "where softplus": try net.choice(net.binary(.less, net.scalar(1), x), x, net.unary(.softplus, x))
      case "where clip":
        try net.choice(
          net.binary(.less, x, net.scalar(-0.5)), net.scalar(-0.5), net.choice(net.binary(.less, net.scalar(1), x), net.scalar(1), x))
      case "where shrink":
        try net.choice(
          net.binary(.maximum, net.binary(.less, net.scalar(0.5), x), net.binary(.less, x, net.scalar(-0.5))), x, net.scalar(0))
      case "where of opposite":
        try net.choice(net.unary(.affine(alpha: -1, beta: 1), net.binary(.lessOrEqual, x, net.scalar(0.25))), x, net.unary(.tanh, x))
      case "product with a truth value": try net.binary(.multiply, x, net.binary(.lessOrEqual, net.scalar(0), x))
      case "softsign": try net.binary(.divide, x, net.binary(.add, net.unary(.absolute, x), net.scalar(1)))
      default: try net.binary(.multiply, x, net.binary(.multiply, x, x))
      }
    }
  }

  private func evaluate(_ graph: Graph, _ precision: Precision, _ input: [Float]) throws -> [Float] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("facet-chain-\(UUID().uuidString).npy").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try #require(NPYArray(shape: [1, 4, 6, 6], elements: .float32(input))).write(to: folder)
    let source = ModelSource(file: "m.onnx", fileSize: 0, format: "ONNX", operatorSet: 17, producer: "", name: "")
    let request = CompileRequest(
      models: ["m.onnx"], target: try Target.named(Target.defaultName), calibration: folder, precision: precision)
    let result = try Compiler.compile(ImportedModel(graph: graph, source: source, notes: []), request)
    let session = try Session(bundle: Bundle.opening(result.bytes), threads: 1, isa: nil)
    try input.withUnsafeBufferPointer { try session.setTensor($0) }
    try session.evaluate(attributes: 1)
    return Array(session.scores(attribute: 0))
  }

  @Test(arguments: spellings) func aSpelledOutFunctionIsOneTable(_ name: String) throws {
    let graph = try spelled(name)
    #expect(chains(graph).count == 1, "\(name): \(chains(graph))")
    var random = SplitMix64(seed: 3)
    let input = random.normals([4, 36]).map { $0 * 2 }
    let (float, int8) = (try evaluate(graph, .float32, input), try evaluate(graph, .int8, input))
    let noise = zip(float, int8).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let sqnr = 10 * log10(float.reduce(0) { $0 + $1 * $1 } / noise)
    // One that jumps is off where a number is rounded over the edge.
    #expect(sqnr > (name == "where shrink" ? 28 : 32), "\(name): \(sqnr) dB")
  }

  @Test func operandsOfTwoValuesAreNoChain() throws {
    let graph = try network { net, x in try net.binary(.multiply, net.unary(.tanh, net.conv(x)), net.unary(.sigmoid, x)) }
    #expect(chains(graph).isEmpty)
    // One operator that has an int8 form needs no chain, one without does.
    #expect(chains(try network { net, x in try net.unary(.tanh, x) }).isEmpty)
    #expect(chains(try network { net, x in try net.binary(.maximum, x, net.scalar(0.1)) }) == [1])
    // A number for each channel is no function of one number, and another shape stretches.
    let perChannel = try network { net, x in
      let k = net.graph.addConstant(name: "k", Tensor(shape: [8, 1, 1], elements: (1...8).map { Float($0) }))
      return try net.binary(.power, net.unary(.absolute, x), k)
    }
    #expect(chains(perChannel).isEmpty)
  }

  /// Branches are replaced, and read, at the border of a fragment: what is read there has to be there.
  @Test func aChainDoesNotReachOverAFork() throws {
    var net = Builder()
    let x = try net.conv(net.graph.addInput(name: "x", shape: [1, 4, 6, 6]))
    let shared = try net.unary(.sigmoid, net.unary(.tanh, x))
    let a = try net.conv(net.unary(.softplus, shared))
    let b = try net.conv(net.unary(.absolute, net.unary(.negate, shared)))
    net.graph.outputs = [GraphOutput(name: "a", value: a), GraphOutput(name: "b", value: b)]
    let composed = composed(net.graph).nodes.filter { $0.op is FunctionChain }
    #expect(composed.map { $0.output }.contains(shared) && composed.count == 2)
    #expect(composed.map { $0.inputs[0] }.contains(shared))
  }

  @Test func whatSomebodyElseReadsStaysAndLongChainsEnd() throws {
    let shared = try network { net, x in
      let t = try net.unary(.tanh, x)
      return try net.binary(.add, net.conv(t), net.unary(.sigmoid, t))
    }
    let nodes = composed(shared).nodes
    #expect(nodes.contains { ($0.op as? Unary)?.function == .tanh } && chains(shared) == [2])
    // x · x, its square by itself, and so on: each value is read twice.
    let squares = try network { net, x in
      var y = x
      for _ in 0..<100 { y = try net.binary(.multiply, y, net.unary(.sigmoid, y)) }
      return y
    }
    let found = chains(squares)
    #expect(!found.isEmpty && found.allSatisfy { $0 <= 33 })
  }
}
