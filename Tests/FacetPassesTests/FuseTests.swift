import FacetIR
import FacetPasses
import Testing

@Suite struct FuseActivationTests {
  @Test func activationsGoIntoConvGemmAffineAddAndMul() throws {
    var net = Net(seed: 51)
    let x = net.input([1, 3, 4, 4])
    let c = try net.relu("r1", net.conv("conv", x, 3))
    let m = try net.relu("r2", net.add("mul", Binary(function: .multiply), c, x))
    let a = try net.relu("r3", net.sum("add", m, c))
    let n = try net.clip("r4", net.bn("bn", a), 0, 6)
    let flat = try net.add("flat", Reshape(shape: [1, 48]), n)
    net.outputs(try net.relu("r5", net.gemm("fc", flat, 2)))
    let (graph, _) = try optimize(net)
    #expect(
      structure(graph) == """
        %1 = Conv(%0, %c0, %c1) strides=1,1 pads=1,1,1,1 clamp=0.0,inf  // conv
        %2 = Mul(%1, %0) clamp=0.0,inf  // mul
        %3 = Add(%2, %1) clamp=0.0,inf  // add
        %4 = Affine(%3, %c2, %c3) clamp=0.0,6.0  // bn
        %5 = Reshape(%4) shape=1,48  // flat
        %6 = Gemm(%5, %c4, %c5) clamp=0.0,inf  // fc
        output y0 = %6
        """)
  }

  @Test func activationsInARowBecomeOneClamp() throws {
    var net = Net(seed: 52)
    let x = net.input([1, 3, 4, 4])
    let c = try net.relu("r", net.clip("c", net.conv("conv", x, 3), -0.5, 0.7))
    let p = try net.relu("r3", net.clip("c2", net.add("pool", MaxPool(kernel: [2, 2]), c), -1, 0.25))
    net.outputs(try net.add("s", Unary(function: .sigmoid), p))
    let (graph, _) = try optimize(net)
    #expect(
      structure(graph) == """
        %1 = Conv(%0, %c0, %c1) strides=1,1 pads=1,1,1,1 clamp=0.0,0.7  // conv
        %2 = MaxPool(%1) kernel=2,2 strides=1,1 pads=0,0,0,0  // pool
        %3 = Clip(%2) min=0.0 max=0.25  // c2
        %4 = Sigmoid(%3)  // s
        output y0 = %4
        """)
  }

  @Test func activationOfAConvolutionUsedTwiceMustNotFuse() throws {
    var net = Net(seed: 53)
    let x = net.input([1, 3, 4, 4])
    let c = try net.conv("conv", x, 3)
    net.outputs(try net.relu("r", c), try net.add("s", Unary(function: .sigmoid), c))
    #expect(try optimize(net).graph.nodes.map(\.op.name) == ["Conv", "Relu", "Sigmoid"])
  }

  @Test func activationOfAnOutputMustNotFuse() throws {
    var net = Net(seed: 54)
    let x = net.input([1, 3, 4, 4])
    let c = try net.conv("conv", x, 3)
    net.outputs(try net.relu("r", c), c)
    #expect(try optimize(net).graph.nodes.map(\.op.name) == ["Conv", "Relu"])
  }

  @Test func otherFunctionsMustNotFuse() throws {
    for function in [UnaryFunction.sigmoid, .hardSwish, .hardSigmoid(alpha: 0.2, beta: 0.5)] {
      var net = Net(seed: 55)
      let x = net.input([1, 3, 4, 4])
      net.outputs(try net.add("f", Unary(function: function), net.conv("conv", x, 3)))
      #expect(try optimize(net).graph.nodes.count == 2)
    }
  }
}

