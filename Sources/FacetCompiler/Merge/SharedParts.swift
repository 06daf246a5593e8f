import FacetFormat
import FacetIR
import FacetImport
import FacetLowering
import FacetPasses
import FacetQuantization

/// Which of several merged models needs which operator: what is shared, what nearly is, and who adds nothing.
struct SharedParts {
  /// Differences above this are other weights, not the same ones in other digits: a base re-saved in float16 differs by 2^-11 = 0.0005,
  /// in bfloat16 or int8 by 2^-8 = 0.004.
  static let nearLimit = 0.01

  private let names: [String]
  /// For each graph output, the models that have it, one bit each.
  private let outputOwners: [UInt64]

  /// - Parameter outputModels: for each output of the graph, the index in `names` of its model.
  init(names: [String], outputModels: [Int]) {
    self.names = names
    outputOwners = outputModels.map { 1 << UInt64($0) }
  }

  /// For each node, the models that need it.
  private func owners(_ graph: Graph) -> [UInt64] {
    var result = [UInt64](repeating: 0, count: graph.nodes.count)
    for fragment in FragmentPartition(graph).fragments {
      let models = fragment.attributes.reduce(UInt64(0)) { $0 | outputOwners[$1] }
      for node in fragment.nodes { result[node] = models }
    }
    return result
  }

  /// Shares what folding made equal, and within the tolerance what is nearly equal.
  ///
  /// - Returns: what the weights of shared operators differ by; nil where they are equal.
  func share(_ graph: inout Graph, tolerance: Double) -> CompileReport.NearlyEqual? {
    let (nearly, numbering) = nearlyEqual(graph, tolerance: tolerance)
    graph.merge(numbering)
    return nearly
  }

  /// What a larger tolerance would share; nil where there is nothing.
  func wouldShare(_ graph: Graph) -> CompileReport.NearlyEqual? { nearlyEqual(graph, tolerance: Self.nearLimit).summary }

  private func nearlyEqual(
    _ graph: Graph, tolerance: Double
  ) -> (summary: CompileReport.NearlyEqual?, numbering: ValueNumbering) {
    let owners = names.count > 1 ? owners(graph) : []
    let numbering = ValueNumbering(graph, tolerance: tolerance, owners: owners)
    guard let worst = numbering.nearMatches.max(by: { $0.difference < $1.difference }) else { return (nil, numbering) }
    let shared = graph.nodes.filter { numbering.representatives[$0.output] != nil }
    let constants = Set(shared.flatMap(\.inputs)).compactMap(graph.constant)
    let models = graph.nodes.indices.filter { numbering.representatives[graph.nodes[$0].output] != nil }
      .reduce(UInt64(0)) { $0 | owners[$1] }
    let summary = CompileReport.NearlyEqual(
      models: names.indices.filter { models >> UInt64($0) & 1 != 0 }.map { names[$0] }, operators: shared.count,
      parameters: constants.reduce(0) { $0 + $1.elements.count }, largestDifference: worst.difference,
      tensor: graph[worst.constant].name, tolerance: Self.roundedUp(worst.difference))
    return (summary, numbering)
  }

  /// To two digits, so that it can be typed.
  static func roundedUp(_ value: Double) -> Double {
    guard value > 0 else { return 0 }
    var (scale, digits) = (1.0, value)
    while digits < 10 { (digits, scale) = (digits * 10, scale * 10) }
    return (digits * (1 - 1e-12)).rounded(.up) / scale
  }

  /// What each model needs of the whole, and how much of that others need, too.
  func summary(_ graph: Graph) -> CompileReport.Merge {
    let owners = owners(graph)
    func cost(_ isCounted: (UInt64) -> Bool) -> CompileReport.Merge.Cost {
      let nodes = graph.nodes.indices.filter { isCounted(owners[$0]) }.map { graph.nodes[$0] }
      return CompileReport.Merge.Cost(
        operators: nodes.count,
        parameters: Set(nodes.flatMap(\.inputs)).reduce(0) { $0 + (graph.constant($1)?.elements.count ?? 0) },
        multiplyAccumulates: nodes.reduce(0) {
          $0 + $1.op.multiplyAccumulates(graph.inputShapes($1), output: graph.shape($1.output))
        })
    }
    let models = names.enumerated().map { index, name in
      let bit: UInt64 = 1 << UInt64(index)
      return CompileReport.Merge.Model(
        name: name, alone: cost { $0 & bit != 0 }, shared: cost { $0 & bit != 0 && $0.nonzeroBitCount > 1 })
    }
    return CompileReport.Merge(
      models: models, together: cost { $0 != 0 }, sharedByAll: cost { $0.nonzeroBitCount == names.count && names.count > 1 })
  }

  /// The first model all of whose outputs another one computes already, and that one.
  func redundant(_ graph: Graph) -> (model: Int, other: Int)? {
    func values(_ model: Int) -> Set<ValueID> {
      Set(graph.outputs.indices.filter { outputOwners[$0] == 1 << UInt64(model) }.map { graph.outputs[$0].value })
    }
    let all = names.indices.map(values)
    for model in names.indices.dropFirst() where !all[model].isEmpty {
      if let other = (0..<model).first(where: { all[model].isSubset(of: all[$0]) }) { return (model, other) }
    }
    return nil
  }
}
