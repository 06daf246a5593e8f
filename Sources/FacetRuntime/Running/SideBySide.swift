import FacetFormat
import FacetPlatform

/// The branches that threads may run side by side, each on one of them, instead of one after the other with their operators shared: those
/// from which no other fragment reads, and whose memory the plan keeps apart.
///
/// Which way is taken follows from the work that is known beforehand, not from times; no result depends on it.
final class SideBySide {
  struct Branch {
    var fragment: Int
    /// Attributes whose results it computes.
    var results: AttributeSet
    /// Work where one thread runs it, and, of the thread that has most of it, where its operators are shared.
    var whole: Int64
    var shared: Int64
  }

  /// The one with the most work first.
  private(set) var branches: [Branch] = []
  /// By branch: the thread that runs it; -1 where it does not run.
  private(set) var threads: [Int32]
  /// By thread.
  private var loads: [Int64]
  private let program: PreparedProgram

  /// Comparing memory takes time by the square of these.
  private static let storageLimit = 1_000

  /// Nil where there are no two such branches.
  init?(_ bundle: Bundle, _ plan: PlanRecord, _ program: PreparedProgram, threads: Int) {
    self.program = program
    loads = [Int64](repeating: 0, count: threads)
    self.threads = []
    guard threads > 1 else { return nil }
    var isRead = [Bool](repeating: false, count: bundle.fragments.count)
    for fragment in bundle.fragments {
      for source in fragment.imports { isRead[Int(source.fragment)] = true }
    }
    var memories: [Memory] = []
    var storages = 0
    for index in bundle.fragments.indices where !isRead[index] && program.steps[index].count > 0 {
      storages += bundle.fragments[index].storages.count + bundle.fragments[index].imports.count
      guard storages <= Self.storageLimit else { break }
      guard let memory = Memory(bundle, plan, fragment: index) else { continue }
      var isApart = true
      for other in memories where memory.meets(other) { isApart = false }
      guard isApart else { continue }
      memories.append(memory)
      var branch = Branch(fragment: index, results: [], whole: 0, shared: 0)
      for attribute in bundle.attributes.indices where bundle.attributes[attribute].fragment == UInt32(index) {
        branch.results.insert(attribute)
      }
      for step in program.steps[index] {
        branch.whole = saturatingSum(branch.whole, step.amount)
        branch.shared = saturatingSum(branch.shared, step.sharedAmount)
      }
      branches.append(branch)
    }
    guard branches.count > 1 else { return nil }
    // Insertion keeps the order of equals.
    for end in 1..<branches.count {
      var place = end
      while place > 0, branches[place - 1].whole < branches[place].whole {
        branches.swapAt(place - 1, place)
        place -= 1
      }
    }
    self.threads = [Int32](repeating: -1, count: branches.count)
  }

  /// Gives the branches that compute any of these results, and have not run, to threads: all of them, or else as many as fill all threads
  /// alike. False where sharing operators is expected to take no longer.
  func assign(_ results: AttributeSet, done: [Bool]) -> Bool {
    var count = 0
    for branch in branches where !branch.results.isDisjoint(with: results) && !done[branch.fragment] { count += 1 }
    if assign(results, done: done, limit: count) { return true }
    let even = count - count % loads.count
    return even < count && assign(results, done: done, limit: even)
  }

  /// Each to the thread that has least to do, the largest first (Graham, "Bounds on multiprocessing timing anomalies", 1969).
  private func assign(_ results: AttributeSet, done: [Bool], limit: Int) -> Bool {
    for thread in loads.indices { loads[thread] = 0 }
    var shared: Int64 = 0
    var count = 0
    for index in branches.indices {
      threads[index] = -1
      guard count < limit, !branches[index].results.isDisjoint(with: results), !done[branches[index].fragment] else { continue }
      var least = 0
      for thread in loads.indices where loads[thread] < loads[least] { least = thread }
      threads[index] = Int32(least)
      loads[least] = saturatingSum(loads[least], branches[index].whole)
      shared = saturatingSum(shared, branches[index].shared)
      count += 1
    }
    var longest: Int64 = 0
    for load in loads { longest = max(longest, load) }
    return count > 1 && saturatingSum(longest, Step.workWorthSharing) < shared
  }

