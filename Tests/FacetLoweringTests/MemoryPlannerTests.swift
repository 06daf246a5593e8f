import FacetFiles
import FacetTestSupport
import Testing

@testable import FacetLowering

@Suite struct MemoryPlannerTests {
  func temporary(_ size: Int, _ first: Int, _ last: Int, fragment: Int = 0) -> StorageRequest {
    StorageRequest(size: size, fragment: fragment, firstUse: first, lastUse: last, isPersistent: false)
  }

  @Test func storagesThatNeverMeetShareBytes() {
    let plan = MemoryPlanner.plan([temporary(640, 0, 1), temporary(640, 2, 3)], order: .single)
    #expect(plan.arenaBytes == 640)
    #expect(plan.lowerBound == 640)
  }

  @Test func chainOfThreeNeedsTheLargestNeighbours() {
    let plan = MemoryPlanner.plan([temporary(128, 0, 1), temporary(256, 1, 2), temporary(64, 2, 3)], order: .single)
    #expect(plan.arenaBytes == 384)
    #expect(plan.lowerBound == 384)
  }

  @Test func persistentStorageIsKeptForLaterEvaluations() {
    let order = FragmentOrder(ancestors: [[], [0], [0]])
    let score = StorageRequest(size: 64, fragment: 1, firstUse: 1, lastUse: 1, isPersistent: true)
    // Fragment 2 may run after fragment 1, whose score must survive; the trunk's temporary is over by then.
    let requests = [temporary(64, 0, 0), score, temporary(64, 0, 0, fragment: 2)]
    let plan = MemoryPlanner.plan(requests, order: order)
    #expect(plan.offsets[1] != plan.offsets[2])
    #expect(plan.offsets[0] == plan.offsets[1] || plan.offsets[0] == plan.offsets[2])
    #expect(plan.arenaBytes == 128)
  }

  @Test func branchesHaveMemoryApartWhereThatCostsNothing() {
    let order = FragmentOrder(ancestors: [[], [0], [0]])
    let branches = [temporary(128, 0, 1, fragment: 1), temporary(128, 0, 1, fragment: 2)]
    let beside = MemoryPlanner.plan([temporary(256, 0, 0)] + branches, order: order)
    #expect(beside.arenaBytes == 256 && Set(beside.offsets[1...]) == [0, 128])
    let alone = MemoryPlanner.plan([temporary(192, 0, 0)] + branches, order: order)
    #expect(alone.arenaBytes == 192 && alone.offsets == [0, 0, 0])
    // One that another reads from runs before it.
    let chain = FragmentOrder(ancestors: [[], [0], [0, 1]])
    #expect(MemoryPlanner.plan([temporary(256, 0, 0)] + branches, order: chain).offsets == [0, 0, 0])
  }

  @Test func overlapIsFoundInAWrongPlan() {
    let requests = [temporary(100, 0, 2), temporary(100, 1, 3)]
    let wrong = MemoryPlan(offsets: [0, 64], arenaBytes: 192, lowerBound: 256)
    #expect(MemoryPlanner.firstOverlap(wrong, requests, order: .single)! == (0, 1))
  }

  /// Replays random fragments in random orders on a model of the arena: a storage's owner must still be there at its last use.
  @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6, 7, 8])
  func randomPlansSurviveEveryOrderOfEvaluation(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let order = FragmentOrder(ancestors: [[], [0], [0], [0, 2]])
    let requests = (0..<40).map { _ -> StorageRequest in
      let first = Int.random(in: 0..<10, using: &random)
      return StorageRequest(
        size: Int.random(in: 1...5000, using: &random), fragment: Int.random(in: 0..<4, using: &random), firstUse: first,
        lastUse: Int.random(in: first..<10, using: &random), isPersistent: Int.random(in: 0..<4, using: &random) == 0)
    }
    let plan = MemoryPlanner.plan(requests, order: order)
    #expect(MemoryPlanner.firstOverlap(plan, requests, order: order) == nil)
    #expect(plan.arenaBytes >= plan.lowerBound)
    for evaluation in [[0, 1, 2, 3], [0, 2, 3, 1], [0, 2, 1, 3]] {
      var owner = [Int](repeating: -1, count: plan.arenaBytes)
      for fragment in evaluation {
        for time in 0..<10 {
          for (index, request) in requests.enumerated() where request.fragment == fragment && request.firstUse == time {
            for byte in 0..<request.size { owner[plan.offsets[index] + byte] = index }
          }
          for (index, request) in requests.enumerated() where request.fragment == fragment && request.lastUse == time {
            #expect(owner[plan.offsets[index]..<plan.offsets[index] + request.size].allSatisfy { $0 == index }, "seed \(seed)")
          }
        }
      }
      for (index, request) in requests.enumerated() where request.isPersistent {
        #expect(owner[plan.offsets[index]..<plan.offsets[index] + request.size].allSatisfy { $0 == index }, "seed \(seed)")
      }
    }
  }
}
