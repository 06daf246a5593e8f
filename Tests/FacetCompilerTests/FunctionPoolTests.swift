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

/// Function, mean, function: generalized mean pooling and its kin. The function and the sum are one instruction from int8 to float32.
@Suite struct FunctionPoolTests {
  /// An image of 4 channels, a convolution to 8, a pooling, a convolution of one pixel.
  private struct Builder {
    var graph = Graph()
    var random = SplitMix64(seed: 7)

    mutating func scalar(_ number: Float) -> ValueID { graph.addConstant(name: "k", Tensor(shape: [], elements: [number])) }

    mutating func node(_ op: any Operator, _ inputs: [ValueID]) throws -> ValueID {
      try graph.addNode(name: "n\(graph.nodes.count)", op, inputs)
    }

    mutating func conv(_ x: ValueID) throws -> ValueID {
      let inputs = graph.shape(x)[1]
      let w = graph.addConstant(name: "w", Tensor(shape: [8, inputs, 1, 1], elements: random.uniforms([8, inputs], in: -1...1)))
      let b = graph.addConstant(name: "b", Tensor(shape: [8], elements: random.uniforms([8], in: -0.5...0.5)))
      return try node(Convolution(), [x, w, b])
    }

    mutating func power(_ x: ValueID, _ exponent: Float) throws -> ValueID { try node(Binary(function: .power), [x, scalar(exponent)]) }

    mutating func pool(_ function: ReduceFunction, _ x: ValueID) throws -> ValueID {
      try node(Reduce(function: function, axes: [2, 3]), [x])
    }
  }

  private func network(_ pooling: (inout Builder, ValueID) throws -> ValueID) throws -> Graph {
    var net = Builder()
    let first = try net.conv(net.graph.addInput(name: "x", shape: [1, 4, 6, 7]))
    let y = try net.conv(pooling(&net, first))
    net.graph.outputs = [GraphOutput(name: "y", value: y)]
    return net.graph
  }

  static let poolings = [
    "gem", "gem by a window", "gem of a line", "gem of 2.5", "log-mean-exp", "power", "root of sum of squares", "magnitudes",
    "mean of squares",
  ]

  private func pooled(_ name: String) throws -> Graph {
    try network { net, x in
      switch name {
      case "gem":
        let cube = try net.power(net.node(Unary(function: .clip(1e-6, .infinity)), [x]), 3)
        return try net.power(net.node(GlobalAveragePool(), [cube]), 1.0 / 3)
      case "gem of a line":
        let line = try net.node(Reshape(shape: [1, 8, 42]), [x])
        let cube = try net.power(net.node(Unary(function: .clip(1e-6, .infinity)), [line]), 3)
        let mean = try net.node(Reduce(function: .mean, axes: [2]), [cube])
        return try net.node(Reshape(shape: [1, 8, 1, 1]), [net.power(mean, 1.0 / 3)])
      case "gem by a window":
        let cube = try net.power(net.node(Unary(function: .clip(1e-6, .infinity)), [x]), 3)
        return try net.power(net.node(AveragePool(kernel: [6, 7], strides: [6, 7]), [cube]), 1.0 / 3)
      case "gem of 2.5":
        let power = try net.power(net.node(Unary(function: .clip(1e-6, .infinity)), [x]), 2.5)
        return try net.power(net.pool(.mean, power), 0.4)
      case "log-mean-exp":
        return try net.node(Unary(function: .logarithm), [net.pool(.mean, net.node(Unary(function: .exponential), [x]))])
      case "power":
        let square = try net.node(Binary(function: .multiply), [x, x])
        return try net.node(Unary(function: .squareRoot), [net.pool(.sum, square)])
      case "root of sum of squares": return try net.pool(.l2, x)
      case "magnitudes": return try net.pool(.l1, x)
      default: return try net.pool(.mean, net.node(Binary(function: .multiply), [x, x]))
      }
    }
  }

  private func compile(_ graph: Graph, _ precision: Precision, _ input: [Float]) throws -> FacetRuntime.Bundle {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("facet-pool-\(UUID().uuidString).npy").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    try #require(NPYArray(shape: [1, 4, 6, 7], elements: .float32(input))).write(to: file)
    let source = ModelSource(file: "m.onnx", fileSize: 0, format: "ONNX", operatorSet: 17, producer: "", name: "")
    let request = CompileRequest(models: ["m.onnx"], target: try Target.named(Target.defaultName), calibration: file, precision: precision)
    return try FacetRuntime.Bundle.opening(Compiler.compile(ImportedModel(graph: graph, source: source, notes: []), request).bytes)
  }

  private func scores(_ bundle: FacetRuntime.Bundle, _ input: [Float]) throws -> [Float] {
    let session = try Session(bundle: bundle, threads: 1, isa: nil)
    try input.withUnsafeBufferPointer { try session.setTensor($0) }
    try session.evaluate(attributes: 1)
    return Array(session.scores(attribute: 0))
  }

  private func pools(_ graph: Graph) -> [FunctionPool] {
    var result = GivenQuantizations(graph).graph
    result.removeDeadNodes()
    return result.nodes.compactMap { $0.op as? FunctionPool }
  }

  @Test(arguments: poolings) func aFunctionAndItsSumAreOneInstruction(_ name: String) throws {
    let graph = try pooled(name)
    #expect(pools(graph).count == 1, "\(name)")
    var random = SplitMix64(seed: 3)
    let input = random.normals([4, 42]).map { $0 * 2 }
    let int8 = try compile(graph, .int8, input)
    let opcodes: [Opcode] = int8.fragments.flatMap { fragment in fragment.instructions.compactMap(\.opcode) }
    #expect(opcodes.filter { $0 == .tableSum }.count == 1, "\(name)")
    // What follows the sum reads its float32.
    #expect(Set(opcodes).isDisjoint(with: [.reduce, .dequantize, .averagePool]), "\(name)")
    let sqnr = try sqnr(graph, int8, input)
    #expect(sqnr > 36, "\(name): \(sqnr) dB")
  }

