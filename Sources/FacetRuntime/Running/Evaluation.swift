import FacetFormat
import FacetPlatform

extension Session {
  /// Nanoseconds of a clock that never goes back.
  public typealias Clock = @convention(c) (UnsafeMutableRawPointer?) -> UInt64

  /// Runs what these attributes need and has not run on this input, attribute by attribute in the bundle's order.
  ///
  /// - Parameters:
  ///   - ignoringGates: otherwise, an attribute whose gate's condition does not hold is left out, and attributes that a gate reads are
  ///     evaluated too.
  ///   - budget: nanoseconds from this call on. An attribute that cannot be had within it (by `setCosts`; without costs, once it is
  ///     spent) is left out, and those after it that can are evaluated. Nil for no limit.
  ///   - afterInstruction: called with fragment and instruction after each, when what it wrote may be read with `readTensor`.
  public func evaluate(
    attributes: AttributeSet, ignoringGates: Bool = false, budget: UInt64? = nil, afterInstruction: ((Int, Int) -> Void)? = nil
  ) throws(SessionError) {
    guard hasInput else { throw .noInput }
    guard attributes.isSubset(of: bundle.allAttributes) else { throw .noSuchAttribute }
    let wanted = ignoringGates ? attributes : bundle.withNeeds(attributes)
    guard wanted.isSubset(of: record.attributes) else { throw .attributeNotInPlan }
    guard !startsFromForks || wanted.isSubset(of: available(ignoringGates: ignoringGates)) else { throw .needsInput }
    hasEvaluated = true
    let start = budget == nil ? 0 : now()
    let mode = facet_enter_float_mode()
    defer { facet_leave_float_mode(mode) }
    // Where time is looked at, or each instruction, one follows the other.
    if budget == nil, afterInstruction == nil, measures == .nothing { runSideBySide(wanted, ignoringGates: ignoringGates) }
    for index in bundle.evaluation.order where wanted.contains(index) && states[index] != .evaluated {
      if !ignoringGates, let closed = closedGate(of: index) {
        states[index] = closed
        continue
      }
      let fragment = Int(bundle.attributes[index].fragment)
      let cost = require(fragment)
      if let budget, needed[fragment] {
        let elapsed = now() &- start
        guard elapsed < budget, cost <= budget - elapsed else {
          states[index] = .notReached
          continue
        }
      }
      runNeeded(through: fragment, afterInstruction: afterInstruction)
      states[index] = .evaluated
    }
  }

  /// What became of an attribute on this input.
  public func status(attribute index: Int) -> AttributeStatus {
    index >= 0 && index < states.count ? states[index] : .notAsked
  }

  /// Whether a fragment has run on this input.
  package func hasRun(fragment index: Int) -> Bool { index >= 0 && index < done.count && done[index] }

  /// The attributes that can be evaluated on this input: all of the plan's, or those that the given forks lead to.
  public func available(ignoringGates: Bool = false) -> AttributeSet {
    guard startsFromForks else { return record.attributes }
    var reached = AttributeSet(0)
    for index in record.attributes {
      _ = require(Int(bundle.attributes[index].fragment))
      if !needsBlocked { reached.insert(index) }
    }
    if ignoringGates { return reached }
    var result = reached
    for index in reached where !bundle.evaluation.needs[index].isSubset(of: reached) { result.remove(index) }
    return result
  }

  /// Marks in `needed` what must run before the tensors of a fragment are there, and gives what that is expected to take.
  func require(_ fragment: Int) -> UInt64 {
    for index in needed.indices { needed[index] = false }
    needed[fragment] = !done[fragment]
    var cost: UInt64 = 0
    for index in stride(from: fragment, through: 0, by: -1) where needed[index] {
      cost += costs[index]
      for source in bundle.fragments[index].imports where !done[Int(source.fragment)] && !isGiven(source.fragment, source.tensor) {
        needed[Int(source.fragment)] = true
      }
    }
    return cost
  }

  /// Whether something marked by `require` may not run.
  var needsBlocked: Bool {
    for index in needed.indices where needed[index] && blocked[index] { return true }
    return false
  }

  func isGiven(_ fragment: UInt32, _ tensor: UInt32) -> Bool {
    startsFromForks && !given[Int(fragment)].isEmpty && given[Int(fragment)][Int(tensor)]
  }

  // MARK: time

  /// The clock that budgets and `fragmentTime` read; nil for CLOCK_MONOTONIC, which they read unless another is set.
  public func setClock(_ clock: Clock?, context: UnsafeMutableRawPointer? = nil) {
    self.clock = clock ?? facet_monotonic_ns
    clockContext = context
  }

  package func now() -> UInt64 { clock(clockContext) }

  /// What each fragment is expected to take, in nanoseconds; budgets count with it.
  public func setCosts(_ nanoseconds: UnsafeBufferPointer<UInt64>) throws(SessionError) {
    guard nanoseconds.count == costs.count else { throw .wrongCosts }
    // A day each, so that no sum overflows.
    for index in costs.indices { costs[index] = min(nanoseconds[index], 86_400_000_000_000) }
  }

  /// What a fragment took when it last ran, in nanoseconds, where `measures` asked for it; 0 otherwise.
  public func fragmentTime(_ index: Int) -> UInt64 { index >= 0 && index < fragmentTimes.count ? fragmentTimes[index] : 0 }
}
