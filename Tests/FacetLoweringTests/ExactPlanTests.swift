import FacetFiles
import FacetTestSupport
import Testing

@testable import FacetLowering

/// The planner against all orders of placing: each storage at its lowest free offset, which for some order is the smallest arena.
@Suite struct ExactPlanTests {
  private func smallestArena(_ requests: [StorageRequest], _ order: FragmentOrder) -> Int {
    var best = Int.max
    func place(_ offsets: [Int: Int], _ arena: Int) {
      if arena >= best { return }
      if offsets.count == requests.count {
        best = arena
        return
      }
      for index in requests.indices where offsets[index] == nil {
        let size = MemoryPlanner.aligned(requests[index].size)
        let busy = offsets.filter { requests[$0.key].conflicts(with: requests[index], order) }
          .map { ($0.value, $0.value + MemoryPlanner.aligned(requests[$0.key].size)) }
        // The lowest place is 0 or the end of another.
        let lowest = ([0] + busy.map(\.1)).filter { start in busy.allSatisfy { start + size <= $0.0 || start >= $0.1 } }.min()!
        place(offsets.merging([index: lowest]) { $1 }, max(arena, lowest + size))
      }
    }
    place([:], 0)
    return best
  }

  @Test(arguments: 1...40) func smallPlansAreTheSmallestThereAre(seed: UInt64) {
    var random = SplitMix64(seed: seed &* 31)
    let order = FragmentOrder(ancestors: [[], [0], [0]])
    let requests = (0..<7).map { _ -> StorageRequest in
      let first = Int.random(in: 0..<6, using: &random)
      return StorageRequest(
        size: Int.random(in: 1...8, using: &random) * 64, fragment: Int.random(in: 0..<3, using: &random), firstUse: first,
        lastUse: Int.random(in: first..<6, using: &random), isPersistent: Int.random(in: 0..<5, using: &random) == 0)
    }
    let plan = MemoryPlanner.plan(requests, order: order)
    let exact = smallestArena(requests, order)
    #expect(MemoryPlanner.firstOverlap(plan, requests, order: order) == nil)
    #expect(plan.arenaBytes == exact, "seed \(seed)")
    #expect(plan.lowerBound <= exact, "seed \(seed)")
    #expect(plan == MemoryPlanner.plan(requests, order: order))
  }

  @Test func theLowerBoundCountsWhatAnyOrderMayKeep() {
    // Fragment 1 may run after fragment 2, whose result must survive, though it has the higher number.
    let order = FragmentOrder(ancestors: [[], [0], [0]])
    let requests = [
      StorageRequest(size: 640, fragment: 1, firstUse: 0, lastUse: 0, isPersistent: false),
      StorageRequest(size: 64, fragment: 2, firstUse: 0, lastUse: 0, isPersistent: true),
    ]
    #expect(MemoryPlanner.lowerBound(requests, order) == 704)
  }
}
