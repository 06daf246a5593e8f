import FacetFiles
import FacetIR
import FacetPasses
import Testing

/// Products of two computed values take in what moves their operands and results; `optimize` compares what they compute.
@Suite struct StridedProductTests {
  private func products(_ graph: Graph) -> [StridedProduct] { graph.nodes.compactMap { $0.op as? StridedProduct } }

  /// Attention as vision transformers have it: one matrix of queries, keys and values, 2 heads of 4 numbers, 5 tokens.
  @Test func attentionReadsAndWritesWhereItsOperandsLie() throws {
    var net = Net(seed: 1)
    let qkv = net.input([1, 5, 24])
    let parts = try net.add("parts", Reshape(shape: [1, 5, 3, 2, 4]), qkv)
    let heads = try net.add("heads", Transpose(permutation: [2, 0, 3, 1, 4]), parts)
    func part(_ index: Int) throws -> ValueID {
      try net.add("part\(index)", Gather(axis: 0, indices: [index], indexShape: []), heads)
    }
    let (q, k, v) = (try part(0), try part(1), try part(2))
    let scaled = try net.add("scaled", Binary(function: .multiply), q, net.graph.addConstant(name: "s", Tensor(shape: [], elements: [0.5])))
    let turned = try net.add("turned", Transpose(permutation: [0, 1, 3, 2]), k)
    let scores = try net.add("scores", MatrixProduct(), scaled, turned)
    let weights = try net.add("softmax", Softmax(axis: 3), scores)
    let mixed = try net.add("mixed", MatrixProduct(), weights, v)
    let back = try net.add("back", Transpose(permutation: [0, 2, 1, 3]), mixed)
    net.outputs(try net.add("joined", Reshape(shape: [1, 5, 8]), back))
    let (graph, _) = try optimize(net)
    #expect(graph.nodes.map(\.op.name) == ["StridedMatMul", "Softmax", "StridedMatMul"])
    let (first, second) = (products(graph)[0], products(graph)[1])
    #expect(first.scale == 0.5 && first.aOffset == 0 && first.bOffset == 8 && second.bOffset == 16)
    #expect(first.loops(.batch) == [.init(role: .batch, size: 2, a: 4, b: 4, result: 25)])
    #expect(first.loops(.inner) == [.init(role: .inner, size: 4, a: 1, b: 1, result: 0)])
    #expect(second.loops(.row) == [.init(role: .row, size: 5, a: 5, b: 0, result: 8)])
    #expect(second.shape == [1, 5, 8])
  }

  @Test func anOperandThatOthersReadIsReadPastItsTranspose() throws {
    var net = Net(seed: 2)
    let x = net.input([1, 4, 6])
    let turned = try net.add("turned", Transpose(permutation: [0, 2, 1]), x)
    let gram = try net.add("gram", MatrixProduct(), x, turned)
    net.outputs(gram, turned)
    let (graph, _) = try optimize(net)
    #expect(graph.nodes.first { $0.op is StridedProduct }?.inputs == [x, x] && graph.nodes.contains { $0.op is Transpose })
  }

  @Test func batchesThatBroadcastHaveStridesOfZero() throws {
    var net = Net(seed: 3)
    let x = net.input([3, 4, 6])
    let one = try net.add("one", Slice(starts: [1, 0, 0], sizes: [1, 4, 6], steps: [1, 1, 1]), x)
    let turned = try net.add("turned", Transpose(permutation: [0, 2, 1]), one)
    net.outputs(try net.add("product", MatrixProduct(), x, turned))
    let product = try #require(products(try optimize(net).graph).first)
    #expect(product.loops(.batch) == [.init(role: .batch, size: 3, a: 24, b: 0, result: 16)] && product.bOffset == 24)
  }

