import FacetBundle
import FacetDiagnostics
import FacetRuntime

extension Benchmark {
  /// How evaluations within one time budget end.
  package struct Deadline: Encodable, Sendable, Equatable {
    package var budgetNs: Int64
    /// Of each evaluation, without setting its input, in order.
    package var ns: [Int64]
    /// Attributes that each evaluation reached.
    package var reached: [Int]

    /// The share that ended within the budget.
    package var inTime: Double { Double(ns.count { $0 <= budgetNs }) / Double(max(ns.count, 1)) }

    /// By how much those that did not end in time were late, in nanoseconds.
    package var overruns: [Int64] { ns.filter { $0 > budgetNs }.map { $0 - budgetNs } }

    package var meanReached: Double { Double(reached.reduce(0, +)) / Double(max(reached.count, 1)) }
  }

  /// Evaluates by priority within each budget in every round. Gates are ignored.
  ///
  /// - Parameters:
  ///   - budgets: in nanoseconds.
  ///   - costs: what an attribute is expected to take; nil: the engine stops once the time is spent.
  ///   - warmUp: rounds before the first that counts.
  package func deadlines(
    _ budgets: [UInt64], costs: MeasuredCosts?, iterations: Int, warmUp: Int
  ) throws(FacetError) -> [Deadline] {
    try costs?.set(on: session, file: file)
    var results = budgets.map { Deadline(budgetNs: Int64(clamping: $0), ns: [], reached: []) }
    for round in 0..<(warmUp + iterations) {
      for (index, budget) in budgets.enumerated() {
        do {
          try input.set(on: session)
          let start = session.now()
          try session.evaluate(attributes: set, ignoringGates: true, budget: budget)
          let time = session.now() &- start
          guard round >= warmUp else { continue }
          results[index].ns.append(Int64(clamping: time))
          results[index].reached.append(session.bundle.attributes.indices.count { session.status(attribute: $0) == .evaluated })
        } catch {
          throw FacetError(error, file: file)
        }
      }
    }
    return results
  }
}
