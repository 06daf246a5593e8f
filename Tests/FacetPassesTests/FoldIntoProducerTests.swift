import FacetIR
import FacetPasses
import Testing

@Suite struct FoldIntoProducerTests {
  @Test(arguments: [(1, 1), (2, 2), (3, 4), (4, 6)] as [(UInt64, Int)])
  func convolutionTakesBatchNorm(seed: UInt64, channels: Int) throws {
    var net = Net(seed: seed)
    let x = net.input([1, 2, 6, 5])
    let y = try net.bn("bn", net.conv("conv", x, channels))
    net.outputs(y)
    let (graph, report) = try optimize(net)
    #expect(structure(graph) == "%1 = Conv(%0, %c0, %c1) strides=1,1 pads=1,1,1,1  // conv\noutput y0 = %1")
    #expect(report.patches.map(\.patch) == ["batchnorm-to-affine", "fold-affine-into-conv"])
    #expect(report.batchNorms.map(\.description) == ["bn: folded into Conv 'conv'"])
    #expect(graph.constants.count == 2)
  }

  @Test(arguments: [2, 4]) func groupedAndDepthwiseConvolutionTakesBatchNorm(groups: Int) throws {
    var net = Net(seed: 11)
    let x = net.input([1, 4, 5, 5])
    let y = try net.bn("bn", net.conv("conv", x, 8, groups: groups))
    net.outputs(y)
    let (graph, _) = try optimize(net)
    #expect(structure(graph) == "%1 = Conv(%0, %c0, %c1) strides=1,1 pads=1,1,1,1 groups=\(groups)  // conv\noutput y0 = %1")
  }

  @Test func fullyConnectedTakesBatchNorm() throws {
    var net = Net(seed: 12)
    let x = net.input([1, 7])
    let y = try net.bn("bn", net.gemm("fc", x, 5))
    net.outputs(y)
    let (graph, report) = try optimize(net)
    #expect(structure(graph) == "%1 = Gemm(%0, %c0, %c1)  // fc\noutput y0 = %1")
    #expect(report.patches.last?.patch == "fold-affine-into-gemm")
  }

  @Test(arguments: [[4, 1, 1], [1, 4, 1, 1], [], [1], [1, 1, 1, 1]])
  func separateMulAndAddFold(shape: [Int]) throws {
    var net = Net(seed: 13)
    let x = net.input([1, 2, 4, 4])
    let c = try net.conv("conv", x, 4)
    let (scale, shift) = (net.constant("s", shape), net.constant("t", shape))
    let m = try net.add("mul", Binary(function: .multiply), scale, c)
    let y = try net.add("add", Binary(function: .add), m, shift)
    net.outputs(y)
    let (graph, _) = try optimize(net)
    #expect(structure(graph) == "%1 = Conv(%0, %c0, %c1) strides=1,1 pads=1,1,1,1  // conv\noutput y0 = %1")
  }

  @Test(arguments: [[3], [1, 3]]) func mulAndAddFoldIntoFullyConnected(shape: [Int]) throws {
    var net = Net(seed: 14)
    let x = net.input([1, 6])
    let f = try net.gemm("fc", x, 3)
    let m = try net.add("mul", Binary(function: .multiply), f, net.constant("s", shape))
    net.outputs(try net.add("add", Binary(function: .add), m, net.constant("t", shape)))
    let (graph, _) = try optimize(net)
    #expect(structure(graph) == "%1 = Gemm(%0, %c0, %c1)  // fc\noutput y0 = %1")
  }

