import FacetFormat
import FacetKernels
import FacetPlatform

extension Bundle {
  /// Bytes that an arena for this plan needs, with what kernels may read beyond its end and the scratch of each thread; nil where there is no
  /// such plan or level.
  public func arenaBytes(plan: Int, threads: Int = 1, isa: facet_isa? = nil) -> Int? {
    guard let tensors = tensorBytes(plan: plan), threads >= 1 else { return nil }
    let level = facet_level_of(isa ?? facet_best_isa())
    guard level.name != nil, let scratch = scratchBytes(plan: plan, features: level.features) else { return nil }
    return tensors + min(threads, Session.maximumThreads) * scratch
  }

  /// Of an arena's bytes, those of the plan's tensors: a multiple of 64, behind which scratch begins.
  func tensorBytes(plan: Int) -> Int? {
    guard plan >= 0, plan < plans.count else { return nil }
    return (Int(plans[plan].arenaBytes) + 63) / 64 * 64 + overread
  }

  /// Bytes of scratch that kernels need in each thread: the most that any instruction of the plan does, a multiple of 64.
  func scratchBytes(plan: Int, features: UInt32) -> Int? {
    if facet_kernels_have_scratch() == 0 { return 0 }
    // Addresses decide nothing.
    guard let nowhere = UnsafeMutableRawPointer(bitPattern: 4096) else { return nil }
    var preparation = Preparation(
      fragments: fragments, storedUnsigned: storedUnsigned, plan: plans[plan], features: features, arena: nowhere, scratch: nil,
      scratchStride: 0, threads: 1)
    return try? preparation.scratchBytes()
  }
}

/// The arena's memory before a session owns it.
struct Arena {
  let base: UnsafeMutableRawPointer
  let isOwned: Bool

  init(given: UnsafeMutableRawBufferPointer, bytes: Int) throws(SessionError) {
    guard let base = given.baseAddress, given.count >= bytes else { throw .arenaTooSmall }
    guard UInt(bitPattern: base) % 64 == 0 else { throw .arenaMisaligned }
    self.base = base
    isOwned = false
  }

  init(allocating bytes: Int) throws(SessionError) {
    guard let base = facet_memory_allocate(bytes) else { throw .outOfMemory }
    self.base = base
    isOwned = true
  }

  func release() {
    if isOwned { facet_memory_free(base) }
  }
}
