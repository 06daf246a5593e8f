import FacetIR
import FacetPasses
import Testing

/// Spelled-out normalizations become one operator; `optimize` compares what they compute.
@Suite struct NormalizationTests {
  /// How an exporter spells out `(x − mean) / √(variance + epsilon)`.
  struct Spelling: Sendable {
    var squaresBy = Squares.product
    var isCentredTwice = false
    var multipliesReciprocal = false
    var addsEpsilonOnTheLeft = false
    enum Squares: CaseIterable { case product, power }

    static let all = Squares.allCases.flatMap { squares in
      (0..<8).map {
        Spelling(squaresBy: squares, isCentredTwice: $0 & 1 != 0, multipliesReciprocal: $0 & 2 != 0, addsEpsilonOnTheLeft: $0 & 4 != 0)
      }
    }
  }

  private func spellOut(
    _ spelling: Spelling, _ net: inout Net, _ x: ValueID, _ axes: [Int], isRootMeanSquare: Bool = false, epsilon: Float = 1e-3
  ) throws -> ValueID {
    func centred(_ name: String) throws -> ValueID {
      if isRootMeanSquare { return x }
      let mean = try net.add("\(name).mean", Reduce(function: .mean, axes: axes), x)
      return try net.add("\(name).centred", Binary(function: .subtract), x, mean)
    }
    let numerator = try centred("a")
    let base = spelling.isCentredTwice ? try centred("b") : numerator
    let two = net.graph.addConstant(name: "two", Tensor(shape: [], elements: [2]))
    let squares =
      spelling.squaresBy == .product
      ? try net.add("squares", Binary(function: .multiply), base, base) : try net.add("squares", Binary(function: .power), base, two)
    let variance = try net.add("variance", Reduce(function: .mean, axes: axes), squares)
    let small = net.graph.addConstant(name: "epsilon", Tensor(shape: [], elements: [epsilon]))
    let sum = spelling.addsEpsilonOnTheLeft ? try net.sum("sum", small, variance) : try net.sum("sum", variance, small)
    let root = try net.add("root", Unary(function: .squareRoot), sum)
    guard spelling.multipliesReciprocal else { return try net.add("norm", Binary(function: .divide), numerator, root) }
    return try net.add("norm", Binary(function: .multiply), numerator, try net.add("inverse", Unary(function: .reciprocal), root))
  }

  private func normalizations(_ graph: Graph) -> [Normalization] { graph.nodes.compactMap { $0.op as? Normalization } }

  @Test(arguments: Spelling.all) func everySpellingIsOneOperator(_ spelling: Spelling) throws {
    var net = Net(seed: 1)
    let x = net.input([1, 5, 8])
    net.outputs(try spellOut(spelling, &net, x, [2]))
    let (graph, _) = try optimize(net)
    #expect(graph.nodes.count == 1 && normalizations(graph) == [Normalization(axes: [2], epsilon: 1e-3)])
  }

  @Test func withoutItsMeansItIsRootMeanSquare() throws {
    var net = Net(seed: 2)
    let x = net.input([1, 5, 8])
    net.outputs(try spellOut(Spelling(), &net, x, [2], isRootMeanSquare: true))
    #expect(normalizations(try optimize(net).graph) == [Normalization(kind: .rootMeanSquare, axes: [2], epsilon: 1e-3)])
  }

  @Test func scaleShiftAndActivationBecomePartOfIt() throws {
    var net = Net(seed: 3)
    let x = net.input([1, 6, 4, 4])
    let norm = try spellOut(Spelling(), &net, x, [1])
    let scaled = try net.add("scaled", Binary(function: .multiply), norm, net.constant("gamma", [6, 1, 1]))
    let shifted = try net.sum("shifted", net.constant("beta", [6, 1, 1]), scaled)
    net.outputs(try net.relu("relu", shifted))
    let (graph, _) = try optimize(net)
    #expect(graph.nodes.count == 1 && normalizations(graph).first?.clamp == Clamp(low: 0, high: .infinity))
  }