  /// What thread `thread` was given.
  func run(thread: Int32) {
    for index in branches.indices where threads[index] == thread {
      for step in program.steps[branches[index].fragment] {
        for fill in step.fills { program.fills[fill].fill() }
        step.runWhole(thread: thread)
      }
    }
  }
}

/// The bytes of an arena that a branch may write, and those that it reads.
private struct Memory {
  private var own: [Range<UInt64>] = []
  private var imported: [Range<UInt64>] = []

  /// Nil where the plan does not hold all of it.
  init?(_ bundle: Bundle, _ plan: PlanRecord, fragment: Int) {
    for storage in bundle.fragments[fragment].storages.indices {
      guard let range = bundle.range(fragment: fragment, storage: storage, plan) else { return nil }
      own.append(range)
    }
    for source in bundle.fragments[fragment].imports {
      var place = source
      // A fragment imports from earlier ones only.
      while place.tensor < bundle.fragments[Int(place.fragment)].header.importCount {
        place = bundle.fragments[Int(place.fragment)].imports[Int(place.tensor)]
      }
      let from = bundle.fragments[Int(place.fragment)]
      guard let range = bundle.range(fragment: Int(place.fragment), storage: Int(from.tensors[Int(place.tensor)].storage), plan) else {
        return nil
      }
      imported.append(range)
    }
  }

  /// Whether one writes what the other reads or writes.
  func meets(_ other: Memory) -> Bool {
    for range in own {
      for others in other.own where range.overlaps(others) { return true }
      for others in other.imported where range.overlaps(others) { return true }
    }
    for range in imported {
      for others in other.own where range.overlaps(others) { return true }
    }
    return false
  }
}

extension Bundle {
  /// Where a storage lies in the arena of a plan; nil where it does not.
  fileprivate func range(fragment: Int, storage: Int, _ plan: PlanRecord) -> Range<UInt64>? {
    guard let offset = plan.offset(Int64(fragments[fragment].firstStorage) + Int64(storage)), offset != PlanRecord.unused else {
      return nil
    }
    // Inside the arena: checked on opening.
    return offset..<offset + UInt64(fragments[fragment].storages[storage])
  }
}

private func saturatingSum(_ a: Int64, _ b: Int64) -> Int64 {
  let (sum, overflow) = a.addingReportingOverflow(b)
  return overflow ? .max : sum
}

extension Session {
  /// Runs branches of these attributes side by side where that is expected to be faster, with what they need before; those with a gate stay
  /// for `evaluate`, which does the rest.
  func runSideBySide(_ attributes: AttributeSet, ignoringGates: Bool) {
    guard let sideBySide else { return }
    var open = AttributeSet(0)
    for index in attributes where states[index] != .evaluated {
      if ignoringGates || bundle.evaluation.gates[index].operations.isEmpty { open.insert(index) }
    }
    guard sideBySide.assign(open, done: done) else { return }
    for index in sideBySide.branches.indices where sideBySide.threads[index] >= 0 {
      let fragment = sideBySide.branches[index].fragment
      _ = require(fragment)
      needed[fragment] = false
      runNeeded(through: fragment, afterInstruction: nil)
    }
    facet_pool_run(
      pool,
      { context, thread in
        guard let context else { return }
        Unmanaged<SideBySide>.fromOpaque(context).takeUnretainedValue().run(thread: thread)
      }, Unmanaged.passUnretained(sideBySide).toOpaque())
    for index in sideBySide.branches.indices where sideBySide.threads[index] >= 0 {
      let fragment = sideBySide.branches[index].fragment
      done[fragment] = true
      executedInstructions += Int64(bundle.fragments[fragment].instructions.count)
      branchesSideBySide += 1
    }
  }
}
