import FacetFiles
import FacetFormat
import FacetIR
import FacetTestSupport
import Testing

@testable import FacetLowering
@testable import FacetQuantization

@Suite struct SchedulerTests {
  /// The lowest peak of any order, by trying all of them on a plain model of memory: which results are still needed.
  private func lowestPeak(_ tasks: [Scheduler.Task]) -> Int {
    var best = Int.max
    func extend(_ done: [Int], _ peak: Int) {
      if peak >= best { return }
      if done.count == tasks.count {
        best = peak
        return
      }
      for next in tasks.indices where !done.contains(next) && tasks[next].reads.allSatisfy(done.contains) {
        func needed(_ task: Int, after done: [Int]) -> Bool {
          tasks[task].isKept || tasks.indices.contains { !done.contains($0) && tasks[$0].reads.contains(task) }
        }
        let before = done.filter { needed($0, after: done) }
        let takesOver = tasks[next].inPlace.contains { !needed($0, after: done + [next]) && tasks[$0].size == tasks[next].size }
        let during = before.reduce(takesOver ? 0 : tasks[next].size) { $0 + tasks[$1].size }
        extend(done + [next], max(peak, during))
      }
    }
    extend([], 0)
    return best
  }

  private func randomTasks(_ random: inout SplitMix64) -> [Scheduler.Task] {
    (0..<Int.random(in: 3...7, using: &random)).map { index in
      let reads = (0..<index).filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
      return Scheduler.Task(
        size: [1, 2, 4, 4, 8, 16].randomElement(using: &random)!, reads: reads, isKept: Int.random(in: 0..<6, using: &random) == 0,
        inPlace: reads.filter { _ in Bool.random(using: &random) })
    }
  }

  @Test(arguments: 1...60) func smallGraphsGetTheLowestPeakOfAnyOrder(seed: UInt64) throws {
    var random = SplitMix64(seed: seed &* 977)
    let tasks = randomTasks(&random)
    let order = Scheduler.order(tasks)
    let exact = try #require(Scheduler.exactOrder(tasks, stateLimit: 1000))
    #expect(Scheduler.peak(tasks, exact) == lowestPeak(tasks), "seed \(seed)")
    #expect(Scheduler.peak(tasks, order) == lowestPeak(tasks), "seed \(seed)")
    for other in [order, Scheduler.greedyOrder(tasks), Scheduler.order(tasks, stateLimit: 2)] {
      #expect(other.sorted() == Array(tasks.indices), "seed \(seed)")
      for (place, task) in other.enumerated() {
        #expect(tasks[task].reads.allSatisfy { other[..<place].contains($0) }, "seed \(seed)")
      }
    }
  }

  @Test func ofEqualOrdersTheGivenOneStays() {
    let tasks = [
      Scheduler.Task(size: 4, reads: []), Scheduler.Task(size: 4, reads: [0]), Scheduler.Task(size: 4, reads: [0]),
      Scheduler.Task(size: 4, reads: [1, 2]),
    ]
    #expect(Scheduler.order(tasks) == [0, 1, 2, 3])
  }

  @Test func theBranchThatFreesMoreRunsFirst() {
    // 0 forks into a wide branch (1, 2) that ends small and a small one (3); with the small one first, 3 lies beside the wide one.
    let tasks = [
      Scheduler.Task(size: 10, reads: []), Scheduler.Task(size: 8, reads: [0]), Scheduler.Task(size: 50, reads: [0]),
      Scheduler.Task(size: 1, reads: [2]), Scheduler.Task(size: 8, reads: [1, 3]),
    ]
    #expect(Scheduler.order(tasks) == [0, 2, 3, 1, 4])
  }

  /// Two branches of one trunk: a large fork is done with before the deeper layers run where its readers come first.
  @Test func fragmentsAreOrderedSoThatAForkDiesEarly() throws {
    var graph = Graph()
    let x = graph.addInput(name: "x", shape: [1, 1, 8, 8])
    let trunk = try graph.addNode(name: "trunk", Unary(function: .relu), [x])
    let wide = try graph.addNode(name: "wide", Concat(axis: 1), [trunk, trunk, trunk])
    let late = try graph.addNode(name: "late", GlobalAveragePool(keepDimensions: true), [trunk])
    let wideOut = try graph.addNode(name: "wideOut", GlobalAveragePool(keepDimensions: true), [wide])
    graph.outputs = [GraphOutput(name: "late", value: late), GraphOutput(name: "wide", value: wideOut)]
    let partition = FragmentPartition(graph)
    let scheduled = partition.scheduled(graph)
    #expect(scheduled.fragments.map(\.attributes.word).sorted() == partition.fragments.map(\.attributes.word).sorted())
    #expect(scheduled.fragments[0].attributes == [0, 1])
    #expect(Set(scheduled.fragments.flatMap(\.nodes)) == Set(graph.nodes.indices))
  }
}