  @Test func groupsBetweenReshapesAreGroupsOfChannels() throws {
    var net = Net(seed: 4)
    let x = net.input([1, 6, 4, 5])
    let grouped = try net.add("grouped", Reshape(shape: [1, 3, 40]), x)
    let norm = try spellOut(Spelling(), &net, grouped, [2])
    let back = try net.add("back", Reshape(shape: [1, 6, 4, 5]), norm)
    net.outputs(try net.add("scaled", Binary(function: .multiply), back, net.constant("gamma", [6, 1, 1])))
    let (graph, _) = try optimize(net)
    #expect(graph.nodes.count == 1 && normalizations(graph) == [Normalization(axes: [1, 2, 3], groups: 3, epsilon: 1e-3)])
  }

  /// Channels last between transposes: as if nothing had been transposed.
  @Test func aNormalizationOfTheLastAxisIsOneOfEachPixelsChannels() throws {
    var net = Net(seed: 5)
    let x = net.input([1, 6, 4, 5])
    let last = try net.add("last", Transpose(permutation: [0, 2, 3, 1]), x)
    let norm = try spellOut(Spelling(), &net, last, [3])
    let scaled = try net.add("scaled", Binary(function: .multiply), norm, net.constant("gamma", [6]))
    net.outputs(try net.add("first", Transpose(permutation: [0, 3, 1, 2]), scaled))
    let (graph, _) = try optimize(net)
    #expect(graph.nodes.count == 1 && normalizations(graph) == [Normalization(axes: [1], epsilon: 1e-3)])
  }

  // What is only similar is not rewritten.

  @Test func ofOtherAxesThanItsMeanItStays() throws {
    var net = Net(seed: 6)
    let x = net.input([1, 5, 8])
    let centred = try net.add("centred", Binary(function: .subtract), x, try net.add("mean", Reduce(function: .mean, axes: [1]), x))
    let squares = try net.add("squares", Binary(function: .multiply), centred, centred)
    let variance = try net.add("variance", Reduce(function: .mean, axes: [2]), squares)
    let sum = try net.sum("sum", variance, net.graph.addConstant(name: "epsilon", Tensor(shape: [], elements: [0.1])))
    net.outputs(try net.add("norm", Binary(function: .divide), centred, try net.add("root", Unary(function: .squareRoot), sum)))
    let found = normalizations(try optimize(net).graph)
    // The RMS of what is centred over another axis.
    #expect(found == [Normalization(kind: .rootMeanSquare, axes: [2], epsilon: 0.1)])
  }

  @Test func withTheSumOfSquaresItStays() throws {
    var net = Net(seed: 7)
    let x = net.input([1, 5, 8])
    let squares = try net.add("squares", Binary(function: .multiply), x, x)
    let total = try net.add("total", Reduce(function: .sum, axes: [2]), squares)
    let sum = try net.sum("sum", total, net.graph.addConstant(name: "epsilon", Tensor(shape: [], elements: [0.1])))
    net.outputs(try net.add("norm", Binary(function: .divide), x, try net.add("root", Unary(function: .squareRoot), sum)))
    #expect(normalizations(try optimize(net).graph).isEmpty)
  }

  @Test func withoutEpsilonItStays() throws {
    var net = Net(seed: 8)
    let x = net.input([1, 5, 8])
    let squares = try net.add("squares", Binary(function: .multiply), x, x)
    let variance = try net.add("variance", Reduce(function: .mean, axes: [2]), squares)
    net.outputs(try net.add("norm", Binary(function: .divide), x, try net.add("root", Unary(function: .squareRoot), variance)))
    #expect(normalizations(try optimize(net).graph).isEmpty)
  }

  @Test func whoseDeviationIsReadElsewhereItStays() throws {
    var net = Net(seed: 9)
    let x = net.input([1, 5, 8])
    let norm = try spellOut(Spelling(), &net, x, [2])
    let root = try #require(net.graph.nodes.first { $0.name == "root" }?.output)
    net.outputs(norm, root)
    #expect(normalizations(try optimize(net).graph).isEmpty)
  }

  @Test func withANegativeEpsilonItStays() throws {
    var net = Net(seed: 10)
    let x = net.input([1, 5, 8])
    net.outputs(try spellOut(Spelling(), &net, x, [2], isRootMeanSquare: true, epsilon: -1e-9))
    #expect(normalizations(try optimize(net).graph).isEmpty)
  }
}
