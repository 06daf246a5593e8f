import FacetBundle
import FacetDiagnostics
import FacetFormat
import FacetRuntime

extension Benchmark {
  /// Times each fragment within evaluations of all attributes, gates ignored. Setting the input is not in it.
  ///
  /// - Parameter warmUp: evaluations before the first that is timed.
  package func costs(iterations: Int, warmUp: Int) throws(FacetError) -> MeasuredCosts {
    let bundle = session.bundle
    var times = [[Int64]](repeating: [], count: bundle.fragments.count)
    session.measures = .fragments
    defer { session.measures = .nothing }
    for index in 0..<(warmUp + iterations) {
      do {
        try input.set(on: session)
        try session.evaluate(attributes: bundle.allAttributes, ignoringGates: true)
      } catch {
        throw FacetError(error, file: file)
      }
      guard index >= warmUp else { continue }
      for fragment in times.indices { times[fragment].append(Int64(clamping: session.fragmentTime(fragment))) }
    }
    let sets = bundle.fragments.map(\.attributes)
    func sum(_ isCounted: (AttributeSet) -> Bool) -> MeasuredCosts.Time {
      let counted = times.indices.filter { isCounted(sets[$0]) }
      return Self.time((0..<iterations).map { index in counted.reduce(0) { $0 + times[$1][index] } })
    }
    return MeasuredCosts(
      programs: bundle.programsHashText, isa: session.isaName, threads: session.threads, iterations: iterations,
      fragments: times.map(Self.time),
      attributes: bundle.attributeDescriptions.enumerated().map { index, attribute in
        MeasuredCosts.Attribute(name: attribute.name, alone: sum { $0.contains(index) }, marginal: sum { $0 == [index] })
      },
      instructions: try instructions(iterations: iterations, warmUp: warmUp))
  }

  /// What each instruction takes, in the order of the bundle.
  private func instructions(iterations: Int, warmUp: Int) throws(FacetError) -> [MeasuredCosts.Instruction] {
    let bundle = session.bundle
    session.measures = .nothing
    let places = try instructionTimes(of: bundle.allAttributes, iterations: iterations, warmUp: warmUp)
    return places.sorted { ($0.fragment, $0.instruction) < ($1.fragment, $1.instruction) }.compactMap { place in
      guard let found = session.instruction(place.instruction, fragment: place.fragment) else { return nil }
      let record = bundle.fragments[place.fragment]
      let shapes = record.instructions[place.instruction].shapes(record.tensors)
      let use = KernelUse(
        fragment: place.fragment, instruction: place.instruction, kernel: found.kernel.map { String(cString: $0) } ?? "",
        shape: KernelShape(work: Int(found.work), input: shapes.input, output: shapes.output))
      return MeasuredCosts.Instruction(use: use, time: Self.time(place.times))
    }
  }

  private static func time(_ values: [Int64]) -> MeasuredCosts.Time {
    let sorted = values.sorted()
    // The nearest rank.
    let high = sorted.isEmpty ? 0 : sorted[(sorted.count * 95 + 99) / 100 - 1]
    return MeasuredCosts.Time(minimum: Int(sorted.first ?? 0), median: Int(median(values)), high: Int(high))
  }
}
