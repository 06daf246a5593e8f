import FacetIR
import FacetPasses
import Foundation
import Testing

/// Random networks through every pass, lowering, planning, emission and the engine, in both precisions.
///
/// `FACET_RANDOM_COUNT` sets how many, `FACET_RANDOM_SEED` the first seed (`make fuzz` does). A failing network shrinks to a small one,
/// which is printed as text and as choices that can be pasted into `pastedNetworksPass`.
@Suite struct RandomNetworkTests {
  private static let batch: UInt64 = 25
  private static let environment = ProcessInfo.processInfo.environment
  private static let first = environment["FACET_RANDOM_SEED"].flatMap(UInt64.init) ?? 1
  private static let count = environment["FACET_RANDOM_COUNT"].flatMap(UInt64.init) ?? 500
  static let starts = Array(stride(from: first, to: first + max(count, 1), by: UInt64.Stride(batch)))

  @Test(arguments: starts) func randomNetworksPassEveryCheck(start: UInt64) {
    let check = NetworkCheck()
    for seed in start..<min(start + Self.batch, Self.first + max(Self.count, 1)) {
      let choices = NetworkChoices(seed: seed)
      guard let failure = check.failure(choices) else { continue }
      Issue.record("\(check.report(choices, failure, seed: seed))")
    }
  }

  /// Networks that failed once, shrunk.
  static let pasted = [
    // A result of one channel, computed in place of a tensor with a border.
    NetworkChoices(
      channels: 1, height: 2, width: 1,
      steps: [
        .init(.residual, 0, 0, 0, 15, 0, seed: 0)
      ],
      outputs: [1]),
    // An operator on general tensors behind a reshape that computes nothing: its own input's axes count, not those before the reshape.
    NetworkChoices(
      channels: 1, height: 1, width: 1,
      steps: [
        .init(.fullyConnected, 0, 0, 0, 0, 0, seed: 0),
        .init(.reshape, 1, 0, 3, 0, 0, seed: 0),
        .init(.pad, 2, 0, 0, 0, 1, seed: 0),
      ],
      outputs: [3]),
    // The same with sums: wrong axes give wrong numbers there.
    NetworkChoices(
      channels: 3, height: 4, width: 5,
      steps: [
        .init(.globalAverage, 0, 0, 0, 0, 0, seed: 0),
        .init(.reshape, 1, 0, 4, 0, 0, seed: 0),
        .init(.reduce, 2, 0, 0, 1, 1, seed: 0),
        .init(.softmax, 2, 0, 0, 0, 0, seed: 0),
        .init(.concat, 2, 0, 0, 4, 0, seed: 0),
      ],
      outputs: [3, 4, 5]),
    // A picture of one channel whose sides change: no alias, though its elements stay where they are.
    NetworkChoices(
      channels: 1, height: 4, width: 6,
      steps: [
        .init(.reshape, 0, 0, 1, 12, 0, seed: 0),
        .init(.convolution, 1, 0, 1, 0, 0, seed: 0),
        .init(.maxPool, 1, 0, 0, 0, 0, seed: 0),
      ],
      outputs: [2, 3]),
    // One pixel that is computed in place of one with a border, and read as a plain tensor.
    NetworkChoices(
      channels: 1, height: 1, width: 1,
      steps: [
        .init(.residual, 0, 0, 0, 3, 0, seed: 0),
        .init(.tile, 1, 0, 0, 0, 0, seed: 0),
      ],
      outputs: [2]),
    NetworkChoices(
      channels: 1, height: 1, width: 1,
      steps: [
        .init(.globalAverage, 0, 0, 0, 0, 0, seed: 0),
        .init(.residual, 1, 0, 47, 0, 0, seed: 0),
        .init(.concat, 2, 0, 0, 0, 0, seed: 0),
      ],
      outputs: [3]),
  ]

  @Test(arguments: pasted) func pastedNetworksPass(_ choices: NetworkChoices) {
    #expect(NetworkCheck().failure(choices) == nil)
  }

  /// The generator reaches what it is there for.
  @Test func networksHaveEveryOperatorAndSeveralDepths() {
    let graphs = (1...500).map { NetworkBuilder.graph(NetworkChoices(seed: $0)) }
    let names = Set(graphs.flatMap { $0.nodes.map(\.op.name) })
    let expected: Set = [
      "Add", "Mul", "Sub", "Div", "Min", "Max", "Pow", "PRelu", "Relu", "Clip", "Sigmoid", "HardSigmoid", "HardSwish", "Exp", "Log", "Sqrt",
      "Tanh", "Erf", "Abs", "Neg", "Reciprocal", "Floor", "Ceil", "Round", "LeakyRelu", "Elu", "Selu", "Softplus", "Softsign", "Swish",
      "Mish",
      "Gelu", "ScaleShift", "Sin", "Cos", "ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2",
      "ReduceSumSquare", "ArgMax", "ArgMin", "Softmax", "MatMul", "Gemm", "Conv", "BatchNormalization", "MaxPool", "AveragePool",
      "GlobalAveragePool", "Concat", "Slice", "Pad", "Transpose", "Reshape", "Gather", "Tile", "Expand", "Stretch", "PickNearest",
      "Resample",
      "DepthToSpace", "SpaceToDepth", "Normalization", "RMSNormalization",
    ]
    #expect(expected.subtracting(names) == [])
    #expect(graphs.count { Set($0.outputs.map(\.value)).count > 1 } > 400)
  }

  /// Batch normalizations that fold, that merge, and that stay.
  @Test func batchNormalizationsMeetEveryFate() throws {
    var (folded, merged, kept) = (0, 0, 0)
    for seed in UInt64(1)...500 {
      var graph = NetworkBuilder.graph(NetworkChoices(seed: seed))
      for report in try PassPipeline().run(&graph).batchNorms {
        switch report.fate {
        case .folded: folded += 1
        case .keptAsAffine: kept += 1
        default: break
        }
        if !report.mergedWith.isEmpty { merged += 1 }
      }
    }
    #expect(folded > 50 && merged > 10 && kept > 10, "\(folded) folded, \(merged) merged, \(kept) kept")
  }
}
