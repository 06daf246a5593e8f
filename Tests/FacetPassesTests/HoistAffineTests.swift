import FacetIR
import FacetPasses
import Testing

/// Batch normalizations behind operators that only move or join elements. `optimize` compares the outputs on random numbers; the
/// lists of operators fail where nothing folds.
@Suite struct HoistAffineTests {
  @Test func batchNormBehindAConcatGoesIntoItsConvolutions() throws {
    var net = Net(seed: 61)
    let x = net.input([1, 2, 6, 5])
    let joined = try net.add("cat", Concat(axis: 1), net.conv("a", x, 3), net.conv("b", x, 2, kernel: 1), net.conv("c", x, 4, groups: 2))
    net.outputs(try net.relu("relu", net.bn("bn", joined)))
    let (graph, report) = try optimize(net)
    #expect(graph.nodes.map(\.op.name) == ["Conv", "Conv", "Conv", "Concat", "Relu"])
    #expect(report.batchNorms.map(\.description) == ["bn: folded into Conv 'a', Conv 'b', Conv 'c'"])
  }

  @Test func batchNormBehindAConcatOfRowsGoesIntoEachWhole() throws {
    var net = Net(seed: 62)
    let x = net.input([1, 2, 4, 4])
    net.outputs(try net.bn("bn", net.add("cat", Concat(axis: 2), net.conv("a", x, 3), net.conv("b", x, 3))))
    #expect(try optimize(net).graph.nodes.map(\.op.name) == ["Conv", "Conv", "Concat"])
  }

  @Test func concatsOfConcatsAndOfVectorsFold() throws {
    var net = Net(seed: 63)
    let x = net.input([1, 6])
    let inner = try net.add("inner", Concat(axis: 1), net.gemm("a", x, 2), net.gemm("b", x, 3))
    net.outputs(try net.bn("bn", net.add("outer", Concat(axis: 1), net.gemm("c", x, 4), inner)))
    let (graph, report) = try optimize(net)
    #expect(graph.nodes.map(\.op.name).sorted() == ["Concat", "Concat", "Gemm", "Gemm", "Gemm"])
    #expect(report.batchNorms.map(\.description) == ["bn: folded into Gemm 'a', Gemm 'b', Gemm 'c'"])
  }

  /// A convolution over a line is one over an image of height 1.
  @Test func batchNormOfALineFoldsThroughTheReshape() throws {
    var net = Net(seed: 64)
    let x = net.input([1, 2, 1, 9])
    let line = try net.add("line", Reshape(shape: [1, 4, 9]), net.conv("conv", x, 4))
    net.outputs(try net.bn("bn", line))
    let (graph, report) = try optimize(net)
    #expect(graph.nodes.map(\.op.name) == ["Conv", "Reshape"])
    #expect(report.batchNorms.map(\.description) == ["bn: folded into Conv 'conv'"])
  }

  @Test func separateMulAndAddOfALineFold() throws {
    var net = Net(seed: 65)
    let line = try net.add("line", Reshape(shape: [1, 4, 9]), net.conv("conv", net.input([1, 2, 1, 9]), 4))
    let scaled = try net.add("mul", Binary(function: .multiply), line, net.constant("s", [4, 1]))
    net.outputs(try net.add("add", Binary(function: .add), scaled, net.constant("t", [1, 4, 1])))
    #expect(try optimize(net).graph.nodes.map(\.op.name) == ["Conv", "Reshape"])
  }

  @Test(arguments: [[0, 1, 3, 2], [0, 3, 1, 2], [0, 2, 3, 1]]) func batchNormBehindATransposeFoldsIntoFullyConnected(
    _ permutation: [Int]
  ) throws {
    var net = Net(seed: 66)
    let image = try net.add("image", Reshape(shape: [1, 2, 3, 4]), net.gemm("fc", net.input([1, 5]), 24))
    net.outputs(try net.bn("bn", net.add("nchw", Transpose(permutation: permutation), image)))
    let (graph, report) = try optimize(net)
    #expect(graph.nodes.map(\.op.name) == ["Gemm", "Reshape", "Transpose"])
    #expect(report.batchNorms.map(\.description) == ["bn: folded into Gemm 'fc'"])
  }

  @Test func batchNormBehindATransposeOfRowsAndColumnsFoldsIntoAConvolution() throws {
    var net = Net(seed: 67)
    let turned = try net.add("turn", Transpose(permutation: [0, 1, 3, 2]), net.conv("conv", net.input([1, 2, 4, 5]), 3))
    net.outputs(try net.bn("bn", turned))
    #expect(try optimize(net).graph.nodes.map(\.op.name) == ["Conv", "Transpose"])
  }

