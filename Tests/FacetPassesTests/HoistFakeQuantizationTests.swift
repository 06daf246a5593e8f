import FacetIR
import FacetPasses
import Testing

@Suite struct HoistFakeQuantizationTests {
  private let first = Unary(function: .fakeQuantize(scale: 0.02, zeroPoint: -20))
  private let second = Unary(function: .fakeQuantize(scale: 0.05, zeroPoint: 7))

  private func names(_ net: Net) throws -> [String] {
    let (graph, _) = try optimize(net)
    return graph.nodes.map(\.op.name)
  }

  @Test func itMovesAboveWhatOnlyMovesOrChoosesElements() throws {
    var net = Net(seed: 1)
    let x = net.input([1, 3, 6, 6])
    let pooled = try net.add("p", MaxPool(kernel: [2, 2], strides: [2, 2]), try net.conv("c", x, 4))
    let turned = try net.add("t", Transpose(permutation: [0, 2, 3, 1]), pooled)
    net.outputs(try net.relu("r", try net.add("q", first, turned)))
    #expect(try names(net) == ["Conv", "FakeQuantize", "MaxPool", "Relu", "Transpose"])
  }

  @Test func oneThatRepeatsTheOneBeforeItGoes() throws {
    var net = Net(seed: 2)
    let x = net.input([1, 3, 6, 6])
    let pooled = try net.add("p", MaxPool(kernel: [2, 2], strides: [2, 2]), try net.add("q", first, x))
    net.outputs(try net.add("q2", first, pooled))
    #expect(try names(net) == ["FakeQuantize", "MaxPool"])
  }

  @Test func oneOfAnotherGridStays() throws {
    var net = Net(seed: 3)
    let x = net.input([1, 3, 6, 6])
    let pooled = try net.add("p", MaxPool(kernel: [2, 2], strides: [2, 2]), try net.add("q", first, x))
    net.outputs(try net.add("q2", second, pooled))
    #expect(try names(net) == ["FakeQuantize", "MaxPool", "FakeQuantize"])
  }

  @Test func equalOnesOfOneValueBecomeOne() throws {
    var net = Net(seed: 4)
    let x = net.input([1, 3, 6, 6])
    let c = try net.conv("c", x, 4)
    let sum = try net.add("s", Binary(function: .add), try net.add("q", first, c), try net.relu("r", try net.add("q2", first, c)))
    net.outputs(sum)
    #expect(try names(net).count { $0 == "FakeQuantize" } == 1)
  }

  @Test func itStaysBelowWhatOthersReadToo() throws {
    var net = Net(seed: 5)
    let x = net.input([1, 3, 6, 6])
    let pooled = try net.add("p", MaxPool(kernel: [2, 2], strides: [2, 2]), x)
    net.outputs(try net.add("s", Binary(function: .add), try net.add("q", first, pooled), try net.relu("r", pooled)))
    #expect(try names(net).prefix(1) == ["MaxPool"])
  }

  /// Weights that are integers times a scale stay these integers when a normalization is folded into them.
  @Test func foldingANormalizationKeepsTheIntegersOfWeights() throws {
    var net = Net(seed: 6)
    let x = net.input([1, 3, 5, 5])
    let codes: [Float] = (0..<108).map { (index: Int) -> Float in Float(index * 37 % 255 - 127) }
    let elements: [Float] = codes.map { $0 * 0.013 }
    let weights = net.graph.addConstant(name: "w", Tensor(shape: [4, 3, 3, 3], elements: elements))
    net.graph.constantQuantizations[weights] = ConstantQuantization(scales: [0.013])
    net.outputs(try net.bn("n", try net.conv("c", x, 4, weights: weights)))
    let (graph, _) = try optimize(net)
    let node = try #require(graph.nodes.first { $0.op is Convolution })
    let scales = try #require(graph.constantQuantizations[node.inputs[1]]?.perOutput(4))
    let folded = try #require(graph.constant(node.inputs[1])).elements
    for (index, value) in folded.enumerated() {
      #expect(abs((value / scales[index / 27]).magnitude - codes[index].magnitude) < 1e-3)
    }
  }
}
