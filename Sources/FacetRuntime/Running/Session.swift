import FacetFormat
import FacetKernels
import FacetPlatform

/// What became of an attribute on the current input.
public enum AttributeStatus: Int32, Sendable {
  case notAsked = 0
  /// Its scores can be read.
  case evaluated = 1
  /// Its gate's condition does not hold, or rests on answers that there are not.
  case gateClosed = 2
  /// Time would have run out.
  case notReached = 3
}

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

  /// Branches that ran side by side since the session was made.
  package internal(set) var branchesSideBySide: Int64 = 0

  /// A session has at most so many threads.
  static let maximumThreads = 64

  let record: PlanRecord
  let arena: UnsafeMutableRawPointer
  private let ownsArena: Bool
  let program: PreparedProgram
  let pool: OpaquePointer?
  /// Nil where branches run one after the other.
  let sideBySide: SideBySide?
  let gather: InputGather
  /// Whether an input is set; per fragment, whether it ran on it; per attribute, what became of it.
  var hasInput = false
  var done: [Bool]
  var states: [AttributeStatus]
  /// Per fragment: whether it must run for what is being evaluated.
  var needed: [Bool]
  /// Where the input is a set of forks: per fragment, which of its tensors are given, and whether it may not run, because it computes
  /// a given one or something before it.
  var startsFromForks = false
  /// Whether something was asked for on this input.
  var hasEvaluated = false
  var given: [[Bool]]
  var blocked: [Bool]
  /// Per fragment, in nanoseconds: what it is expected to take, and what it took when it last ran (where that is measured).
  var costs: [UInt64]
  var fragmentTimes: [UInt64]
  /// What the clock is read around.
  public var measures = Measures.nothing
  var clock: Clock = facet_monotonic_ns
  var clockContext: UnsafeMutableRawPointer?
  var frameScratch: UnsafeMutableRawPointer?
  var frameScratchBytes = 0
  /// Room for the channels of one place, where a softmax runs over a map of places; nil where none does.
  let confidenceScratch: UnsafeMutablePointer<Float>?
  /// Room for the confidences of any attribute with one answer.
  let answerScratch: UnsafeMutableBufferPointer<Float>

  /// - Parameters:
  ///   - plan: which memory plan of the bundle. 0 serves every set of attributes and all forks; another (`Bundle.plan(named:)`) serves
  ///     its own attributes alone.
  ///   - threads: the caller's included, 1 to 64. Scores do not depend on it.
  ///   - isa: the kernels' level; nil for the best that this CPU has. Scores of int8 programs do not depend on it.
  ///   - arena: at least `Bundle.arenaBytes(plan:threads:isa:)` bytes at a multiple of 64, the caller's as long as the session; nil to allocate.
  public init(
    bundle: Bundle, plan: Int = 0, threads: Int = 1, isa: facet_isa? = nil, arena: UnsafeMutableRawBufferPointer? = nil
  ) throws(SessionError) {
    guard let tensorBytes = bundle.tensorBytes(plan: plan) else { throw .noSuchPlan }
    guard threads >= 1, threads <= Self.maximumThreads else { throw .badThreadCount }
    let level = facet_level_of(isa ?? facet_best_isa())
    guard level.name != nil else { throw .isaNotAvailable }
    guard let arenaBytes = bundle.arenaBytes(plan: plan, threads: threads, isa: level.isa) else { throw .noSuchPlan }
    let memory: Arena
    if let arena {
      memory = try Arena(given: arena, bytes: arenaBytes)
    } else {
      memory = try Arena(allocating: arenaBytes)
    }
    let record = bundle.plans[plan]
    var startedPool: OpaquePointer?
    var scratch: UnsafeMutablePointer<Float>?
    var answerScratch = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)
    do throws(SessionError) {
      var preparation = Preparation(
        fragments: bundle.fragments, storedUnsigned: bundle.storedUnsigned, plan: record, features: level.features, arena: memory.base,
        scratch: memory.base + tensorBytes, scratchStride: (arenaBytes - tensorBytes) / threads, threads: Int32(threads))
      program = try preparation.prepare()
      if threads > 1 {
        guard let started = facet_thread_pool_create(Int32(threads)) else { throw .threadsNotAvailable }
        startedPool = started
      }
      scratch = try Self.allocateConfidenceScratch(bundle)
      answerScratch = try Self.allocateAnswerScratch(bundle)
      gather = try InputGather(bundle: bundle, plan: record, features: level.features, arena: memory.base, threads: Int32(threads))
    } catch {
      facet_thread_pool_destroy(startedPool)
      facet_memory_free(scratch)
      facet_memory_free(answerScratch.baseAddress)
      memory.release()
      throw error
    }
    self.bundle = bundle
    self.plan = plan
    self.threads = threads
    self.isa = level.isa
    self.arenaBytes = arenaBytes
    self.record = record
    self.arena = memory.base
    ownsArena = memory.isOwned
    pool = startedPool
    sideBySide = SideBySide(bundle, record, program, threads: threads)
    confidenceScratch = scratch
    self.answerScratch = answerScratch
    let fragments = bundle.fragments.count
    done = [Bool](repeating: false, count: fragments)
    needed = done
    blocked = done
    costs = [UInt64](repeating: 0, count: fragments)
    fragmentTimes = costs
    states = [AttributeStatus](repeating: .notAsked, count: bundle.attributes.count)
    given = [[Bool]](repeating: [], count: fragments)
    for fork in bundle.forks {
      let fragment = Int(fork.fragment)
      if given[fragment].isEmpty { given[fragment] = [Bool](repeating: false, count: bundle.fragments[fragment].tensors.count) }
    }
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

  private static func allocateAnswerScratch(_ bundle: Bundle) throws(SessionError) -> UnsafeMutableBufferPointer<Float> {
    var count = 0
    for (index, attribute) in bundle.attributes.enumerated() where attribute.confidence != .none {
      let axis = attribute.softmaxAxis
      if axis.outer == 1, axis.inner == 1 { count = max(count, bundle.scoreCount(attribute: index)) }
    }
    guard count > 0 else { return UnsafeMutableBufferPointer(start: nil, count: 0) }
    guard let memory = facet_memory_allocate(count * 4) else { throw .outOfMemory }
    return UnsafeMutableBufferPointer(start: memory.bindMemory(to: Float.self, capacity: count), count: count)
  }

  deinit {
    facet_thread_pool_destroy(pool)
    if ownsArena { facet_memory_free(arena) }
    facet_memory_free(frameScratch)
    facet_memory_free(confidenceScratch)
    facet_memory_free(answerScratch.baseAddress)
    gather.release()
  }

  /// Runs the fragments marked in `needed` up to `last`.
  func runNeeded(through last: Int, afterInstruction: ((Int, Int) -> Void)?) {
    for fragment in 0...last where needed[fragment] {
      let begin = measures == .nothing ? 0 : now()
      let steps = program.steps[fragment]
      if let first = steps.baseAddress {
        for index in 0..<steps.count {
          let start = measures == .instructions ? now() : 0
          run(first + index)
          if let afterInstruction { afterInstruction(fragment, index) }
          if measures == .instructions { (first + index).pointee.nanoseconds = now() &- start }
        }
      }
      done[fragment] = true
      if measures != .nothing { fragmentTimes[fragment] = now() &- begin }
    }
  }

  private func run(_ step: UnsafeMutablePointer<Step>) {
    for index in step.pointee.fills { program.fills[index].fill() }
    Step.run(step, on: pool)
    executedInstructions += 1
  }
}
