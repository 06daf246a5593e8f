/// A memory plan for attributes that are evaluated together: their fragments run once, in rising order, and nothing else does.
/// Smaller than the plan for any set in any order, because a fork's tensor dies with its last reader.
package struct ProfilePlan: Sendable, Equatable {
  package var attributes: UInt64
  /// One for each request; nil where no fragment of the profile has it.
  package var offsets: [Int?]
  package var arenaBytes: Int
  package var lowerBound: Int
}

extension MemoryPlanner {
  /// One fragment of a program, as a profile's plan needs to know it.
  package struct FragmentSize: Sendable {
    /// Bit i: attribute i needs it.
    package var attributes: UInt64
    package var instructions: Int

    package init(attributes: UInt64, instructions: Int) { (self.attributes, self.instructions) = (attributes, instructions) }
  }

  package static func plan(
    _ requests: [StorageRequest], profile attributes: UInt64, fragments: [FragmentSize]
  ) -> ProfilePlan {
    let (indices, timeline) = timeline(requests, profile: attributes, fragments: fragments)
    let plan = plan(timeline, order: .single)
    precondition(firstOverlap(plan, timeline, order: .single) == nil, "the memory plan lets live tensors overlap")
    var offsets = [Int?](repeating: nil, count: requests.count)
    for (index, offset) in zip(indices, plan.offsets) { offsets[index] = offset }
    return ProfilePlan(attributes: attributes, offsets: offsets, arenaBytes: plan.arenaBytes, lowerBound: plan.lowerBound)
  }

  /// The requests of a profile's fragments as those of one fragment that runs them all, with their indices.
  static func timeline(
    _ requests: [StorageRequest], profile attributes: UInt64, fragments: [FragmentSize]
  ) -> (indices: [Int], requests: [StorageRequest]) {
    // A place before each fragment's instructions is left for the input, which is written before they run.
    var starts: [Int] = []
    var end = 0
    for fragment in fragments {
      starts.append(end + 1)
      if fragment.attributes & attributes != 0 { end += fragment.instructions + 1 }
    }
    let indices = requests.indices.filter { fragments[requests[$0].fragment].attributes & attributes != 0 }
    return (
      indices,
      indices.map { index in
        let request = requests[index]
        var last = starts[request.fragment] + request.lastUse
        for (fragment, instruction) in request.readers where fragments[fragment].attributes & attributes != 0 {
          last = max(last, starts[fragment] + instruction)
        }
        // Results stay until the caller has read them.
        if request.results & attributes != 0 { last = end }
        return StorageRequest(
          size: request.size, fragment: 0, firstUse: starts[request.fragment] + request.firstUse, lastUse: last, isPersistent: false)
      }
    )
  }
}
