/// Where each storage lies in the arena.
package struct MemoryPlan: Sendable, Equatable {
  /// Multiples of `MemoryPlanner.alignment`, one for each request.
  package var offsets: [Int]
  package var arenaBytes: Int
  /// The largest sum of storages in use at one time when all fragments run in their order: no plan for it can be smaller.
  package var lowerBound: Int
}

/// Assigns arena offsets greedily by size, largest first, each into the best-fitting gap between the placed storages that it conflicts
/// with (Pisarchyk & Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020, section 5.2).
package enum MemoryPlanner {
  package static let alignment = 64

  /// Deterministic: the same requests give the same plan.
  package static func plan(_ requests: [StorageRequest], order: FragmentOrder) -> MemoryPlan {
    var offsets = [Int](repeating: 0, count: requests.count)
    var placed: [Int] = []
    var arena = 0
    let bySize = requests.indices.sorted {
      let (a, b) = (requests[$0], requests[$1])
      if a.size != b.size { return a.size > b.size }
      return (a.fragment, a.firstUse, $0) < (b.fragment, b.firstUse, $1)
    }
    for index in bySize {
      let size = aligned(requests[index].size)
      let busy =
        placed.filter { requests[$0].conflicts(with: requests[index], order) }
        .map { (start: offsets[$0], end: offsets[$0] + aligned(requests[$0].size)) }
        .sorted { $0.start < $1.start }
      var best: (offset: Int, room: Int)?
      var end = 0
      for range in busy {
        let room = range.start - end
        if room >= size, room < best?.room ?? .max { best = (end, room) }
        end = max(end, range.end)
      }
      offsets[index] = best?.offset ?? end
      arena = max(arena, offsets[index] + size)
      placed.append(index)
    }
    return MemoryPlan(offsets: offsets, arenaBytes: arena, lowerBound: lowerBound(requests, order))
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

  static func lowerBound(_ requests: [StorageRequest], _ order: FragmentOrder) -> Int {
    var largest = 0
    for fragment in order.ancestors.indices {
      let own = requests.filter { $0.fragment == fragment }
      // What earlier fragments left and may still be asked for.
      let kept = requests.filter { $0.fragment < fragment && $0.isPersistent }.reduce(0) { $0 + aligned($1.size) }
      for time in Set(own.map(\.firstUse)) {
        let live = own.filter { $0.firstUse <= time && ($0.isPersistent || $0.lastUse >= time) }
        largest = max(largest, kept + live.reduce(0) { $0 + aligned($1.size) })
      }
    }
    return largest
  }
}