  @Test func twoBatchNormsInARowFold() throws {
    var net = Net(seed: 15)
    let x = net.input([1, 2, 4, 4])
    net.outputs(try net.bn("bn2", net.bn("bn1", net.conv("conv", x, 3))))
    let (graph, report) = try optimize(net)
    #expect(graph.nodes.count == 1)
    #expect(
      report.batchNorms.map(\.description) == [
        "bn1: merged with 'bn2', folded into Conv 'conv'", "bn2: merged with 'bn1', folded into Conv 'conv'",
      ])
  }

  @Test func batchNormThatOthersReadMustNotMerge() throws {
    var net = Net(seed: 27)
    let x = net.input([1, 2, 4, 4])
    let a = try net.bn("bn1", net.add("s", Unary(function: .sigmoid), x))
    net.outputs(try net.bn("bn2", a), try net.add("s2", Unary(function: .sigmoid), a))
    let (graph, report) = try optimize(net)
    #expect(
      structure(graph) == """
        %1 = Sigmoid(%0)  // s
        %2 = Affine(%1, %c0, %c1)  // bn1
        %3 = Affine(%2, %c2, %c3)  // bn2
        %4 = Sigmoid(%2)  // s2
        output y0 = %3
        output y1 = %4
        """)
    #expect(report.batchNorms.allSatisfy { $0.mergedWith.isEmpty })
  }

  @Test func sharedWeightsStayForTheOtherConvolution() throws {
    var net = Net(seed: 16)
    let x = net.input([1, 3, 4, 4])
    let weights = net.constant("shared", [3, 3, 3, 3])
    let a = try net.conv("a", x, 3, weights: weights)
    let b = try net.conv("b", net.bn("bnA", a), 3, weights: weights)
    net.outputs(try net.bn("bnB", b), try net.conv("plain", x, 3, weights: weights))
    let (graph, _) = try optimize(net)
    #expect(graph.nodes.map(\.name) == ["a", "b", "plain"])
    #expect(Set(graph.nodes.map { $0.inputs[1] }).count == 3)
    #expect(graph.nodes[2].inputs[1] == weights)
    #expect(graph.constant(weights) == net.graph.constant(weights))
  }

  @Test func identicalBatchNormsOfOneConvolutionFoldOnce() throws {
    var net = Net(seed: 17)
    let x = net.input([1, 2, 4, 4])
    let c = try net.conv("conv", x, 3)
    let (s, t) = (net.constant("s", [3]), net.constant("t", [3]))
    let a = try net.add("a", Affine(), c, s, t)
    let b = try net.add("b", Affine(), c, s, t)
    net.outputs(try net.add("sa", Unary(function: .sigmoid), a), b)
    let (graph, _) = try optimize(net)
    #expect(
      structure(graph) == """
        %1 = Conv(%0, %c0, %c1) strides=1,1 pads=1,1,1,1  // conv
        %2 = Sigmoid(%1)  // sa
        output y0 = %2
        output y1 = %1
        """)
  }

  @Test func convolutionWithDifferentBatchNormsMustNotFold() throws {
    var net = Net(seed: 18)
    let x = net.input([1, 2, 4, 4])
    let c = try net.conv("conv", x, 3)
    net.outputs(try net.bn("a", c), try net.bn("b", c))
    let (graph, report) = try optimize(net)
    #expect(graph.nodes.map(\.op.name) == ["Conv", "Affine", "Affine"])
    #expect(report.batchNorms[0].fate == .keptAsAffine(node: "a", reason: "reads Conv 'conv', which is read 2 times"))
  }

  @Test func convolutionUsedTwiceMustNotFold() throws {
    var net = Net(seed: 19)
    let x = net.input([1, 2, 4, 4])
    let c = try net.conv("conv", x, 3)
    net.outputs(try net.bn("bn", c), try net.add("s", Unary(function: .sigmoid), c))
    let (graph, report) = try optimize(net)
    #expect(graph.nodes.map(\.op.name) == ["Conv", "Affine", "Sigmoid"])
    #expect(report.batchNorms.map(\.description) == ["bn: kept as affine: reads Conv 'conv', which is read 2 times"])
  }

  @Test func convolutionThatIsAnOutputMustNotFold() throws {
    var net = Net(seed: 20)
    let x = net.input([1, 2, 4, 4])
    let c = try net.conv("conv", x, 3)
    net.outputs(try net.bn("bn", c), c)
    let (graph, report) = try optimize(net)
    #expect(graph.nodes.map(\.op.name) == ["Conv", "Affine"])
    #expect(report.batchNorms.map(\.description) == ["bn: kept as affine: reads Conv 'conv', an output of the graph"])
  }

  @Test func batchNormAfterActivationMustNotFold() throws {
    var net = Net(seed: 21)
    let x = net.input([1, 2, 4, 4])
    net.outputs(try net.bn("bn", net.relu("relu", net.conv("conv", x, 3))))
    let (graph, report) = try optimize(net)
    #expect(
      structure(graph) == """
        %1 = Conv(%0, %c0, %c1) strides=1,1 pads=1,1,1,1 clamp=0.0,inf  // conv
        %2 = Affine(%1, %c2, %c3)  // bn
        output y0 = %2
        """)
    #expect(report.batchNorms.map(\.description) == ["bn: kept as affine: reads the activation after Conv 'conv'"])
  }

  @Test func batchNormAfterAddMustNotFold() throws {
    var net = Net(seed: 22)
    let x = net.input([1, 3, 4, 4])
    let s = try net.sum("add", net.conv("conv", x, 3), x)
    net.outputs(try net.bn("bn", s))
    let (graph, report) = try optimize(net)
    #expect(graph.nodes.map(\.op.name) == ["Conv", "Affine"])
    #expect(graph.nodes[0].inputs.count == 4)
    #expect(report.batchNorms.map(\.description) == ["bn: kept as affine: reads the sum of Conv 'conv' and its residual"])
  }

  @Test func convolutionOfComputedWeightsMustNotFold() throws {
    var net = Net(seed: 23)
    let x = net.input([1, 2, 4, 4])
    let w = net.input([3, 2, 3, 3])
    net.outputs(try net.bn("bn", net.conv("conv", x, 3, weights: w)))
    let (graph, report) = try optimize(net)
    #expect(graph.nodes.map(\.op.name) == ["Conv", "Affine"])
    #expect(
      report.batchNorms.map(\.description) == ["bn: kept as affine: reads Conv 'conv', whose weights are not constants"])
  }

  @Test func constantsThatAreNotPerChannelMustNotFold() throws {
    for shape in [[4], [1, 4], [4, 4], [1, 4, 4, 1], [1, 1, 4, 4], [1, 4, 4, 4]] {
      var net = Net(seed: 24)
      let x = net.input([1, 2, 4, 4])
      let c = try net.conv("conv", x, 4)
      net.outputs(try net.add("mul", Binary(function: .multiply), c, net.constant("s", shape)))
      let (graph, _) = try optimize(net)
      #expect(graph.nodes.map(\.op.name) == ["Conv", "Mul"], "\(shape)")
    }
    // A constant that stretches the input is no affine either.
    var net = Net(seed: 25)
    let x = net.input([1, 1, 4, 4])
    net.outputs(try net.add("mul", Binary(function: .multiply), net.conv("conv", x, 1), net.constant("s", [3, 1, 1])))
    #expect(try optimize(net).graph.nodes.map(\.op.name) == ["Conv", "Mul"])
  }

  @Test func foldThatOverflowsFloat32MustNotHappen() throws {
    var net = Net(seed: 26)
    let x = net.input([1, 1, 2, 2])
    let w = net.graph.addConstant(name: "w", Tensor(shape: [1, 1, 1, 1], elements: [1e30]))
    let c = try net.add("conv", Convolution(), x, w, net.constant("b", [1]))
    let s = net.graph.addConstant(name: "s", Tensor([1e30]))
    net.outputs(try net.add("affine", Affine(), c, s, net.constant("t", [1])))
    var graph = net.graph
    let report = try PassPipeline().run(&graph)
    #expect(report.patches.isEmpty)
  }

  /// x − c, c − x, x / c.
  @Test(arguments: [(BinaryFunction.subtract, 1), (.subtract, 0), (.divide, 1)])
  func subtractionAndDivisionByConstantsFold(_ function: BinaryFunction, slot: Int) throws {
    var net = Net(seed: 31)
    let c = try net.conv("conv", net.input([1, 3, 6, 6]), 4)
    let constant = net.constant("k", [4, 1, 1], in: 0.5...2)
    let inputs = slot == 1 ? [c, constant] : [constant, c]
    net.outputs(try net.add("op", Binary(function: function), inputs[0], inputs[1]))
    #expect(try optimize(net).graph.nodes.map(\.op.name) == ["Conv"])
  }

  @Test func otherFunctionsOfTwoOperandsDoNotFold() throws {
    for (function, slot) in [(BinaryFunction.divide, 0), (.maximum, 1), (.minimum, 0), (.prelu, 1), (.prelu, 0)] {
      var net = Net(seed: 32)
      let c = try net.conv("conv", net.input([1, 3, 6, 6]), 4)
      let constant = net.constant("k", [4, 1, 1], in: 0.5...2)
      let inputs = slot == 1 ? [c, constant] : [constant, c]
      net.outputs(try net.add("op", Binary(function: function), inputs[0], inputs[1]))
      #expect(try optimize(net).graph.nodes.map(\.op.name) == ["Conv", Binary(function: function).name])
    }
  }

  @Test func divisionByZeroAndArithmeticOnABatchStayAsTheyAre() throws {
    var net = Net(seed: 33)
    let x = net.input([2, 4])
    net.outputs(try net.add("add", Binary(function: .add), x, net.constant("k", [4])))
    #expect(try optimize(net).graph.nodes.map(\.op.name) == ["Add"])
    var graph = Graph()
    let y = graph.addInput(name: "x", shape: [1, 2])
    let zero = graph.addConstant(name: "zero", Tensor([0, 1]))
    graph.outputs = [GraphOutput(name: "y", value: try graph.addNode(name: "div", Binary(function: .divide), [y, zero]))]
    _ = try PassPipeline().run(&graph)
    #expect(graph.nodes.map(\.op.name) == ["Div"])
  }
}
