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

  /// Times each instruction within evaluations of all attributes.
  private func instructions(iterations: Int, warmUp: Int) throws(FacetError) -> [MeasuredCosts.Instruction] {
    let bundle = session.bundle
    var measured: [(use: KernelUse, times: [Int64])] = []
    session.measures = .instructions
    for round in 0..<(warmUp + iterations) {
      do {
        try input.set(on: session)
        try session.evaluate(attributes: bundle.allAttributes, ignoringGates: true)
      } catch {
        throw FacetError(error, file: file)
      }
      var place = 0
      for (fragment, record) in bundle.fragments.enumerated() {
        for (index, instruction) in record.instructions.enumerated() {
          guard let found = session.instruction(index, fragment: fragment) else { continue }
          if round == 0 {
            let shapes = instruction.shapes(record.tensors)
            measured.append(
              (
                KernelUse(
                  fragment: fragment, instruction: index, kernel: found.kernel.map { String(cString: $0) } ?? "",
                  shape: KernelShape(work: Int(found.work), input: shapes.input, output: shapes.output)), []
              ))
          }
          if round >= warmUp { measured[place].times.append(Int64(clamping: found.nanoseconds)) }
          place += 1
        }
      }
    }
    return measured.map { MeasuredCosts.Instruction(use: $0.use, time: Self.time($0.times)) }
  }

  private static func time(_ values: [Int64]) -> MeasuredCosts.Time {
    let sorted = values.sorted()
    // The nearest rank.
    let high = sorted.isEmpty ? 0 : sorted[(sorted.count * 95 + 99) / 100 - 1]
    return MeasuredCosts.Time(minimum: Int(sorted.first ?? 0), median: Int(median(values)), high: Int(high))
  }
}
