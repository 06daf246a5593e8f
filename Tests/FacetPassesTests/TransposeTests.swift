import FacetIR
import FacetPasses
import Testing

@Suite struct TransposeTests {
  private let toLast = Transpose(permutation: [0, 2, 3, 1])
  private let toFirst = Transpose(permutation: [0, 3, 1, 2])

  private func transposes(_ graph: Graph) -> Int { graph.nodes.count { $0.op is Transpose } }

  @Test func aChannelsLastNetworkKeepsNoneBetweenItsConvolutions() throws {
    var net = Net(seed: 1)
    // As a converter from TensorFlow writes it: constants, activations and sums in [N, H, W, C].
    let x = net.input([1, 3, 6, 5])
    var y = try net.add("l0", toLast, try net.conv("c0", x, 4))
    let k = net.constant("k", [4])
    y = try net.add("scale", Binary(function: .multiply), y, k)
    let skip = try net.relu("r0", y)
    y = try net.add("l1", toLast, try net.conv("c1", try net.add("f1", toFirst, skip), 4))
    y = try net.add("s", Binary(function: .add), skip, y)
    y = try net.clip("r1", y, 0, 6)
    let (a, b) = (try net.relu("r2", y), try net.add("sig", Unary(function: .sigmoid), y))
    y = try net.add("join", Concat(axis: 3), a, b)
    y = try net.conv("c2", try net.add("f2", toFirst, y), 2)
    net.outputs(y)
    let (graph, _) = try optimize(net)
    #expect(transposes(graph) == 0)
    #expect(graph.nodes.contains { ($0.op as? Concat)?.axis == 1 })
  }

  @Test func aGateOfOnePixelFollows() throws {
    var net = Net(seed: 2)
    let x = net.input([1, 4, 3, 3])
    let y = try net.conv("c", x, 4)
    let gate = try net.add("sig", Unary(function: .sigmoid), try net.add("p", GlobalAveragePool(keepDimensions: true), y))
    let product = try net.add(
      "mul", Binary(function: .multiply), try net.add("l", toLast, y), try net.add("g", toLast, gate))
    net.outputs(try net.conv("d", try net.add("f", toFirst, product), 2))
    #expect(transposes(try optimize(net).graph) == 0)
  }

  @Test func twoInARowBecomeOne() throws {
    var net = Net(seed: 3)
    let x = net.input([2, 3, 4])
    let y = try net.add("b", Transpose(permutation: [1, 0, 2]), try net.add("a", Transpose(permutation: [2, 0, 1]), x))
    net.outputs(try net.relu("r", y))
    #expect(transposes(try optimize(net).graph) == 1)
  }

  @Test func oneThatMovesOnlyAxesOfOneIsAReshape() throws {
    var net = Net(seed: 4)
    let x = net.input([1, 5, 1, 1])
    net.outputs(try net.relu("r", try net.add("t", toLast, x)))
    let graph = try optimize(net).graph
    #expect(transposes(graph) == 0 && graph.nodes.contains { $0.op is Reshape })
  }

  @Test func operandsTransposedDifferentlyKeepTheirs() throws {
    var net = Net(seed: 5)
    let x = net.input([1, 3, 3, 3])
    let y = try net.add("s", Binary(function: .add), try net.add("a", toLast, x), try net.add("b", toFirst, x))
    net.outputs(y)
    #expect(transposes(try optimize(net).graph) == 2)
  }

  @Test func slicesAndPadsOfNothingGo() throws {
    var net = Net(seed: 6)
    let x = net.input([1, 4])
    var y = try net.add("s", Slice(starts: [0, 0], sizes: [1, 4], steps: [1, 1]), x)
    y = try net.add("p", Pad(before: [0, 0], after: [0, 0]), y)
    y = try net.add("e", Expand(shape: [1, 4]), y)
    net.outputs(try net.relu("r", y))
    #expect(try optimize(net).graph.nodes.count == 1)
  }

  @Test func aReversingSliceStays() throws {
    var net = Net(seed: 7)
    let x = net.input([1, 4])
    let y = try net.add("s", Slice(starts: [0, 3], sizes: [1, 4], steps: [1, -1]), x)
    net.outputs(try net.relu("r", y))
    #expect(try optimize(net).graph.nodes.count == 2)
  }
}
