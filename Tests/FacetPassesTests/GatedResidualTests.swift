import FacetIR
import FacetPasses
import Testing

/// `x + (x · g · s + t)` as one product. `optimize` compares the outputs on random numbers.
@Suite struct GatedResidualTests {
  /// A convolution's output, a gate from its channels' norms, their product in `middle`, and the sum.
  private func network(
    seed: UInt64, _ gate: [Int] = [1, 4, 1, 1], sumFirst: Bool = false, clamp: Clamp = .none,
    _ middle: (inout Net, ValueID) throws -> ValueID
  ) throws -> Net {
    var net = Net(seed: seed)
    let x = try net.relu("act", net.conv("a", net.input([1, 2, 5, 6]), 4))
    let axes = gate.indices.filter { gate[$0] == 1 && $0 > 0 }
    let norm = try net.add("norm", Reduce(function: .l2, axes: axes), x)
    let scaled = try middle(&net, net.add("product", Binary(function: .multiply), x, norm))
    let sum = Binary(function: .add, clamp: clamp)
    net.outputs(try net.conv("b", sumFirst ? net.add("sum", sum, x, scaled) : net.add("sum", sum, scaled, x), 3, kernel: 1))
    return net
  }

  private func names(_ net: Net) throws -> [String] { try optimize(net).graph.nodes.map(\.op.name) }

  @Test(arguments: [true, false]) func globalResponseNormalizationIsOneProduct(sumFirst: Bool) throws {
    let net = try network(seed: 81, sumFirst: sumFirst) { net, product in
      let scaled = try net.add("gamma", Binary(function: .multiply), product, net.constant("g", [1, 4, 1, 1]))
      return try net.add("beta", Binary(function: .add), net.constant("t", [1, 4, 1, 1]), scaled)
    }
    // The shift goes into the convolution behind.
    #expect(try names(net) == ["Conv", "ReduceL2", "Affine", "Mul", "Conv"])
  }

  @Test func aProductWithoutScaleIsTakenToo() throws {
    #expect(try names(network(seed: 82) { _, product in product }) == ["Conv", "ReduceL2", "Affine", "Mul", "Conv"])
  }

  @Test func theClampOfTheSumStays() throws {
    let net = try network(seed: 83, clamp: Clamp(low: 0, high: 6)) { _, product in product }
    let graph = try optimize(net).graph
    #expect((graph.nodes.first { $0.op.name == "Mul" }?.op as? Binary)?.clamp == Clamp(low: 0, high: 6))
  }

  @Test func whatIsOnlySimilarStays() throws {
    // A clamp between; a gate of pixels; a product that others read; another value beside it.
    let clamped = try network(seed: 84) { net, product in try net.relu("relu", product) }
    #expect(try names(clamped).contains("Add"))
    #expect(try names(network(seed: 85, [1, 1, 5, 6]) { _, product in product }).contains("Add"))
    var read = Net(seed: 86)
    let x = try read.conv("a", read.input([1, 2, 5, 6]), 4)
    let product = try read.add("product", Binary(function: .multiply), x, read.add("pool", GlobalAveragePool(), x))
    read.outputs(try read.conv("b", read.add("sum", Binary(function: .add), product, x), 3, kernel: 1), product)
    #expect(try names(read).filter { $0 == "Add" || $0 == "Mul" } == ["Mul", "Add"])
    var other = Net(seed: 87)
    let input = other.input([1, 2, 5, 6])
    let (a, b) = (try other.conv("a", input, 4), try other.conv("b", input, 4))
    let gated = try other.add("product", Binary(function: .multiply), a, other.add("pool", GlobalAveragePool(), a))
    other.outputs(try other.conv("c", other.add("sum", Binary(function: .add), gated, b), 3, kernel: 1))
    #expect(try !names(other).contains("Affine"))
  }
}
