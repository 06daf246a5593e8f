import FacetIR
import FacetPasses
import Testing

@Suite struct FoldIntoConsumerTests {
  @Test(arguments: [1, 2, 4]) func unpaddedConvolutionTakesTheBatchNormBeforeIt(groups: Int) throws {
    var net = Net(seed: 31)
    let x = net.input([1, 4, 6, 5])
    net.outputs(try net.conv("conv", net.bn("bn", x), 8, padded: false, groups: groups))
    let (graph, report) = try optimize(net)
    #expect(graph.nodes.map(\.name) == ["conv"])
    #expect(report.batchNorms.map(\.description) == ["bn: folded into Conv 'conv'"])
    #expect(report.patches.last?.patch == "fold-affine-into-consumers")
  }

  @Test func batchNormBeforePaddedConvolutionWithShiftMustNotFold() throws {
    var net = Net(seed: 32)
    let x = net.input([1, 4, 6, 5])
    net.outputs(try net.conv("conv", net.bn("bn", x), 3, padded: true))
    let (graph, report) = try optimize(net)
    #expect(graph.nodes.map(\.op.name) == ["Affine", "Conv"])
    #expect(report.batchNorms.map(\.description) == ["bn: kept as affine: reads the input 'x'; Conv 'conv' pads with zeros"])
  }

  @Test func onePadOnOneSideForbidsAShift() throws {
    for side in 0..<4 {
      var net = Net(seed: 33)
      let x = net.input([1, 2, 4, 4])
      var pads = [0, 0, 0, 0]
      pads[side] = 1
      let a = try net.affine("a", x)
      net.outputs(
        try net.add("conv", Convolution(pads: pads), a, net.constant("w", [2, 2, 2, 2]), net.constant("b", [2])))
      #expect(try optimize(net).graph.nodes.count == 2, "side \(side)")
    }
  }

  @Test func paddedConvolutionTakesAScaleWithoutShift() throws {
    var net = Net(seed: 34)
    let x = net.input([1, 4, 6, 5])
    net.outputs(try net.conv("conv", net.affine("a", x, shift: false), 3, padded: true))
    #expect(try optimize(net).graph.nodes.map(\.name) == ["conv"])
  }

