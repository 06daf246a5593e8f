import FacetIR
import FacetPasses
import Testing

@Suite struct SimplifyTests {
  @Test func whatDoesNothingGoes() throws {
    var net = Net(seed: 81)
    let x = net.input([1, 3, 4, 4])
    var y = try net.add("id", Identity(), net.conv("conv", x, 3))
    y = try net.add("same", Reshape(shape: [1, 3, 4, 4]), y)
    y = try net.clip("noClip", y, -.infinity, .infinity)
    y = try net.add("one", Concat(axis: 1), y)
    let (one, zero) = (net.constant("one", [3], in: 1...1), net.constant("zero", [3], in: 0...0))
    let s = try net.add("s", Unary(function: .sigmoid), y)
    let a = try net.add("neutral", Affine(), s, one, zero)
    net.outputs(a, try net.add("id2", Identity(), a))
    let (graph, _) = try optimize(net)
    #expect(
      structure(graph) == """
        %1 = Conv(%0, %c0, %c1) strides=1,1 pads=1,1,1,1  // conv
        %2 = Sigmoid(%1)  // s
        output y0 = %2
        output y1 = %2
        """)
  }

  /// A network over lines: a reshape before and behind each convolution, functions between them.
  @Test func reshapesSinkBelowFunctionsAndMeet() throws {
    var net = Net(seed: 87)
    var y = net.input([1, 2, 9])
    for (name, channels) in [("a", 4), ("b", 3)] {
      let size = net.graph.shape(y)
      let image = try net.add("\(name).image", Reshape(shape: [1, size[1], 1, size[2]]), y)
      let line = try net.add("\(name).line", Reshape(shape: [1, channels, size[2]]), net.conv(name, image, channels))
      y = try net.relu("\(name).relu", net.bn("\(name).bn", line))
    }
    net.outputs(y)
    let (graph, report) = try optimize(net)
    #expect(graph.nodes.map(\.op.name) == ["Reshape", "Conv", "Conv", "Reshape"])
    #expect(report.batchNorms.map(\.description) == ["a.bn: folded into Conv 'a'", "b.bn: folded into Conv 'b'"])
  }

  @Test func aReshapeThatOthersReadDoesNotSink() throws {
    var net = Net(seed: 88)
    let flat = try net.add("flat", Reshape(shape: [1, 6]), net.input([1, 2, 3]))
    net.outputs(try net.add("s", Unary(function: .sigmoid), flat), try net.add("t", Unary(function: .tanh), flat))
    #expect(try optimize(net).graph.nodes.map(\.op.name) == ["Reshape", "Sigmoid", "Tanh"])
  }

  @Test func identityBetweenInputAndOutputStays() throws {
    var net = Net(seed: 82)
    let x = net.input([1, 3])
    net.outputs(try net.add("id", Identity(), x))
    #expect(try optimize(net).graph.nodes.map(\.name) == ["id"])
  }

  @Test func nodesOfConstantsAreComputed() throws {
    var net = Net(seed: 83)
    let x = net.input([1, 2, 4, 4])
    let half = net.constant("half", [18])
    let shaped = try net.add("reshape", Reshape(shape: [1, 2, 3, 3]), half)
    let weights = try net.add("double", Concat(axis: 1), shaped, shaped)
    let scaled = try net.add("scaled", Reshape(shape: [2, 2, 3, 3]), weights)
    net.outputs(try net.bn("bn", net.conv("conv", x, 2, weights: scaled)))
    let (graph, report) = try optimize(net)
    #expect(graph.nodes.map(\.name) == ["conv"])
    #expect(
      report.patches.prefix(3).map(\.description) == [
        "1 fold-constants 'reshape': Reshape 'reshape' of constants", "2 fold-constants 'double': Concat 'double' of constants",
        "3 fold-constants 'scaled': Reshape 'scaled' of constants",
      ])
  }

  @Test func deadReadersHinderNoFold() throws {
    var net = Net(seed: 84)
    let x = net.input([1, 2, 4, 4])
    let c = try net.conv("conv", x, 3)
    net.outputs(try net.bn("bn", c))
    _ = try net.relu("dead", net.bn("deadBN", c))
    let (graph, report) = try optimize(net)
    #expect(graph.nodes.map(\.name) == ["conv"])
    #expect(report.batchNorms.map(\.description) == ["bn: folded into Conv 'conv'", "deadBN: removed: no output needs it"])
  }

  @Test(arguments: [-1, -1e-9, Float.nan, .infinity]) func variancesThatAreNoneAreRefused(variance: Float) throws {
    var net = Net(seed: 85)
    let x = net.input([1, 2, 4, 4])
    let c = try net.conv("conv", x, 2)
    let ones = (0..<3).map { net.constant("p\($0)", [2]) }
    let v = net.graph.addConstant(name: "v", Tensor([1, variance]))
    net.outputs(try net.graph.addNode(name: "bn", BatchNormalization(), [c] + ones + [v]))
    var graph = net.graph
    let report = try PassPipeline().run(&graph)
    #expect(graph.nodes.map(\.op.name) == ["Conv", "BatchNormalization"])
    #expect(report.refusedBatchNorms.map(\.name) == ["bn"])
    #expect(report.batchNorms[0].description.contains("refused: channel 1 has variance \(variance)"))
  }

  @Test func parametersThatAreNotFiniteAreRefused() throws {
    for slot in 1...3 {
      var net = Net(seed: 86)
      let x = net.input([1, 2])
      let y = try net.bn("bn", x)
      net.graph.makeConstant(net.graph.nodes[0].inputs[slot], Tensor([1, .nan]))
      net.outputs(y)
      var graph = net.graph
      let report = try PassPipeline().run(&graph)
      #expect(report.refusedBatchNorms.count == 1, "slot \(slot)")
    }
  }

  @Test func batchNormOfComputedParametersIsRefused() throws {
    var net = Net(seed: 87)
    let (x, v) = (net.input([1, 2]), net.input([2]))
    let p = (0..<3).map { net.constant("p\($0)", [2]) }
    net.outputs(try net.graph.addNode(name: "bn", BatchNormalization(), [x] + p + [v]))
    var graph = net.graph
    let report = try PassPipeline().run(&graph)
    #expect(report.batchNorms[0].description.contains("must be constants"))
  }

  @Test func batchNormScaleIsComputedInDouble() throws {
    var net = Net(seed: 88)
    let x = net.input([1, 1])
    let p = [Float(0.1), 0.3, 1000.1, 1e-12].map { net.graph.addConstant(name: "p", Tensor([$0])) }
    net.outputs(try net.graph.addNode(name: "bn", BatchNormalization(epsilon: 1e-5), [x] + p))
    var graph = net.graph
    _ = try PassPipeline().run(&graph)
    let scale = Double(Float(0.1)) / (Double(Float(1e-12)) + Double(Float(1e-5))).squareRoot()
    #expect(graph.constant(graph.nodes[0].inputs[1])?.elements == [Float(scale)])
    #expect(graph.constant(graph.nodes[0].inputs[2])?.elements == [Float(Double(Float(0.3)) - Double(Float(1000.1)) * scale)])
  }
}
