import FacetFiles
import FacetFormat
import FacetTestSupport
import Testing

@testable import FacetLowering

@Suite struct ProfilePlanTests {
  private let fragments: [AttributeSet] = [0b111, 0b001, 0b010, 0b100]
  private let order = FragmentOrder(ancestors: [[], [0], [0], [0]])
  /// Input, fork (read by all branches), then for each branch a tensor and its result.
  private var requests: [StorageRequest] {
    [
      StorageRequest(size: 640, fragment: 0, firstUse: -1, lastUse: 0, isPersistent: false),
      StorageRequest(size: 1280, fragment: 0, firstUse: 0, lastUse: 1, isPersistent: true, readers: [1: 0, 2: 0, 3: 1]),
    ]
      + (1...3).flatMap { fragment in
        [
          StorageRequest(size: 960, fragment: fragment, firstUse: 0, lastUse: 1, isPersistent: false),
          StorageRequest(size: 64, fragment: fragment, firstUse: 1, lastUse: 1, isPersistent: true, results: [fragment - 1]),
        ]
      }
  }

  @Test func aProfileHoldsOnlyWhatItsFragmentsNeed() {
    let plan = MemoryPlanner.plan(requests, profile: 0b010, fragments: fragments, order: order)
    #expect(plan.offsets.map { $0 != nil } == [true, true, false, false, true, true, false, false])
    // The fork is read by the branch's first instruction, and stays beside its tensor and result.
    #expect(plan.arenaBytes == 2304 && plan.lowerBound == 2304)
  }

  @Test func aForkThatNobodyInTheProfileReadsDoesNotStay() {
    var requests = requests
    requests[1].readers = [3: 1]
    let without = MemoryPlanner.plan(requests, profile: 0b010, fragments: fragments, order: order)
    // Input and fork, in the trunk: more than the branch's tensor and result.
    #expect(without.arenaBytes == 1920 && without.lowerBound == 1920)
    #expect(MemoryPlanner.plan(requests, profile: 0b110, fragments: fragments, order: order).arenaBytes >= 2304)
  }

  @Test func theProfileOfAllIsTheOpenPlan() {
    let all = MemoryPlanner.plan(requests, profile: 0b111, fragments: fragments, order: order)
    let open = MemoryPlanner.plan(requests, order: order)
    #expect(all.offsets == open.offsets.map(Optional.some) && all.arenaBytes == open.arenaBytes)
  }

  /// Replays every set of attributes, in a random order, on a model of the arena: nothing that is still to be read is written over.
  @Test(arguments: 1...20) func randomProfilesSurviveTheirRun(seed: UInt64) {
    var random = SplitMix64(seed: seed &* 131)
    let requests = (0..<24).map { _ -> StorageRequest in
      let fragment = Int.random(in: 0..<4, using: &random)
      let first = Int.random(in: 0..<2, using: &random)
      var readers: [Int: Int] = [:]
      if fragment == 0, Bool.random(using: &random) {
        readers[Int.random(in: 1..<4, using: &random)] = Int.random(in: 0..<2, using: &random)
      }
      let results: AttributeSet = fragment > 0 && Bool.random(using: &random) ? [fragment - 1] : []
      return StorageRequest(
        size: Int.random(in: 1...900, using: &random), fragment: fragment, firstUse: first,
        lastUse: Int.random(in: first..<2, using: &random), isPersistent: !results.isEmpty || !readers.isEmpty, results: results,
        readers: readers)
    }
    for profile in (UInt64(1)...7).map({ AttributeSet($0) }) {
      let plan = MemoryPlanner.plan(requests, profile: profile, fragments: fragments, order: order)
      #expect(plan.arenaBytes >= plan.lowerBound)
      var owner = [Int](repeating: -1, count: plan.arenaBytes)
      func isWhole(_ index: Int) -> Bool {
        let offset = plan.offsets[index]!
        return owner[offset..<offset + requests[index].size].allSatisfy { $0 == index }
      }
      let branches = (1...3).filter { !fragments[$0].isDisjoint(with: profile) }.shuffled(using: &random)
      for fragment in [0] + branches {
        for time in 0..<2 {
          for (index, request) in requests.enumerated() where request.fragment == fragment && request.firstUse == time {
            for byte in 0..<request.size { owner[plan.offsets[index]! + byte] = index }
          }
          for (index, request) in requests.enumerated() {
            let isRead = request.fragment == fragment ? request.lastUse == time : request.readers[fragment] == time
            if isRead { #expect(isWhole(index), "seed \(seed), profile \(profile), \(branches)") }
          }
        }
      }
      for (index, request) in requests.enumerated() where !request.results.isDisjoint(with: profile) {
        #expect(isWhole(index), "seed \(seed), profile \(profile)")
      }
    }
  }
}
