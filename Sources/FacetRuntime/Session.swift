import CFacet
import FacetFormat
import FacetKernels

/// A bundle ready to run: one arena, prepared kernels, a thread pool. Nothing is allocated after creation, but for the scratch of
/// `setFrame`, which is reserved at the first frame and again only when a larger one comes.
///
/// For one thread of the host at a time. Set an input, evaluate attributes, read their scores; evaluating more on the same input
/// continues where it stopped.
public final class Session {
  public let bundle: Bundle
  public let plan: Int
  public let threads: Int
  /// The level whose kernels run.
  public let isa: facet_isa
  /// Bytes of the arena, the over-read of the kernels included.
  public let arenaBytes: Int
  /// Instructions that ran since the session was made.
  public internal(set) var executedInstructions: Int64 = 0

  let record: PlanRecord
  let arena: UnsafeMutableRawPointer
  private let ownsArena: Bool
  private let program: PreparedProgram
  private let pool: OpaquePointer?
  var gather: InputGather
  /// Whether an input is set; per fragment, whether it ran on it.
  var hasInput = false
  var done: [Bool]
  var frameScratch: UnsafeMutableRawPointer?
  var frameScratchBytes = 0
  /// Room for the channels of one place, where a softmax runs over a map of places; nil where none does.
  let confidenceScratch: UnsafeMutablePointer<Float>?

  /// - Parameters:
  ///   - plan: which memory plan of the bundle. 0 serves every set of attributes in every order; another (`Bundle.plan(named:)`) serves
  ///     its own attributes, and those that are evaluated later on one input only where its fragments' order allows it.
  ///   - threads: the caller's included, 1 to 64. Scores do not depend on it.
  ///   - isa: the kernels' level; nil for the best that this CPU has. Scores of int8 programs do not depend on it.
  ///   - arena: at least `Bundle.arenaBytes(plan:)` bytes at a multiple of 64, the caller's as long as the session; nil to allocate.
  public init(
    bundle: Bundle, plan: Int = 0, threads: Int = 1, isa: facet_isa? = nil, arena: UnsafeMutableRawBufferPointer? = nil
  ) throws(SessionError) {
    guard plan >= 0, plan < bundle.plans.count, let arenaBytes = bundle.arenaBytes(plan: plan) else { throw .noSuchPlan }
    guard threads >= 1, threads <= 64 else { throw .badThreadCount }
    let level = isa ?? facet_best_isa()
    guard let kernels = facet_kernels(level) else { throw .isaNotAvailable }
    let memory: Arena
    if let arena {
      memory = try Arena(given: arena, bytes: arenaBytes)
    } else {
      memory = try Arena(allocating: arenaBytes)
    }
    let record = bundle.plans[plan]
    var startedPool: OpaquePointer?
    var scratch: UnsafeMutablePointer<Float>?
    do throws(SessionError) {
      var preparation = Preparation(
        bundle: bundle, plan: record, kernels: kernels.pointee, arena: memory.base, threads: Int32(threads))
      program = try preparation.prepare()
      if threads > 1 {
        guard let started = facet_thread_pool_create(Int32(threads)) else { throw .threadsNotAvailable }
        startedPool = started
      }
      scratch = try Self.allocateConfidenceScratch(bundle)
      gather = try InputGather(bundle: bundle, plan: record, kernels: kernels.pointee, arena: memory.base)
    } catch {
      facet_thread_pool_destroy(startedPool)
      facet_memory_free(scratch)
      memory.release()
      throw error
    }
    self.bundle = bundle
    self.plan = plan
    self.threads = threads
    self.isa = level
    self.arenaBytes = arenaBytes
    self.record = record
    self.arena = memory.base
    ownsArena = memory.isOwned
    pool = startedPool
    confidenceScratch = scratch
    done = [Bool](repeating: false, count: bundle.fragments.count)
  }

  private static func allocateConfidenceScratch(_ bundle: Bundle) throws(SessionError) -> UnsafeMutablePointer<Float>? {
    var channels = 0
    for attribute in bundle.attributes where attribute.confidence == .softmax && attribute.softmaxAxis.inner > 1 {
      channels = max(channels, attribute.softmaxAxis.channels)
    }
    guard channels > 0 else { return nil }
    // At most the elements of a tensor in the arena: the product fits 31 bits.
    guard let memory = facet_memory_allocate(channels * 4) else { throw .outOfMemory }
    return memory.bindMemory(to: Float.self, capacity: channels)
  }

  deinit {
    facet_thread_pool_destroy(pool)
    if ownsArena { facet_memory_free(arena) }
    facet_memory_free(frameScratch)
    facet_memory_free(confidenceScratch)
    gather.release()
  }

  /// Runs what these attributes need and has not run on this input.
  /// - Parameter attributes: bit i stands for attribute i.
  public func evaluate(attributes: UInt64) throws(SessionError) {
    try evaluate(attributes: attributes, afterInstruction: nil)
  }

  /// As `evaluate(attributes:)`, and calls `afterInstruction` with fragment and instruction after each, when what it wrote may be read
  /// with `readTensor`.
  public func evaluate(attributes: UInt64, afterInstruction: ((Int, Int) -> Void)?) throws(SessionError) {
    guard hasInput else { throw .noInput }
    guard attributes & ~bundle.allAttributes == 0 else { throw .noSuchAttribute }
    guard attributes & ~record.attributes == 0 else { throw .attributeNotInPlan }
    guard plan == 0 || keepsOrder(attributes) else { throw .orderNotInPlan }
    let mode = facet_enter_float_mode()
    defer { facet_leave_float_mode(mode) }
    for fragment in done.indices where !done[fragment] && bundle.fragments[fragment].attributes & attributes != 0 {
      let steps = program.steps[fragment]
      guard let first = steps.baseAddress else { continue }
      for index in 0..<steps.count {
        run(first + index)
        if let afterInstruction { afterInstruction(fragment, index) }
      }
      done[fragment] = true
    }
  }

  /// Whether what is still to run stands after all that ran. The fragments of a profile's plan share bytes by that order.
  private func keepsOrder(_ attributes: UInt64) -> Bool {
    var isMissing = false
    for fragment in done.indices where bundle.fragments[fragment].instructions.count > 0 {
      if done[fragment] {
        if isMissing { return false }
      } else if bundle.fragments[fragment].attributes & attributes != 0 {
        isMissing = true
      }
    }
    return true
  }

  private func run(_ step: UnsafeMutablePointer<Step>) {
    for index in step.pointee.fills { program.fills[index].fill() }
    if step.pointee.threads > 1 {
      facet_pool_run(
        pool, { context, index in context?.assumingMemoryBound(to: Step.self).pointee.run(share: index) }, UnsafeMutableRawPointer(step))
    } else {
      step.pointee.run(share: 0)
    }
    executedInstructions += 1
  }
}

/// The arena's memory before a session owns it.
private struct Arena {
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
