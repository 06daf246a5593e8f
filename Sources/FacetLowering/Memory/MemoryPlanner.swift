import FacetFiles

/// Where each storage lies in the arena.
package struct MemoryPlan: Sendable, Equatable {
  /// Multiples of `MemoryPlanner.alignment`, one for each request.
  package var offsets: [Int]
  package var arenaBytes: Int
  /// The largest sum of storages that may be in use at one time, in any order of evaluation: no plan can be smaller.
  package var lowerBound: Int
}

/// Assigns arena offsets greedily, each storage into the best-fitting gap between the placed ones that it conflicts with, the largest
/// first (Pisarchyk & Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020, section 5.2). Where that needs more than
/// the lower bound, other orders of placing are tried: by life, by time, then seeded changes of the best.
///
/// Fragments from which no other one reads get memory of their own each where that makes the arena no larger: threads may then run them
/// side by side.
package enum MemoryPlanner {
  package static let alignment = 64

  /// Bounds the search: orders tried, and placed pairs looked at.
  private static let orderLimit = 3_000
  private static let workLimit = 10_000_000

  /// Deterministic: the same requests give the same plan.
  package static func plan(_ requests: [StorageRequest], order: FragmentOrder) -> MemoryPlan {
    let bound = lowerBound(requests, order)
    let plan = place(requests, upTo: bound) { $0.conflicts(with: $1, order) }
    let leaves = Set(order.ancestors.indices).subtracting(order.ancestors.reduce(into: []) { $0.formUnion($1) })
    guard leaves.count > 1 else { return MemoryPlan(offsets: plan.offsets, arenaBytes: plan.arena, lowerBound: bound) }
    let apart = place(requests, upTo: plan.arena) { a, b in
      a.conflicts(with: b, order) || a.fragment != b.fragment && leaves.contains(a.fragment) && leaves.contains(b.fragment)
    }
    let best = apart.arena <= plan.arena ? apart : plan
    return MemoryPlan(offsets: best.offsets, arenaBytes: best.arena, lowerBound: bound)
  }

  /// - Parameter bound: an arena of this size is good enough.
  private static func place(
    _ requests: [StorageRequest], upTo bound: Int, isConflict: (StorageRequest, StorageRequest) -> Bool
  ) -> Placement {
    let conflicts = requests.indices.map { a in requests.indices.filter { $0 != a && isConflict(requests[$0], requests[a]) } }
    let sizes = requests.map { aligned($0.size) }
    let bySize = requests.indices.sorted {
      let (a, b) = (requests[$0], requests[$1])
      if a.size != b.size { return a.size > b.size }
      return (a.fragment, a.firstUse, $0) < (b.fragment, b.firstUse, $1)
    }
    var best = (order: bySize, placement: Placement(bySize, sizes, conflicts, fit: .best))
    func attempt(_ order: [Int], _ fit: Placement.Fit, orEqual: Bool = false) {
      let placement = Placement(order, sizes, conflicts, fit: fit)
      if placement.arena < best.placement.arena || orEqual && placement.arena == best.placement.arena { best = (order, placement) }
    }
    if best.placement.arena > bound {
      let byLife = bySize.sorted { (conflicts[$1].count, $0) < (conflicts[$0].count, $1) }
      let byTime = requests.indices.sorted {
        (requests[$0].fragment, requests[$0].firstUse, $0) < (requests[$1].fragment, requests[$1].firstUse, $1)
      }
      for order in [bySize, byLife, byTime] {
        attempt(order, .best)
        attempt(order, .first)
      }
      let work = conflicts.reduce(requests.count) { $0 + $1.count }
      var random = SplitMix64(seed: 1)
      for _ in 0..<min(orderLimit, workLimit / max(work, 1)) where best.placement.arena > bound {
        // What reaches the end of the arena is placed earlier, or else any other.
        var order = best.order
        let highest = order.indices.filter { best.placement.offsets[order[$0]] + sizes[order[$0]] == best.placement.arena }
        let from = random.below(2) == 0 ? highest[random.below(highest.count)] : random.below(order.count)
        let moved = order.remove(at: from)
        order.insert(moved, at: random.below(from + 1))
        attempt(order, .first, orEqual: true)
      }
    }
    return best.placement
  }

  package static func aligned(_ size: Int) -> Int { (max(size, 1) + alignment - 1) / alignment * alignment }

  /// The first pair of conflicting requests that share bytes, or nil: the plan's proof.
  package static func firstOverlap(_ plan: MemoryPlan, _ requests: [StorageRequest], order: FragmentOrder) -> (Int, Int)? {
    for a in requests.indices {
      for b in requests.indices where b > a {
        let apart =
          plan.offsets[a] + requests[a].size <= plan.offsets[b] || plan.offsets[b] + requests[b].size <= plan.offsets[a]
        if !apart, requests[a].conflicts(with: requests[b], order) { return (a, b) }
      }
    }
    return nil
  }

  /// At each time of a fragment: what it holds itself, and what the others keep that may have run before it.
  static func lowerBound(_ requests: [StorageRequest], _ order: FragmentOrder) -> Int {
    var largest = 0
    for fragment in order.ancestors.indices {
      var kept = 0
      var changes: [Int: Int] = [:]
      for request in requests {
        let size = aligned(request.size)
        if request.fragment != fragment {
          if request.isPersistent, !order.ancestors[request.fragment].contains(fragment) { kept += size }
          continue
        }
        changes[request.firstUse, default: 0] += size
        if !request.isPersistent { changes[request.lastUse + 1, default: 0] -= size }
      }
      var live = kept
      largest = max(largest, live)
      for (_, change) in changes.sorted(by: { $0.key < $1.key }) {
        live += change
        largest = max(largest, live)
      }
    }
    return largest
  }
}

/// Offsets from placing storages one after the other.
private struct Placement {
  enum Fit {
    /// The smallest gap that is large enough.
    case best
    /// The lowest gap that is large enough. For some order of placing this gives the smallest arena there is.
    case first
  }

  private(set) var offsets: [Int]
  private(set) var arena = 0

  init(_ order: [Int], _ sizes: [Int], _ conflicts: [[Int]], fit: Fit) {
    offsets = [Int](repeating: -1, count: sizes.count)
    var busy: [(start: Int, end: Int)] = []
    for index in order {
      busy.removeAll(keepingCapacity: true)
      for other in conflicts[index] where offsets[other] >= 0 { busy.append((offsets[other], offsets[other] + sizes[other])) }
      busy.sort { $0.start < $1.start }
      var found: (offset: Int, room: Int)?
      var end = 0
      for range in busy {
        let room = range.start - end
        if room >= sizes[index], room < found?.room ?? .max {
          found = (end, room)
          if fit == .first { break }
        }
        end = max(end, range.end)
      }
      offsets[index] = found?.offset ?? end
      arena = max(arena, offsets[index] + sizes[index])
    }
  }
}
