import FacetBundle
import FacetDiagnostics
import FacetFormat
import FacetRuntime

extension Benchmark {
  /// What each attribute takes alone, and all one after another, beside all at once: is each paid by what it computes, and does
  /// asking twice cost more than asking once? Taken in turns, so that what disturbs the machine meets all alike.
  package struct ByAttribute: Encodable, Sendable, Equatable {
    package struct Attribute: Encodable, Sendable, Equatable {
      package var name: String
      package var multiplyAccumulates: Int
      /// Of each evaluation of it alone, its input included, in order.
      package var ns: [Int64]
    }

    /// In the bundle's order.
    package var attributes: [Attribute]
    package var multiplyAccumulates: Int
    package var togetherNs: [Int64]
    /// One input, then one evaluation for each attribute, which continues the one before.
    package var oneAfterAnotherNs: [Int64]
    /// All at once, but no branches side by side; nil with one thread.
    package var branchesInTurnNs: [Int64]?

    /// How large a part of the work of all attributes one has, and of their time.
    package func share(_ attribute: Attribute) -> (multiplyAccumulates: Double, time: Double) {
      (
        Double(attribute.multiplyAccumulates) / Double(max(multiplyAccumulates, 1)),
        Double(Benchmark.median(attribute.ns)) / Double(max(Benchmark.median(togetherNs), 1))
      )
    }

    /// Time of one after another over that of all at once.
    package var oneAfterAnother: Double { ratio(oneAfterAnotherNs) }

    /// The same of branches that do not run side by side.
    package var branchesInTurn: Double? { branchesInTurnNs.map(ratio) }

    private func ratio(_ ns: [Int64]) -> Double { Double(Benchmark.median(ns)) / Double(max(Benchmark.median(togetherNs), 1)) }
  }

  /// Sets that are evaluated one after another on one input.
  private struct Way {
    var sets: [AttributeSet]
    var isInTurn = false
  }

  /// Times each way in every round. Gates are ignored.
  ///
  /// - Parameter warmUp: rounds before the first that is timed.
  package func byAttribute(iterations: Int, warmUp: Int) throws(FacetError) -> ByAttribute {
    let bundle = session.bundle
    let members = bundle.evaluation.order.filter { set.contains($0) }
    let alone = members.map { AttributeSet(attribute: $0) }
    let ways =
      [Way(sets: [set]), Way(sets: alone)] + alone.map { Way(sets: [$0]) } + (session.threads > 1 ? [Way(sets: [set], isInTurn: true)] : [])
    var times = [[Int64]](repeating: [], count: ways.count)
    for round in 0..<(warmUp + iterations) {
      for turn in ways.indices {
        // Who follows whom changes with the rounds.
        let way = (turn + round) % ways.count
        let time = try time(ways[way])
        if round >= warmUp { times[way].append(time) }
      }
    }
    func multiplyAccumulates(_ attributes: AttributeSet) -> Int {
      bundle.fragments.reduce(0) { $1.attributes.isDisjoint(with: attributes) ? $0 : $0 + $1.multiplyAccumulates }
    }
    let names = bundle.attributeDescriptions.map(\.name)
    let attributes = zip(members, times[2...]).sorted { $0.0 < $1.0 }.map { index, ns in
      ByAttribute.Attribute(name: names[index], multiplyAccumulates: multiplyAccumulates([index]), ns: ns)
    }
    return ByAttribute(
      attributes: attributes, multiplyAccumulates: multiplyAccumulates(set), togetherNs: times[0], oneAfterAnotherNs: times[1],
      branchesInTurnNs: session.threads > 1 ? times.last : nil)
  }

  /// Of the input and these evaluations on it.
  private func time(_ way: Way) throws(FacetError) -> Int64 {
    do {
      let start = session.now()
      try input.set(on: session)
      // Within a budget, one branch follows the other.
      for set in way.sets { try session.evaluate(attributes: set, ignoringGates: true, budget: way.isInTurn ? .max : nil) }
      return Int64(clamping: session.now() &- start)
    } catch {
      throw FacetError(error, file: file)
    }
  }
}
