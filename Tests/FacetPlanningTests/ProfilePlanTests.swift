import FacetTestSupport
import Testing

@testable import FacetPlanning

@Suite struct ProfilePlanTests {
  private let fragments = [
    MemoryPlanner.FragmentSize(attributes: 0b111, instructions: 2), MemoryPlanner.FragmentSize(attributes: 0b001, instructions: 2),
    MemoryPlanner.FragmentSize(attributes: 0b010, instructions: 2), MemoryPlanner.FragmentSize(attributes: 0b100, instructions: 2),
  ]
  /// Input, fork (read by all branches), then for each branch a tensor and its result.
  private var requests: [StorageRequest] {
    [
      StorageRequest(size: 640, fragment: 0, firstUse: -1, lastUse: 0, isPersistent: false),
      StorageRequest(size: 1280, fragment: 0, firstUse: 0, lastUse: 1, isPersistent: true, readers: [1: 0, 2: 0, 3: 1]),
    ]
      + (1...3).flatMap { fragment in
        [
          StorageRequest(size: 960, fragment: fragment, firstUse: 0, lastUse: 1, isPersistent: false),
          StorageRequest(size: 64, fragment: fragment, firstUse: 1, lastUse: 1, isPersistent: true, results: 1 << UInt64(fragment - 1)),
        ]
      }
  }

  @Test func aProfileHoldsOnlyWhatItsFragmentsNeed() {
    let plan = MemoryPlanner.plan(requests, profile: 0b010, fragments: fragments)
    #expect(plan.offsets.map { $0 != nil } == [true, true, false, false, true, true, false, false])
    // The fork and the branch's tensor lie side by side for one instruction; the result comes after the fork.
    #expect(plan.arenaBytes == 2240 && plan.lowerBound == 2240)
  }

  @Test func resultsOfTheProfileStayAndOthersDoNot() {
    let timeline = MemoryPlanner.timeline(requests, profile: 0b011, fragments: fragments)
    #expect(timeline.indices == [0, 1, 2, 3, 4, 5])
    let last = timeline.requests.map(\.lastUse).max()!
    #expect(timeline.requests[3].lastUse == last && timeline.requests[5].lastUse == last)
    // The last reader of the fork is the first instruction of the second branch, before that branch's result.
    #expect(timeline.requests[1].lastUse < timeline.requests[5].firstUse)
    let forOne = MemoryPlanner.timeline(requests, profile: 0b100, fragments: fragments)
    #expect(forOne.indices == [0, 1, 6, 7])
  }

  @Test func theProfileOfAllNeedsNoMoreThanTheOpenPlan() {
    let order = FragmentOrder(ancestors: [[], [0], [0], [0]])
    let all = MemoryPlanner.plan(requests, profile: 0b111, fragments: fragments)
    #expect(all.arenaBytes <= MemoryPlanner.plan(requests, order: order).arenaBytes)
  }

  /// Replays the fragments of every set on a model of the arena: nothing that is still to be read is written over.
  @Test(arguments: 1...20) func randomProfilesSurviveTheirRun(seed: UInt64) {
    var random = SplitMix64(seed: seed &* 131)
    let requests = (0..<24).map { _ -> StorageRequest in
      let fragment = Int.random(in: 0..<4, using: &random)
      let first = Int.random(in: 0..<2, using: &random)
      var readers: [Int: Int] = [:]
      if fragment == 0, Bool.random(using: &random) {
        readers[Int.random(in: 1..<4, using: &random)] = Int.random(in: 0..<2, using: &random)
      }
      let results: UInt64 = fragment > 0 && Bool.random(using: &random) ? 1 << UInt64(fragment - 1) : 0
      return StorageRequest(
        size: Int.random(in: 1...900, using: &random), fragment: fragment, firstUse: first,
        lastUse: Int.random(in: first..<2, using: &random), isPersistent: results != 0 || !readers.isEmpty, results: results,
        readers: readers)
    }
    for profile in UInt64(1)...7 {
      let plan = MemoryPlanner.plan(requests, profile: profile, fragments: fragments)
      #expect(plan.arenaBytes >= plan.lowerBound)
      var owner = [Int](repeating: -1, count: plan.arenaBytes)
      func isWhole(_ index: Int) -> Bool {
        let offset = plan.offsets[index]!
        return owner[offset..<offset + requests[index].size].allSatisfy { $0 == index }
      }
      for fragment in fragments.indices where fragments[fragment].attributes & profile != 0 {
        for time in 0..<2 {
          for (index, request) in requests.enumerated() where request.fragment == fragment && request.firstUse == time {
            for byte in 0..<request.size { owner[plan.offsets[index]! + byte] = index }
          }
          for (index, request) in requests.enumerated() {
            let isRead = request.fragment == fragment ? request.lastUse == time : request.readers[fragment] == time
            if isRead { #expect(isWhole(index), "seed \(seed), profile \(profile)") }
          }
        }
      }
      for (index, request) in requests.enumerated() where request.results & profile != 0 {
        #expect(isWhole(index), "seed \(seed), profile \(profile)")
      }
    }
  }
}