  /// A window's rows lie in several lines of an image: no single stride leads from one to the next.
  @Test func rowsOfTwoStridesAreMovedBefore() throws {
    var net = Net(seed: 4)
    let x = net.input([1, 4, 4, 3])
    let cut = try net.add("cut", Reshape(shape: [2, 2, 2, 2, 3]), x)
    let windows = try net.add("windows", Transpose(permutation: [0, 2, 1, 3, 4]), cut)
    let tokens = try net.add("tokens", Reshape(shape: [4, 4, 3]), windows)
    let turned = try net.add("turned", Transpose(permutation: [0, 2, 1]), tokens)
    net.outputs(try net.add("product", MatrixProduct(), tokens, turned))
    let (graph, _) = try optimize(net)
    #expect(products(graph).count == 1 && graph.nodes.contains { $0.name == "windows" })
  }

  @Test(arguments: [Float(-2), 0]) func aFactorThatIsNotPositiveStays(_ factor: Float) throws {
    var net = Net(seed: 5)
    let x = net.input([1, 4, 6])
    let scaled = try net.add(
      "scaled", Binary(function: .multiply), x, net.graph.addConstant(name: "s", Tensor(shape: [], elements: [factor])))
    let turned = try net.add("turned", Transpose(permutation: [0, 2, 1]), x)
    net.outputs(try net.add("product", MatrixProduct(), scaled, turned))
    #expect(products(try optimize(net).graph).first?.scale == 1)
  }

  @Test func whatAddsToTheResultStays() throws {
    var net = Net(seed: 6)
    let x = net.input([1, 4, 6])
    let product = try net.add("product", MatrixProduct(), x, try net.add("turned", Transpose(permutation: [0, 2, 1]), x))
    net.outputs(try net.sum("masked", product, net.constant("mask", [4, 4])))
    let (graph, _) = try optimize(net)
    #expect(graph.nodes.map(\.op.name) == ["StridedMatMul", "Add"])
  }

  /// Random shapes, moves before and behind: the same numbers, whatever was taken in.
  @Test(arguments: UInt64(1)...200) func anyMovesKeepWhatIsComputed(seed: UInt64) throws {
    var net = Net(seed: seed)
    let sizes = (0..<4).map { _ in Int(net.random.below(4)) + 1 }
    let x = net.input(sizes)
    func moved(_ name: String, _ value: ValueID) throws -> ValueID {
      let shape = net.graph.shape(value)
      switch net.random.below(4) {
      case 0:
        let order = shape.indices.map { ($0, net.random.below(1000)) }.sorted { $0.1 < $1.1 }.map(\.0)
        return try net.add(name, Transpose(permutation: order), value)
      case 1:
        let starts = shape.map { Int(net.random.below($0)) }
        return try net.add(
          name, Slice(starts: starts, sizes: zip(shape, starts).map { $0 - $1 }, steps: shape.map { _ in 1 }), value)
      case 2:
        let count = shape.reduce(1, *)
        let rows = (1...count).filter(count.isMultiple(of:)).randomElement(using: &net.random) ?? 1
        return try net.add(name, Reshape(shape: [rows, 1, count / rows]), value)
      default:
        return try net.add(name, Gather(axis: 0, indices: [0, Int(net.random.below(shape[0]))], indexShape: [2]), value)
      }
    }
    var operands: [ValueID] = []
    for side in 0..<2 {
      var value = x
      for step in 0..<(Int(net.random.below(4))) { value = try moved("move\(side)\(step)", value) }
      operands.append(value)
    }
    // Matrices whose sizes fit: the second operand's elements as a matrix of as many rows as the first one has columns.
    let (a, b) = (net.graph.shape(operands[0]), net.graph.shape(operands[1]))
    let columns = a[a.count - 1]
    let count = b.reduce(1, *)
    guard count.isMultiple(of: columns) else { return }
    let right = try net.add("right", Reshape(shape: [columns, count / columns]), operands[1])
    var result = try net.add("product", MatrixProduct(), operands[0], right)
    result = try net.add("turned", Transpose(permutation: Array(net.graph.shape(result).indices.reversed())), result)
    net.outputs(result)
    let (graph, _) = try optimize(net)
    #expect(products(graph).count == 1, "seed \(seed)")
  }
}
