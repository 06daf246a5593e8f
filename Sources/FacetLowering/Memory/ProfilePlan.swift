import FacetFormat

/// A memory plan for some attributes alone: their fragments run in any order that their needs allow, and nothing else does.
package struct ProfilePlan: Sendable, Equatable {
  package var attributes: AttributeSet
  /// One for each request; nil where no fragment of the profile has it.
  package var offsets: [Int?]
  package var arenaBytes: Int
  package var lowerBound: Int
}

extension MemoryPlanner {
  /// - Parameter fragments: the attributes that need each fragment.
  package static func plan(
    _ requests: [StorageRequest], profile attributes: AttributeSet, fragments: [AttributeSet], order: FragmentOrder
  ) -> ProfilePlan {
    let indices = requests.indices.filter { !fragments[requests[$0].fragment].isDisjoint(with: attributes) }
    let own = indices.map { requests[$0].serving(attributes, fragments) }
    let plan = plan(own, order: order)
    precondition(firstOverlap(plan, own, order: order) == nil, "the memory plan lets live tensors overlap")
    var offsets = [Int?](repeating: nil, count: requests.count)
    for (index, offset) in zip(indices, plan.offsets) { offsets[index] = offset }
    return ProfilePlan(attributes: attributes, offsets: offsets, arenaBytes: plan.arenaBytes, lowerBound: plan.lowerBound)
  }
}

extension StorageRequest {
  /// Without the results and readers that a profile does not have: what nobody waits for need not stay.
  fileprivate func serving(_ attributes: AttributeSet, _ fragments: [AttributeSet]) -> StorageRequest {
    var request = self
    request.results.formIntersection(attributes)
    request.readers = readers.filter { !fragments[$0.key].isDisjoint(with: attributes) }
    request.isPersistent = !request.results.isEmpty || !request.readers.isEmpty
    return request
  }
}
