import FacetIR
import FacetPasses
import Testing

/// Products with constant matrices become 1 × 1 convolutions; `optimize` compares what they compute.
@Suite struct MatrixProductTests {
  private func convolutions(_ graph: Graph) -> [[Int]] {
    graph.nodes.filter { $0.op is Convolution }.map { graph.shape($0.inputs[1]) }
  }

  private func products(_ graph: Graph) -> Int { graph.nodes.count { $0.op is MatrixProduct } }

  /// Images with channels last, tokens, windows of tokens, one matrix, and vectors of rows and columns.
  @Test(arguments: [[1, 3, 5, 4], [1, 7, 4], [6, 9, 4], [2, 3, 5, 4], [7, 4], [2, 3, 2, 3, 4], [1, 1, 4]])
  func aProductOnTheLastAxisIsAConvolution(_ shape: [Int]) throws {
    var net = Net(seed: 1)
    let x = net.input(shape)
    net.outputs(try net.add("product", MatrixProduct(), x, net.constant("w", [4, 6])))
    let (graph, _) = try optimize(net)
    #expect(convolutions(graph) == [[6, 4, 1, 1]] && products(graph) == 0)
    #expect(graph.shape(graph.outputs[0].value) == shape.dropLast() + [6])
    #expect(graph.nodes.contains { $0.name == "product" && $0.op is Convolution })
  }

  @Test(arguments: [[6], [1, 1, 6]]) func anAdditionOfOneConstantAnOutputIsItsBias(_ bias: [Int]) throws {
    var net = Net(seed: 2)
    let x = net.input([1, 5, 4])
    let product = try net.add("product", MatrixProduct(), x, net.constant("w", [4, 6]))
    let b = net.constant("b", bias)
    net.outputs(try net.sum("sum", b, product))
    let (graph, _) = try optimize(net)
    #expect(convolutions(graph).count == 1 && !graph.nodes.contains { $0.op is Binary || $0.op is Affine })
  }

  @Test func whatElseIsAddedStays() throws {
    // A position's own number, and a product that somebody else reads.
    var net = Net(seed: 3)
    let x = net.input([1, 5, 4])
    let product = try net.add("product", MatrixProduct(), x, net.constant("w", [4, 6]))
    let positions = net.constant("positions", [5, 6])
    net.outputs(try net.sum("sum", product, positions), product)
    let (graph, _) = try optimize(net)
    #expect(convolutions(graph).count == 1 && graph.nodes.contains { ($0.op as? Binary)?.function == .add })
  }

  /// A linear layer, an activation and another one: nothing is transposed between them.
  @Test(arguments: [[1, 3, 5, 4], [1, 7, 4], [6, 9, 4]]) func layersInARowKeepTheirChannelsFirst(_ shape: [Int]) throws {
    var net = Net(seed: 4)
    let x = net.input(shape)
    let a = try net.add("a", MatrixProduct(), x, net.constant("wa", [4, 8]))
    let b = try net.sum("biased", a, net.constant("ba", [8]))
    let c = try net.add("gelu", Unary(function: .gelu), b)
    net.outputs(try net.add("d", MatrixProduct(), c, net.constant("wd", [8, 4])))
    let (graph, _) = try optimize(net)
    #expect(convolutions(graph).count == 2)
    #expect(graph.nodes.count { $0.op is Transpose } == 2)
  }

  @Test func twoComputedMatricesAndAConstantOnTheLeftAreNoConvolutions() throws {
    var net = Net(seed: 5)
    let x = net.input([1, 4, 4])
    let both = try net.add("both", MatrixProduct(), x, x)
    net.outputs(try net.add("left", MatrixProduct(), net.constant("w", [3, 4]), both))
    #expect(convolutions(try optimize(net).graph).isEmpty)
  }

  /// A constant with a matrix for each of several heads is no layer.
  @Test func aConstantOfSeveralMatricesStays() throws {
    var net = Net(seed: 6)
    let x = net.input([2, 5, 4])
    net.outputs(try net.add("heads", MatrixProduct(), x, net.constant("w", [2, 4, 3])))
    #expect(products(try optimize(net).graph) == 1)
  }

  @Test func theScalesOfAQuantizedMatrixStayThoseOfItsOutputs() throws {
    var net = Net(seed: 7)
    let x = net.input([1, 5, 4])
    let w = net.constant("w", [4, 3])
    net.graph.constantQuantizations[w] = ConstantQuantization(scales: [0.1, 0.2, 0.3], axis: 1)
    net.outputs(try net.add("product", MatrixProduct(), x, w))
    var graph = net.graph
    _ = try PassPipeline().run(&graph)
    let conv = try #require(graph.nodes.first { $0.op is Convolution })
    #expect(graph.constantQuantizations[conv.inputs[1]] == ConstantQuantization(scales: [0.1, 0.2, 0.3], axis: 0))
  }
}