  @Test func allReadersTakeTheBatchNorm() throws {
    var net = Net(seed: 35)
    let x = net.input([1, 3, 5, 5])
    let b = try net.bn("bn", x)
    let shared = net.constant("shared", [4, 3, 1, 1])
    let c1 = try net.conv("c1", b, 4, kernel: 1, weights: shared)
    let c2 = try net.conv("c2", b, 4, kernel: 1, weights: shared)
    net.outputs(c1, c2, try net.relu("relu", net.affine("a", b)))
    let (graph, report) = try optimize(net)
    #expect(
      structure(graph) == """
        %1 = Conv(%0, %c0, %c1) strides=1,1 pads=0,0,0,0  // c1
        %2 = Conv(%0, %c2, %c3) strides=1,1 pads=0,0,0,0  // c2
        %3 = Affine(%0, %c4, %c5) clamp=0.0,inf  // a
        output y0 = %1
        output y1 = %2
        output y2 = %3
        """)
    #expect(report.batchNorms[0].mergedWith == ["a"])
    #expect(report.batchNorms[0].fate == .keptAsAffine(node: "a", reason: "reads the input 'x'"))
  }

  @Test func batchNormWithOneReaderThatCannotTakeItMustNotFold() throws {
    var net = Net(seed: 36)
    let x = net.input([1, 3, 5, 5])
    let b = try net.bn("bn", x)
    net.outputs(try net.conv("c1", b, 4, kernel: 1), try net.add("s", Unary(function: .sigmoid), b))
    #expect(try optimize(net).graph.nodes.map(\.op.name) == ["Affine", "Conv", "Sigmoid"])
  }

  @Test func batchNormThatIsAnOutputMustNotFold() throws {
    var net = Net(seed: 37)
    let x = net.input([1, 3, 5, 5])
    let b = try net.bn("bn", x)
    net.outputs(try net.conv("c1", b, 4, kernel: 1), b)
    #expect(try optimize(net).graph.nodes.map(\.op.name) == ["Affine", "Conv"])
  }

  @Test func affineWithAnActivationMustNotFold() throws {
    var net = Net(seed: 38)
    let x = net.input([1, 3, 5, 5])
    net.outputs(try net.conv("conv", net.relu("relu", net.bn("bn", x)), 4, kernel: 1))
    let (graph, report) = try optimize(net)
    #expect(report.batchNorms.map(\.description) == ["bn: kept as affine: reads the input 'x'"])
    #expect(graph.nodes.map(\.op.name) == ["Affine", "Conv"])
    #expect((graph.nodes[0].op as? Affine)?.clamp == .relu)
  }

  @Test func affineThatIsTheResidualMustNotFold() throws {
    var net = Net(seed: 39)
    let x = net.input([1, 3, 5, 5])
    let b = try net.bn("bn", x)
    let w = net.constant("w", [3, 3, 1, 1])
    let c = try net.graph.addNode(name: "conv", Convolution(), [b, w, net.constant("b", [3]), b])
    net.outputs(c)
    #expect(try optimize(net).graph.nodes.map(\.op.name) == ["Affine", "Conv"])
  }

  @Test func fullyConnectedTakesTheBatchNormBeforeIt() throws {
    var net = Net(seed: 40)
    let x = net.input([1, 6])
    net.outputs(try net.gemm("fc", net.bn("bn", x), 3))
    #expect(try optimize(net).graph.nodes.map(\.name) == ["fc"])
  }

  @Test func fullyConnectedTakesTheBatchNormThroughReshapes() throws {
    var net = Net(seed: 41)
    let x = net.input([1, 3, 2, 4])
    let flat = try net.add("flat", Reshape(shape: [1, 24]), net.add("r", Reshape(shape: [1, 6, 4]), net.bn("bn", x)))
    net.outputs(try net.gemm("fc", flat, 3), try net.gemm("fc2", flat, 2))
    let (graph, report) = try optimize(net)
    #expect(graph.nodes.map(\.name) == ["flat", "fc", "fc2"])
    #expect(report.batchNorms.map(\.description) == ["bn: folded into Gemm 'fc', Gemm 'fc2'"])
  }

  @Test func batchNormBeforeAReshapeThatOthersReadMustNotFold() throws {
    var net = Net(seed: 42)
    let x = net.input([1, 3, 2, 4])
    let flat = try net.add("flat", Reshape(shape: [1, 24]), net.bn("bn", x))
    net.outputs(try net.gemm("fc", flat, 3), flat)
    #expect(try optimize(net).graph.nodes.map(\.op.name) == ["Affine", "Reshape", "Gemm"])
  }

  @Test func batchNormSinksBelowAveragePoolingIntoFullyConnected() throws {
    var net = Net(seed: 43)
    let x = net.input([1, 3, 4, 4])
    let s = try net.add("s", Unary(function: .sigmoid), x)
    let p = try net.add("pool", GlobalAveragePool(), net.bn("bn", s))
    net.outputs(try net.gemm("fc", net.add("flat", Reshape(shape: [1, 3]), p), 2))
    let (graph, report) = try optimize(net)
    #expect(graph.nodes.map(\.name) == ["s", "pool", "flat", "fc"])
    #expect(report.batchNorms.map(\.description) == ["bn: folded into Gemm 'fc'"])
  }

  @Test(arguments: [(true, 0, true), (false, 1, true), (true, 1, false)])
  func batchNormSinksBelowAveragePoolingUnlessZerosCount(include: Bool, pad: Int, sinks: Bool) throws {
    var net = Net(seed: 44)
    let x = net.input([1, 3, 5, 5])
    let pool = AveragePool(kernel: [2, 2], strides: [2, 2], pads: [pad, pad, 0, 0], countIncludePad: include, ceilMode: true)
    net.outputs(try net.add("pool", pool, net.bn("bn", x)))
    let (graph, report) = try optimize(net)
    #expect(graph.nodes.map(\.op.name) == (sinks ? ["AveragePool", "Affine"] : ["Affine", "AveragePool"]))
    let reason = sinks ? "reads the output of AveragePool 'pool'" : "reads the input 'x'"
    #expect(report.batchNorms.map(\.fate) == [.keptAsAffine(node: "bn", reason: reason)])
  }
}