  @Test(arguments: [true, false]) func batchNormBehindPixelShuffleFolds(columnsFirst: Bool) throws {
    var net = Net(seed: 68)
    let op = DepthToSpace(block: 2, columnsFirst: columnsFirst)
    net.outputs(try net.bn("bn", net.add("shuffle", op, net.conv("conv", net.input([1, 2, 3, 5]), 12))))
    #expect(try optimize(net).graph.nodes.map(\.op.name) == ["Conv", "DepthToSpace"])
  }

  /// Of 1 x 1 pixels, and of more where all of a channel come under one number.
  @Test func batchNormBehindFlatteningFoldsWhereChannelsStayWhole() throws {
    var net = Net(seed: 69)
    let small = try net.conv("conv", net.input([1, 2, 3, 3]), 4, padded: false)
    net.outputs(try net.bn("bn", net.add("flat", Reshape(shape: [1, 4]), small)))
    #expect(try optimize(net).graph.nodes.map(\.op.name) == ["Conv", "Reshape"])

    net = Net(seed: 70)
    let flat = try net.add("flat", Reshape(shape: [1, 36]), net.conv("conv", net.input([1, 2, 3, 3]), 4))
    let repeated = (0..<4).flatMap { [Float](repeating: 0.5 + Float($0), count: 9) }
    net.outputs(try net.add("mul", Binary(function: .multiply), flat, net.graph.addConstant(name: "s", Tensor(repeated))))
    #expect(try optimize(net).graph.nodes.map(\.op.name) == ["Conv", "Reshape"])
  }

  @Test func channelsUnderSeveralScalesStayAndAreNamed() throws {
    var net = Net(seed: 71)
    net.outputs(try net.bn("bn", net.add("flat", Reshape(shape: [1, 36]), net.conv("conv", net.input([1, 2, 3, 3]), 4))))
    let (graph, report) = try optimize(net)
    #expect(graph.nodes.map(\.op.name) == ["Conv", "Reshape", "Affine"])
    #expect(
      report.batchNorms.map(\.description) == [
        "bn: kept as affine: reads Conv 'conv' through Reshape 'flat', with several scales for one of its channels"
      ])

    net = Net(seed: 72)
    net.outputs(try net.bn("bn", net.add("turn", Transpose(permutation: [0, 2, 1, 3]), net.conv("conv", net.input([1, 2, 3, 3]), 4))))
    #expect(try optimize(net).graph.nodes.map(\.op.name) == ["Conv", "Transpose", "Affine"])
  }

  @Test func oneOperandThatCannotTakeItsPartKeepsAllOfIt() throws {
    var net = Net(seed: 73)
    let x = net.input([1, 2, 4, 4])
    let active = try net.relu("relu", net.conv("b", x, 2))
    net.outputs(try net.bn("bn", net.add("cat", Concat(axis: 1), net.conv("a", x, 3), active)))
    var (graph, report) = try optimize(net)
    #expect(graph.nodes.map(\.op.name) == ["Conv", "Conv", "Concat", "Affine"])
    #expect(report.batchNorms.map(\.description) == ["bn: kept as affine: reads the activation after Conv 'b', through Concat 'cat'"])

    net = Net(seed: 74)
    let y = net.input([1, 2, 4, 4])
    let shared = try net.conv("a", y, 3)
    net.outputs(try net.bn("bn", net.add("cat", Concat(axis: 1), shared, net.conv("b", y, 2))), try net.relu("r", shared))
    (graph, report) = try optimize(net)
    #expect(graph.nodes.count { $0.op is Affine } == 1)
    #expect(report.batchNorms.map(\.description) == ["bn: kept as affine: reads Conv 'a', which is read 2 times, through Concat 'cat'"])

    net = Net(seed: 75)
    let z = net.input([1, 2, 4, 4])
    let joined = try net.add("cat", Concat(axis: 1), net.conv("a", z, 3), net.conv("b", z, 2))
    net.outputs(try net.bn("bn", joined), joined)
    (graph, report) = try optimize(net)
    #expect(graph.nodes.count { $0.op is Affine } == 1)
    #expect(report.batchNorms.map(\.description) == ["bn: kept as affine: reads Concat 'cat', an output of the graph"])
  }

  @Test func oneConvolutionTwiceInAConcatMustNotTakeBothParts() throws {
    var net = Net(seed: 76)
    let conv = try net.conv("a", net.input([1, 2, 4, 4]), 3)
    net.outputs(try net.bn("bn", net.add("cat", Concat(axis: 1), conv, conv)))
    #expect(try optimize(net).graph.nodes.map(\.op.name) == ["Conv", "Concat", "Affine"])
  }
}
