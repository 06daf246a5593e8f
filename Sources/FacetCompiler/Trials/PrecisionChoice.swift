import FacetIR
import FacetLowering
import FacetQuantization
import FacetSensitivity

/// Which few results are worth more than 8 bits: those whose rounding costs much, where more bits cost little.
struct PrecisionChoice {
  /// What all of them may cost together, as shares of the plain program.
  struct Limits {
    var products = 0.04
    var bytes = 0.5
    var count = 8

    /// The larger share of both.
    func share(products: Double, bytes: Double) -> Double { max(products / self.products, bytes / self.bytes, 1e-6) }
  }

  /// Of the loss, less is not worth a tensor.
  private static let leastShare = 0.01

  /// What was chosen, the best first.
  private(set) var names: [String] = []
  /// By attribute: what is left of its loss if nothing of their rounding is.
  private(set) var left: [Double]

  /// - Parameters:
  ///   - noise: of what each operator gives that may be chosen.
  ///   - losses: of each attribute's scores in all, as noise over signal.
  ///   - costs: by node.
  init(_ noise: [ResultNoise], losses: [Double], costs: [Int: BitsCost], limits: Limits = Limits()) {
    // What is measured one by one may be more than all together.
    let totals = losses.indices.map { attribute in max(losses[attribute], noise.reduce(0) { $0 + $1.noise[attribute] }) }
    var candidates: [(name: String, shares: [Double], benefit: Double, cost: BitsCost, value: Double)] = []
    for result in noise {
      guard let cost = costs[result.node] else { continue }
      let shares = totals.indices.map { totals[$0] > 0 && totals[$0].isFinite ? result.noise[$0] / totals[$0] : 0 }
      let benefit = shares.reduce(0, +) / Double(max(shares.count, 1))
      guard benefit >= Self.leastShare else { continue }
      candidates.append((result.name, shares, benefit, cost, benefit / limits.share(products: cost.products, bytes: cost.bytes)))
    }
    left = [Double](repeating: 1, count: totals.count)
    var (products, bytes) = (0.0, 0.0)
    for candidate in candidates.sorted(by: { ($1.value, $0.name) < ($0.value, $1.name) }) where names.count < limits.count {
      let all = (products: products + candidate.cost.products, bytes: bytes + candidate.cost.bytes)
      guard limits.share(products: all.products, bytes: all.bytes) <= 1, !names.contains(candidate.name) else { continue }
      (products, bytes) = all
      names.append(candidate.name)
      for attribute in left.indices { left[attribute] = max(0, left[attribute] - candidate.shares[attribute]) }
    }
  }

  /// Whether the attributes may come nearer to float by three quarters of so many decibels in the mean.
  func mayBring(_ decibels: Double) -> Bool {
    let ratio = noiseRatio(ofDecibels: decibels * 0.75)
    return !names.isEmpty && left.reduce(1, *) <= left.reduce(1) { product, _ in product * ratio }
  }
}

extension Pipeline {
  /// Nodes of the int8 program whose results may have more bits: of what is computed here, what is int8 alone, and is read by its own fragment only. What
  /// branches read stays as it is for those that take their place.
  var openResults: Set<Int> {
    let (graph, aliases) = (types.graph, types.aliases)
    let partition = behindTrunk ?? FragmentPartition(graph)
    var fragments: [Int: Int] = [:]
    for (number, fragment) in partition.fragments.enumerated() where behindTrunk == nil || number > 0 {
      for node in fragment.nodes { fragments[node] = number }
    }
    let results = Set(graph.outputs.map { aliases.root($0.value) })
    // With which nodes' results a value would have more bits, or become float32: its own, and those that it is moved or computed from.
    var origins: [ValueID: Set<Int>] = [:]
    // The same where it is only moved.
    var moved: [ValueID: Set<Int>] = [:]
    var home: [ValueID: Int] = [:]
    var open: Set<Int> = []
    for (index, node) in graph.nodes.enumerated() where !aliases.isAlias(node.output) && !types.precisions(node.output).isEmpty {
      if fragments[index] != nil, types.precisions(node.output) == [.int8], !results.contains(node.output) { open.insert(index) }
      let inputs = types.inputs(node)
      for (place, input) in inputs.enumerated() {
        if home[input] != fragments[index] { open.subtract(origins[input] ?? []) }
        // A residual beside a layer's own input is int8 in any case.
        if place > 0, types.isDense(node) { open.subtract(moved[input] ?? []) }
      }
      home[node.output] = fragments[index]
      moved[node.output] = node.op.quantization == .sameRange ? inputs.reduce(into: [index]) { $0.formUnion(moved[$1] ?? []) } : [index]
      origins[node.output] = types.isDense(node) ? [index] : inputs.reduce(into: [index]) { $0.formUnion(origins[$1] ?? []) }
    }
    return open
  }
}

/// Noise over signal, of decibels of signal over noise.
func noiseRatio(ofDecibels decibels: Double) -> Double {
  // Of these only shares of a loss are made: a tenth of a decibel is enough, and no power of the C library is needed.
  var ratio = 1.0
  let step = decibels < 0 ? 1.023292992280754 : 0.9772372209558107
  for _ in 0..<Int((abs(decibels) * 10).rounded()) { ratio *= step }
  return ratio
}
