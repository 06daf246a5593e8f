import FacetRuntime
import Testing

@testable import FacetBundle
@testable import FacetCompiler
@testable import FacetEvaluation
@testable import FacetVerification

/// On a clock that goes on by a millisecond each time it is read, so that every figure is known.
@Suite struct BenchmarkTests {
  private static let millisecond: UInt64 = 1_000_000
  let folder: Folder

  init() throws {
    folder = try Folder()
    // `size` is evaluated before `kind`; both are of the trunk, which computes means.
    let recipe = #"{"version": 1, "attributes": {"kind": {"priority": 1}, "size": {}}}"#
    try folder.write("m.facet", TinyNetwork.bundle(factors: [1, 1, 1], recipe: recipe))
  }

  private func withBenchmark(attributes: [String]? = nil, _ body: (Benchmark) throws -> Void) throws {
    let benchmark = try Benchmark(BundleFile(folder.path + "/m.facet"), attributes: attributes, threads: 1, isa: "scalar")
    var time: UInt64 = 0
    try withUnsafeMutablePointer(to: &time) { pointer in
      benchmark.session.setClock(
        { context in
          guard let time = context?.assumingMemoryBound(to: UInt64.self) else { return 0 }
          time.pointee += 1_000_000
          return time.pointee
        }, context: pointer)
      try body(benchmark)
    }
  }

  @Test func eachAttributeIsTimedBesideItsShareOfTheWork() throws {
    try withBenchmark { benchmark in
      let before = benchmark.session.executedInstructions
      let times = try benchmark.byAttribute(iterations: 3, warmUp: 2)
      // Three scores and one, of three channels each; the means are no products.
      #expect(times.attributes.map(\.name) == ["kind", "size"] && times.attributes.map(\.multiplyAccumulates) == [9, 3])
      #expect(times.multiplyAccumulates == 12)
      #expect(times.attributes.allSatisfy { $0.ns == [1_000_000, 1_000_000, 1_000_000] })
      #expect(times.togetherNs.count == 3 && times.oneAfterAnotherNs.count == 3 && times.oneAfterAnother == 1)
      #expect(times.branchesInTurnNs == nil)
      #expect(times.share(times.attributes[0]) == (0.75, 1))
      // In each of five rounds the means four times, each branch three times: together, one after another, alone.
      #expect(benchmark.session.executedInstructions - before == 5 * (4 + 3 + 3))
    }
  }

  @Test func withSeveralThreadsBranchesAreTimedInTurnToo() throws {
    let benchmark = try Benchmark(BundleFile(folder.path + "/m.facet"), attributes: nil, threads: 2, isa: "scalar")
    let times = try benchmark.byAttribute(iterations: 3, warmUp: 0)
    #expect(times.branchesInTurnNs?.count == 3 && times.attributes.map(\.ns.count) == [3, 3])
  }

  @Test func onlyTheAttributesThatAreAskedForAreTimed() throws {
    try withBenchmark(attributes: ["size"]) { benchmark in
      let times = try benchmark.byAttribute(iterations: 1, warmUp: 0)
      #expect(times.attributes.map(\.name) == ["size"] && times.multiplyAccumulates == 3)
    }
  }

  @Test func deadlinesTellWhatIsReachedAndWhatIsLate() throws {
    try withBenchmark { benchmark in
      // Read before all, once for each attribute, and after: 2 ms are gone when the second attribute is looked at.
      let budgets = [1, 2, 3, 100].map { $0 * Self.millisecond }
      let results = try benchmark.deadlines(budgets, costs: nil, iterations: 4, warmUp: 1)
      #expect(results.map(\.budgetNs) == [1_000_000, 2_000_000, 3_000_000, 100_000_000])
      #expect(results.map(\.reached) == [[0, 0, 0, 0], [1, 1, 1, 1], [2, 2, 2, 2], [2, 2, 2, 2]])
      #expect(results.map(\.inTime) == [0, 0, 0, 1] && results[2].meanReached == 2)
      #expect(results[0].overruns == [3_000_000, 3_000_000, 3_000_000, 3_000_000] && results[3].overruns.isEmpty)
    }
  }

  @Test func costsKeepDeadlinesThatWouldBeMissed() throws {
    try withBenchmark { benchmark in
      var costs = try benchmark.costs(iterations: 20, warmUp: 0)
      // The trunk and a branch: 60 ms each, of which the median tells nothing.
      costs.fragments = costs.fragments.map { _ in .init(minimum: 0, median: 0, high: 60_000_000) }
      let results = try benchmark.deadlines([100, 150, 200].map { $0 * Self.millisecond }, costs: costs, iterations: 1, warmUp: 0)
      #expect(results.map(\.reached) == [[0], [2], [2]])
    }
  }
}
