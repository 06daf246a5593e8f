import FacetFormat
import FacetTestSupport
import Testing

@testable import FacetRuntime

/// Time is a clock of the tests': each look at it takes `step` nanoseconds.
private struct FakeClock {
  var now: UInt64 = 1_000_000
  var step: UInt64
}

@Suite struct DeadlineTests {
  /// Evaluates all attributes of the bundle for gates within a budget.
  private func statuses(
    budget: UInt64, step: UInt64 = 0, costs: [UInt64]? = nil, gates: [Int: [GateOperation]] = [:], order: [UInt32]? = nil
  ) throws -> [AttributeStatus] {
    var clock = FakeClock(step: step)
    return try withUnsafeMutablePointer(to: &clock) { clock in
      let session = try Session(bundle: try open(gatedBundle(gates, order: order).bytes()))
      session.setClock(
        { context in
          guard let clock = context?.assumingMemoryBound(to: FakeClock.self) else { return 0 }
          clock.pointee.now += clock.pointee.step
          return clock.pointee.now
        }, context: clock)
      if let costs { try session.set(costs: costs) }
      try session.set(tensor: [0, 2, 1, 0, 0, 0, 0, 0])
      try session.evaluate(attributes: 0x1F, budget: budget)
      return session.statuses
    }
  }

  /// The trunk, then 100 for `guarded`, then 50 more for `last`.
  @Test(
    arguments: [
      (1000, [AttributeStatus.evaluated, .evaluated, .evaluated, .evaluated, .evaluated]),
      (150, [.evaluated, .evaluated, .evaluated, .evaluated, .evaluated]),
      (99, [.evaluated, .evaluated, .evaluated, .notReached, .notReached]),
    ] as [(UInt64, [AttributeStatus])])
  func costsDecideBeforeTimeIsSpent(_ budget: UInt64, _ expected: [AttributeStatus]) throws {
    // A clock that stands still: only what is still needed counts.
    #expect(try statuses(budget: budget, costs: [0, 100, 50]) == expected)
  }

  /// The first look sets the start; then one before each attribute that has something to run.
  @Test func elapsedTimeCounts() throws {
    let costs: [UInt64] = [10, 100, 50]
    // Trunk: 40 + 10; `guarded`: 80 + 100; `last`: 120 + 50.
    #expect(try statuses(budget: 180, step: 40, costs: costs) == Array(repeating: .evaluated, count: 5))
    #expect(try statuses(budget: 179, step: 40, costs: costs) == [.evaluated, .evaluated, .evaluated, .notReached, .notReached])
    #expect(try statuses(budget: 49, step: 40, costs: costs) == Array(repeating: .notReached, count: 5))
  }

  @Test func withoutCostsItStopsOnceTheBudgetIsSpent() throws {
    #expect(try statuses(budget: 81, step: 40) == [.evaluated, .evaluated, .evaluated, .evaluated, .notReached])
    #expect(try statuses(budget: 40, step: 40) == Array(repeating: .notReached, count: 5))
    #expect(try statuses(budget: .max - 1, step: 40) == Array(repeating: .evaluated, count: 5))
  }

  /// What does not fit is left out, what comes after it and fits is not.
  @Test func theOrderIsThatOfPriority() throws {
    let costs: [UInt64] = [60, 100, 50]
    let found = try statuses(budget: 160, costs: costs, order: [4, 3, 2, 1, 0])
    #expect(found == [.evaluated, .evaluated, .evaluated, .evaluated, .notReached])
  }

  @Test func aGateOnWhatWasNotReachedIsNotReachedEither() throws {
    let gates: [Int: [GateOperation]] = [Gated.last: [.answer(Gated.guarded, 0)]]
    #expect(try statuses(budget: 99, costs: [0, 100, 0], gates: gates)[4] == .notReached)
    // A condition that is false whatever `guarded` would be closes the gate.
    let closed: [Int: [GateOperation]] = [Gated.last: [.answer(Gated.guarded, 0), .answer(Gated.kind, 0), .and]]
    #expect(try statuses(budget: 99, costs: [0, 100, 0], gates: closed)[4] == .gateClosed)
  }

  @Test func evaluatingAgainContinuesWhereTimeRanOut() throws {
    let session = try Session(bundle: try open(gatedBundle().bytes()))
    try session.set(costs: [0, 1_000_000_000_000, 0])
    try session.set(tensor: [0, 2, 1, 0, 0, 0, 0, 0])
    try session.evaluate(attributes: 0x1F, budget: 100_000_000_000)
    #expect(session.statuses == [.evaluated, .evaluated, .evaluated, .notReached, .notReached])
    try session.evaluate(attributes: 0x1F)
    #expect(session.statuses == Array(repeating: .evaluated, count: 5) && session.executedInstructions == 2)
    // All is there: no time is needed.
    try session.evaluate(attributes: 0x1F, budget: 0)
    #expect(session.statuses == Array(repeating: .evaluated, count: 5))
  }

  @Test func fragmentsAreTimedWhereThatIsAskedFor() throws {
    var clock = FakeClock(step: 7)
    try withUnsafeMutablePointer(to: &clock) { clock in
      let session = try Session(bundle: try open(gatedBundle().bytes()))
      session.setClock(
        { context in
          guard let clock = context?.assumingMemoryBound(to: FakeClock.self) else { return 0 }
          clock.pointee.now += clock.pointee.step
          return clock.pointee.now
        }, context: clock)
      try session.set(tensor: [0, 2, 1, 0, 0, 0, 0, 0])
      try session.evaluate(attributes: 0x1F)
      #expect(clock.pointee.now == 1_000_000 && (0..<3).map { session.fragmentTime($0) } == [0, 0, 0])
      session.measures = .fragments
      try session.set(tensor: [0, 2, 1, 0, 0, 0, 0, 0])
      try session.evaluate(attributes: 0x1F)
      #expect((0..<4).map { session.fragmentTime($0) } == [7, 7, 7, 0])
    }
  }

  @Test func costsOfAnotherBundleAreRefused() throws {
    let session = try Session(bundle: try open(gatedBundle().bytes()))
    #expect(throws: SessionError.wrongCosts) { try session.set(costs: [1, 2]) }
    // Sums of the largest do not overflow.
    try session.set(costs: [.max, .max, .max])
    try session.set(tensor: [0, 2, 1, 0, 0, 0, 0, 0])
    try session.evaluate(attributes: 0x1F, budget: 1)
    #expect(session.statuses == Array(repeating: .notReached, count: 5))
  }
}
