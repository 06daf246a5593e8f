import FacetBundle
import FacetDiagnostics
import FacetFormat
import FacetRuntime

extension Benchmark {
  /// What one instruction took, and what it had to do.
  package struct Layer: Encodable, Sendable {
    package var fragment: Int
    package var instruction: Int
    /// The opcode, with the window, strides, dilation and groups of a convolution or pooling where they are not 1.
    package var name: String
    /// Channels, height, width of what it reads first and of what it writes.
    package var inputShape: [Int]
    package var outputShape: [Int]
    package var kernel: String
    package var minimumNs: Int64
    package var medianNs: Int64
    package var multiplyAccumulates: Int
    package var isFloat: Bool
    /// Weights, biases and tensors that it reads and writes.
    package var bytes: Int

    /// 10^9 multiply-accumulates a second at the fastest run.
    package var gmacPerSecond: Double { minimumNs > 0 ? Double(multiplyAccumulates) / Double(minimumNs) : 0 }
  }

  /// Times each instruction within evaluations of the attributes asked for, in the order in which they ran.
  package func layers(iterations: Int, warmUp: Int) throws(FacetError) -> [Layer] {
    try instructionTimes(of: set, iterations: iterations, warmUp: warmUp).map { place in
      layer(place.fragment, place.instruction, minimum: place.times.min() ?? 0, median: Benchmark.median(place.times))
    }
  }

  /// From the end of the instruction before to its own, which counts the reading of the clock (some 30 ns) and, with several threads, waiting for
  /// the others. In the order in which they ran.
  func instructionTimes(
    of attributes: AttributeSet, iterations: Int, warmUp: Int
  ) throws(FacetError) -> [(fragment: Int, instruction: Int, times: [Int64])] {
    var measured: [(fragment: Int, instruction: Int, times: [Int64])] = []
    for round in 0..<(warmUp + iterations) {
      var place = 0
      do {
        try input.set(on: session)
        var last = Benchmark.clock()
        try session.evaluate(attributes: attributes, ignoringGates: true) { fragment, instruction in
          let now = Benchmark.clock()
          if round == 0 { measured.append((fragment, instruction, [])) }
          if round >= warmUp { measured[place].times.append(now - last) }
          place += 1
          last = Benchmark.clock()
        }
      } catch {
        throw FacetError(error, file: file)
      }
    }
    return measured
  }

  private func layer(_ fragment: Int, _ instruction: Int, minimum: Int64, median: Int64) -> Layer {
    let tensors = session.bundle.fragments[fragment].tensors
    let record = session.bundle.fragments[fragment].instructions[instruction]
    let cost = InstructionCost(record, tensors)
    let shapes = record.shapes(tensors)
    return Layer(
      fragment: fragment, instruction: instruction, name: record.shortDescription, inputShape: shapes.input, outputShape: shapes.output,
      kernel: session.instruction(instruction, fragment: fragment)?.kernel.map { String(cString: $0) } ?? "",
      minimumNs: minimum, medianNs: median, multiplyAccumulates: cost.multiplyAccumulates, isFloat: cost.isFloat,
      bytes: cost.parameterBytes + cost.bytesRead + cost.bytesWritten)
  }
}