  static let behindMeans = [
    "logarithm of a sum", "logarithm with a number for each channel", "root", "mean and deviation", "quotient in another shape",
  ]

  /// What is done to a mean before the next convolution: int8 only there, with a range that was measured.
  private func behind(_ name: String) throws -> Graph {
    try network { net, x in
      let positive = try net.node(Unary(function: .relu), [x])
      let mean = try net.node(GlobalAveragePool(), [positive])
      switch name {
      case "logarithm of a sum":
        return try net.node(Unary(function: .logarithm), [net.node(Binary(function: .add), [mean, net.scalar(0.01)])])
      case "logarithm with a number for each channel":
        let number = net.graph.addConstant(name: "c", Tensor(shape: [1, 8, 1, 1], elements: (1...8).map { Float($0) / 100 }))
        return try net.node(Unary(function: .logarithm), [net.node(Binary(function: .add), [mean, number])])
      case "root": return try net.node(Unary(function: .squareRoot), [net.node(Binary(function: .add), [mean, net.scalar(1e-3)])])
      case "mean and deviation":
        let difference = try net.node(Binary(function: .subtract), [positive, mean])
        let variance = try net.pool(.mean, net.node(Binary(function: .multiply), [difference, difference]))
        let deviation = try net.node(Unary(function: .squareRoot), [net.node(Binary(function: .add), [variance, net.scalar(1e-5)])])
        return try net.node(Concat(axis: 1), [mean, deviation])
      default:
        let total = try net.node(Reduce(function: .sum, axes: [1]), [mean])
        let share = try net.node(Binary(function: .divide), [mean, net.node(Binary(function: .add), [total, net.scalar(0.01)])])
        return try net.node(Reshape(shape: [1, 2, 2, 2]), [share])
      }
    }
  }

  @Test(arguments: behindMeans) func whatIsDoneToAMeanIsNotRounded(_ name: String) throws {
    let graph = try behind(name)
    var random = SplitMix64(seed: 5)
    let input = random.normals([4, 42])
    let int8 = try compile(graph, .int8, input)
    #expect(!int8.fragments.contains { $0.tensors.contains { $0.type == .int8 && $0.scale == 1 } }, "\(name)")
    let sqnr = try sqnr(graph, int8, input)
    #expect(sqnr > 32, "\(name): \(sqnr) dB")
  }

  /// Of a program's scores against the float32 program's.
  private func sqnr(_ graph: Graph, _ program: FacetRuntime.Bundle, _ input: [Float]) throws -> Float {
    let a: [Float] = try scores(compile(graph, Precision.float32, input), input)
    let b: [Float] = try scores(program, input)
    var (signal, noise) = (Float(0), Float(0))
    for (expected, found) in zip(a, b) {
      signal += expected * expected
      noise += (expected - found) * (expected - found)
    }
    return 10 * log10(signal / noise)
  }

  @Test func whatIsOnlySimilarIsNotPooled() throws {
    // A mean of what 8 bits carry stays int8.
    #expect(pools(try network { net, x in try net.node(GlobalAveragePool(), [net.node(Unary(function: .relu), [x])]) }).isEmpty)
    // Products of two values, maxima, other axes.
    let two = try network { net, x in
      let product = try net.power(net.node(Binary(function: .multiply), [x, net.conv(x)]), 2)
      return try net.node(Unary(function: .squareRoot), [net.pool(.mean, product)])
    }
    #expect(pools(two).isEmpty)
    #expect(pools(try network { net, x in try net.pool(.maximum, net.power(x, 2)) }).isEmpty)
    let rows = try network { net, x in try net.node(Reduce(function: .l2, axes: [2]), [x]) }
    #expect(pools(rows).isEmpty)
    let channels = try network { net, x in try net.node(Reduce(function: .sumOfSquares, axes: [1]), [x]) }
    #expect(pools(channels).isEmpty)
    // Windows that do not hold all of it.
    let windows = try network { net, x in try net.node(AveragePool(kernel: [6, 6], strides: [6, 6]), [net.power(x, 2)]) }
    #expect(pools(windows).isEmpty)
    // One pixel: nothing is summed, and rounding to int8 first would only cost.
    let single = try network { net, x in try net.pool(.l1, net.node(GlobalAveragePool(), [x])) }
    #expect(pools(single).isEmpty)
  }

  @Test func aPoolingIsTheReductionOfItsFunction() throws {
    let x = Tensor(shape: [1, 2, 2, 2], elements: [1, -2, 3, -4, 0.5, 0, 2, -1])
    let expected: [(ReduceFunction, [Float])] = [
      (.sum, [-2, 1.5]), (.mean, [-0.5, 0.375]), (.l1, [10, 3.5]), (.sumOfSquares, [30, 5.25]),
      (.l2, [Float(30).squareRoot(), Float(5.25).squareRoot()]),
    ]
    for (function, values) in expected {
      let pool = try #require(FunctionPool(Reduce(function: function, axes: [2, 3], keepDimensions: false), of: x.shape))
      #expect(pool.reference([x]) == Tensor(shape: [1, 2], elements: values), "\(function)")
      // Of double the numbers, by a chain before it.
      var doubled = pool
      doubled.chain = FunctionChain(steps: [.affine(scale: 2, shift: 0, .none, .result(0))]).followed(by: pool.chain.steps)
      let twice = Tensor(shape: x.shape, elements: x.elements.map { 2 * $0 })
      #expect(doubled.reference([x]) == pool.reference([twice]), "\(function)")
    }
  }
}
