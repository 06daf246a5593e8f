import FacetIR
import FacetPasses
import Testing

/// The search for a small failing network, with faults that are known.
@Suite struct NetworkShrinkerTests {
  /// A pass with a fault: it halves the slope of leaky ReLUs that are steep enough.
  private struct FaultyPass: Pass {
    let name = "faulty"
    let stage = PassStage.fold
    func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch? {
      guard let op = graph.nodes[index].op as? Unary, case .leakyRelu(let alpha) = op.function, alpha > 0.06 else { return nil }
      return Patch(name, node: graph.nodes[index].name, detail: "") { $0.nodes[index].op = Unary(function: .leakyRelu(alpha: alpha / 2)) }
    }
  }

  private func shrink(_ fails: @escaping (NetworkChoices) -> Bool) throws -> NetworkChoices {
    let choices = try #require((1...200).lazy.map { NetworkChoices(seed: $0) }.first { $0.steps.count > 8 && fails($0) })
    var shrinker = NetworkShrinker(fails: fails)
    let small = shrinker.shrink(choices)
    #expect(fails(small))
    return small
  }

  @Test func aFaultyPassShrinksToTheOneOperatorThatShowsIt() throws {
    let check = NetworkCheck(pipeline: PassPipeline(passes: [FaultyPass()] + PassPipeline.standard))
    let small = try shrink { check.failure($0)?.check == "passes" }
    let graph = NetworkBuilder.graph(small)
    #expect(graph.nodes.count <= 2 && graph.nodes.contains { $0.op.name == "LeakyRelu" }, "\(graph.text())")
    #expect(graph.shape(graph.inputs[0]).elementCount <= 4, "\(graph.text())")
    #expect(small.outputs.count == 1)
  }

  @Test func twoOperatorsInSequenceShrinkToThose() throws {
    // A maximum behind a convolution, whatever stands between.
    let small = try shrink { choices in
      let names = NetworkBuilder.graph(choices).nodes.map(\.op.name)
      guard let first = names.firstIndex(of: "Conv"), let last = names.lastIndex(of: "MaxPool") else { return false }
      return first < last
    }
    let graph = NetworkBuilder.graph(small)
    #expect(Set(graph.nodes.map(\.op.name)) == ["Conv", "MaxPool"] && graph.nodes.count == 2, "\(graph.text())")
    #expect(small.channels == 1 && small.outputs.count == 1)
  }

  @Test func whoReadADroppedStepReadsWhatItRead() {
    let choices = NetworkChoices(
      channels: 1, height: 4, width: 4,
      steps: [.init(.convolution, 0), .init(.maxPool, 1), .init(.binary, 2, 1)], outputs: [3, 2])
    let rest = choices.dropping(1..<2)
    #expect(rest.steps == [.init(.convolution, 0), .init(.binary, 1, 1)])
    #expect(rest.outputs == [2, 1])
  }

  @Test func aReportHoldsTheGraphAsTextAndTheChoicesAsSwift() throws {
    let check = NetworkCheck(pipeline: PassPipeline(passes: [FaultyPass()] + PassPipeline.standard))
    let choices = NetworkChoices(
      channels: 1, height: 2, width: 2, steps: [.init(.convolution, 0), .init(.function, 1, 0, 9)], outputs: [2])
    let failure = try #require(check.failure(choices))
    let report = check.report(choices, failure, seed: 7)
    #expect(report.contains("seed 7: passes: patch 1 faulty"))
    #expect(report.contains("= LeakyRelu(%0) alpha=0.1"))
    #expect(report.contains(".init(.function, 0, 0, 9, 0, 0, seed: 0),"))
  }
}