@Suite struct FuseResidualTests {
  @Test func addAndActivationGoIntoTheConvolution() throws {
    var net = Net(seed: 61)
    let x = net.input([1, 3, 4, 4])
    let a = try net.relu("r1", net.bn("bn1", net.conv("a", x, 3)))
    let b = try net.bn("bn2", net.conv("b", a, 3))
    net.outputs(try net.relu("r2", net.sum("add", x, b)))
    let (graph, report) = try optimize(net)
    #expect(
      structure(graph) == """
        %1 = Conv(%0, %c0, %c1) strides=1,1 pads=1,1,1,1 clamp=0.0,inf  // a
        %2 = Conv(%1, %c2, %c3, %0) strides=1,1 pads=1,1,1,1 clamp=0.0,inf  // b
        output y0 = %2
        """)
    #expect(report.patches.last?.description.hasSuffix("fuse-residual 'add': into Conv 'b'") ?? false)
  }

  @Test func ofTwoConvolutionsTheLaterTakesTheSum() throws {
    for swapped in [false, true] {
      var net = Net(seed: 62)
      let x = net.input([1, 3, 4, 4])
      let a = try net.conv("main", x, 5, stride: 2)
      let b = try net.conv("shortcut", x, 5, kernel: 1, stride: 2)
      net.outputs(try swapped ? net.sum("add", b, a) : net.sum("add", a, b))
      #expect(
        structure(try optimize(net).graph) == """
          %1 = Conv(%0, %c0, %c1) strides=2,2 pads=1,1,1,1  // main
          %2 = Conv(%0, %c2, %c3, %1) strides=2,2 pads=0,0,0,0  // shortcut
          output y0 = %2
          """)
    }
  }

  @Test func convolutionMovesBehindTheOtherOperand() throws {
    var net = Net(seed: 63)
    let x = net.input([1, 3, 4, 4])
    let c = try net.conv("conv", x, 3)
    let s = try net.add("s", Unary(function: .sigmoid), x)
    net.outputs(try net.sum("add", c, s))
    #expect(
      structure(try optimize(net).graph) == """
        %1 = Sigmoid(%0)  // s
        %2 = Conv(%0, %c0, %c1, %1) strides=1,1 pads=1,1,1,1  // conv
        output y0 = %2
        """)
  }

  @Test func chainsOfAddsFuseOnePerConvolution() throws {
    var net = Net(seed: 64)
    var y = net.input([1, 2, 4, 4])
    for index in 0..<3 { y = try net.sum("add\(index)", net.conv("c\(index)", y, 2), y) }
    net.outputs(try net.sum("last", y, net.graph.inputs[0]))
    let (graph, _) = try optimize(net)
    #expect(graph.nodes.map(\.op.name) == ["Conv", "Conv", "Conv", "Add"])
    #expect(graph.nodes.prefix(3).allSatisfy { $0.inputs.count == 4 })
  }

  @Test func activationBetweenConvolutionAndAddMustNotFuse() throws {
    var net = Net(seed: 65)
    let x = net.input([1, 3, 4, 4])
    net.outputs(try net.sum("add", net.relu("r", net.conv("conv", x, 3)), x))
    let (graph, _) = try optimize(net)
    #expect(graph.nodes.map(\.op.name) == ["Conv", "Add"])
    #expect(graph.nodes[0].inputs.count == 3)
  }

  @Test func convolutionUsedTwiceMustNotFuse() throws {
    var net = Net(seed: 66)
    let x = net.input([1, 3, 4, 4])
    let c = try net.conv("conv", x, 3)
    net.outputs(try net.sum("add", c, x), try net.add("s", Unary(function: .sigmoid), c))
    #expect(try optimize(net).graph.nodes.map(\.op.name) == ["Conv", "Add", "Sigmoid"])
  }

  @Test func convolutionThatIsAnOutputMustNotFuse() throws {
    var net = Net(seed: 67)
    let x = net.input([1, 3, 4, 4])
    let c = try net.conv("conv", x, 3)
    net.outputs(try net.sum("add", c, x), c)
    #expect(try optimize(net).graph.nodes.map(\.op.name) == ["Conv", "Add"])
  }

  @Test func sumOfAConvolutionWithItselfMustNotFuse() throws {
    var net = Net(seed: 68)
    let x = net.input([1, 3, 4, 4])
    let c = try net.conv("conv", x, 3)
    net.outputs(try net.sum("add", c, c))
    #expect(try optimize(net).graph.nodes.map(\.op.name) == ["Conv", "Add"])
  }

  @Test func broadcastOrConstantOperandMustNotFuse() throws {
    var net = Net(seed: 69)
    let x = net.input([1, 3, 4, 4])
    let p = try net.add("pool", GlobalAveragePool(), x)
    net.outputs(try net.sum("add", net.conv("conv", x, 3), p))
    #expect(try optimize(net).graph.nodes.map(\.op.name) == ["GlobalAveragePool", "Conv", "Add"])
    var other = Net(seed: 70)
    let z = other.input([1, 3, 4, 4])
    other.outputs(try other.sum("add", other.conv("conv", z, 3), other.constant("k", [1, 3, 4, 4])))
    #expect(try optimize(other).graph.nodes.map(\.op.name) == ["Conv", "Add"])
  }

  @Test func fullyConnectedMustNotTakeAResidual() throws {
    var net = Net(seed: 71)
    let x = net.input([1, 3])
    net.outputs(try net.sum("add", net.gemm("fc", x, 3), x))
    #expect(try optimize(net).graph.nodes.map(\.op.name) == ["Gemm", "Add"])
  }

  @Test func onlyAddAndMulOfTwoOperandsTakeAnActivation() throws {
    for function in BinaryFunction.allCases {
      var net = Net(seed: 12)
      let x = net.input([1, 4, 3, 3])
      let other = try net.add("tanh", Unary(function: .tanh), x)
      net.outputs(try net.relu("relu", net.add("op", Binary(function: function), x, other)))
      let names = try optimize(net).graph.nodes.map(\.op.name)
      let name = Binary(function: function).name
      #expect(names == ["Tanh", name] + (function == .add || function == .multiply ? [] : ["Relu"]))
    }
  }
}
