import FacetBundle
import FacetCompiler
import FacetFiles
import FacetIR
import FacetQuantization
import FacetRecipe
import FacetRuntime
import FacetTestSupport
import Foundation
import Testing

@testable import FacetMetrics
@testable import FacetSensitivity

/// What an operator is said to cost: against noise that is worked out by hand and against the int8 program itself.
@Suite struct SensitivityTests {
  /// Multiples of 1/64, which the input's int8 holds exactly.
  private static let sample: [Float] = (0..<16).map { (index: Int) -> Float in Float((index * 37 + 11) % 200 - 100) / 64 }
  private static let exact = Quantization(scale: 1 / 64, zeroPoint: 0)

  private static func noise(_ step: Float) -> Double {
    sample.reduce(0) { sum, x in
      let error = Double((x / step).rounded(.toNearestOrEven) * step - x)
      return sum + error * error
    }
  }

  private static func decibels(_ noise: Double) -> Double { 10 * log10(sample.reduce(0) { $0 + Double($1) * Double($1) } / noise) }

  private func report(_ network: QuantizedNetwork, samples: Int = 64, threads: Int = 1) throws -> SensitivityReport {
    try Sensitivity.report(network, samples: samples, threads: threads, file: "m.onnx")
  }

  @Test func twoLayersLoseWhatTheirStepsLose() throws {
    let (graph, values) = try Networks.chain(["first", "second", "head"])
    let network = try Networks.quantized(
      graph,
      [values[0]: Self.exact, values[1]: Quantization(scale: 0.25, zeroPoint: 0), values[2]: Quantization(scale: 0.0625, zeroPoint: 3)],
      samples: [Self.sample])
    let report = try report(network)
    let (coarse, fine) = (Self.noise(0.25), Self.noise(0.0625))
    let names = report.operators.map { $0.name }
    try #require(Array(names.prefix(2)) == ["first", "second"])
    let (first, second) = (report.operators[0].attributes[0], report.operators[1].attributes[0])
    #expect(abs(try #require(first.sqnrDb) - Self.decibels(coarse)) < 1e-3)
    #expect(abs(try #require(second.sqnrDb) - Self.decibels(fine)) < 1e-3)
    #expect(abs(first.share - coarse / (coarse + fine)) < 1e-4 && abs(second.share - fine / (coarse + fine)) < 1e-4)
    let input = try #require(report.operators.first { $0.operator == "input" })
    #expect(input.attributes[0].sqnrDb == ScoreComparison.maximumDecibels && input.attributes[0].share == 0)
    // The last layer's result stays float32; its weights are 127 steps of 1/127, which is 1 but for the last bit.
    let head = try #require(report.operators.first { $0.name == "head" })
    #expect(head.attributes[0].sqnrDb == nil && head.range == nil && (head.attributes[0].weightsSqnrDb ?? 0) > 120)
    #expect(abs(report.operators.reduce(0) { $0 + $1.attributes[0].share } - 1) < 1e-9)
    // Of all that came before: the first layer's result is its own loss only, the second's both.
    #expect(abs(try #require(report.operators[0].accumulatedSqnrDb) - Self.decibels(coarse)) < 1e-3)
    #expect(try #require(report.operators[1].accumulatedSqnrDb) < Self.decibels(coarse) + 0.01)
  }

  @Test func aRangeThatFewValuesSetIsNamed() throws {
    let (graph, values) = try Networks.chain(["first", "wide", "head"])
    let network = try Networks.quantized(
      graph, [values[0]: Self.exact, values[1]: Self.exact, values[2]: Quantization(scale: 0.5, zeroPoint: -28)], samples: [Self.sample])
    let report = try report(network)
    let range = try #require(report.operators[0].range)
    #expect(report.operators[0].name == "wide" && range.low == -50 && range.high == 77.5)
    #expect(Float(range.reachedLow) == Self.sample.min() && Float(range.reachedHigh) == Self.sample.max())
    let codes = Self.sample.map { ($0 / 0.5).rounded(.toNearestOrEven) }
    let count = try Int(#require(codes.max()) - #require(codes.min())) + 1
    #expect(range.used == Double(count) / 256 && range.clipped == 0 && range.centralCodes == count)
    let finding = report.attributes[0].finding
    #expect(finding.hasPrefix("'wide' causes nearly all of the loss of 'y'; its range -50 ... 77.5 is set by few values: 99.9 % lie in "))
    #expect(finding.contains(" To compute it in float32 (up to 30.0 dB more), "))
    #expect(finding.hasSuffix("put \"precision\": {\"wide\": \"float32\"} into the recipe."))
  }

  @Test func numbersBeyondTheRangeAreCounted() throws {
    let (graph, values) = try Networks.chain(["first", "narrow", "head"])
    let network = try Networks.quantized(
      graph, [values[0]: Self.exact, values[1]: Self.exact, values[2]: Quantization(scale: 1 / 256, zeroPoint: 0)], samples: [Self.sample])
    let range = try #require(try report(network).operators[0].range)
    let beyond = Self.sample.filter { $0 * 256 < -128.5 || $0 * 256 > 127.5 }.count
    #expect(beyond > 0 && range.clipped == Double(beyond) / 16 && range.used == 1)
  }

  /// The oracle: the float32 program with all weights and results rounded is the int8 program, but for the rounding of its sums.
  private func allRounded(_ measurement: SensitivityMeasurement, _ sample: NetworkInput) throws -> [[Float]] {
    let program = try #require(measurement.rounded)
    try program.set(sample)
    var changed: [ChangedTensor] = []
    func round(_ fragment: Int, _ instruction: Int) throws {
      for measured in measurement.operators where measured.float.fragment == fragment && measured.float.instruction == instruction {
        guard measured.rounding != nil, let range = measured.range else { continue }
        let values = try program.read(measured.float)
        var tensor = ChangedTensor(program, measured, exact: values, rounded: values.map(range.rounded))
        try tensor.hold(exact: false)
        changed.append(tensor)
      }
    }
    try round(0, -1)
    for fragment in program.bundle.fragments.indices {
      for instruction in program.bundle.fragments[fragment].instructions.indices {
        for index in changed.indices { try changed[index].prepare(fragment, instruction) }
        program.run(instruction: instruction, fragment: fragment)
        try round(fragment, instruction)
      }
    }
    for index in changed.indices { try changed[index].finish() }
    return try program.bundle.attributes.indices.map(program.scores)
  }

  /// Codes of sums that lie between two may differ, and those of a sigmoid, which the int8 program makes of pieces of lines: 1 of 100 or fewer.
  @Test(arguments: [("unequal", 12.0), ("hard-swish", 12), ("sigmoid", 2)])
  func allRoundedAtOnceIsTheInt8Program(_ name: String, _ margin: Double) throws {
    let graph = try name == "unequal" ? Networks.unequal() : Networks.mixed(name == "sigmoid" ? .sigmoid : .hardSwish)
    let network = try Networks.quantized(graph, effort: .normal)
    #expect(network.methods.contains { $0.hasPrefix("equalized") } == (name == "unequal"))
    var measurement = try SensitivityMeasurement(network, threads: 1)
    var comparisons = network.attributes.map { _ in ScoreComparison() }
    for sample in network.samples.prefix(4) {
      try measurement.add(sample)
      let int8 = try network.attributes.indices.map(#require(measurement.int8).scores)
      for (index, scores) in try allRounded(measurement, sample).enumerated() {
        scores.withUnsafeBufferPointer { a in int8[index].withUnsafeBufferPointer { comparisons[index].add(reference: a, $0) } }
      }
    }
    for (comparison, attribute) in zip(comparisons, measurement.report.attributes) {
      #expect(comparison.sqnr > attribute.sqnrDb + margin, "\(comparison.sqnr) dB, and int8 loses \(attribute.sqnrDb)")
    }
    for attribute in network.attributes.indices {
      let sum = measurement.report.operators.reduce(0) { sum, each in
        sum + (each.attributes.first { $0.attribute == network.attributes[attribute].name }?.share ?? 0)
      }
      #expect(abs(sum - 1) < 1e-9)
    }
  }

  /// The oracle: what compiling had decided before it was written, in the order of kernels of either kind.
  @Test(arguments: [(false, "pi4"), (false, "x86-64-vnni"), (true, "pi4"), (true, "x86-64-vnni")])
  func aBundleSaysWhatCompilingDecided(_ isEqualized: Bool, _ target: String) throws {
    let graph = try isEqualized ? Networks.unequal() : Networks.mixed()
    let known = try Networks.quantized(graph, effort: .normal)
    var read = try Networks.compiled(graph, effort: .normal, target: target)
    // Ranges and weights are the bundle's, however they were found.
    #expect(read.methods == known.methods.filter { $0.hasPrefix("equalized") } && read.methods.isEmpty != isEqualized)
    #expect(read.decisions.layers.count == known.decisions.layers.count && read.int8?.fragments.allSatisfy { $0 != nil } == true)
    for (node, weights) in known.decisions.layers {
      let found = try #require(read.decisions.layers[node])
      #expect(found.codes == weights.codes && found.bias == weights.bias && found.sums == weights.sums)
      #expect(zip(found.scales, weights.scales).allSatisfy { abs($0 / $1 - 1) < 1e-6 })
    }
    read.samples = known.samples
    let (a, b) = (try report(known, samples: 4), try report(read, samples: 4))
    #expect(Set(a.operators.map(\.name)) == Set(b.operators.map(\.name)))
    for each in a.operators {
      let other = try #require(b.operators.first { $0.name == each.name })
      for (effect, found) in zip(each.attributes, other.attributes) {
        #expect(abs(effect.share - found.share) < 0.02 && effect.attribute == found.attribute, "\(each.name)")
      }
      #expect(abs((each.accumulatedSqnrDb ?? 0) - (other.accumulatedSqnrDb ?? 0)) < 0.5, "\(each.name)")
    }
  }

  @Test func theReportDoesNotDependOnThreads() throws {
    let network = try Networks.quantized(Networks.mixed())
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let reports = try [1, 3].map { try encoder.encode(report(network, samples: 3, threads: $0)) }
    #expect(reports[0] == reports[1])
  }

  @Test func anAttributeIsToldOnlyOfWhatItNeeds() throws {
    let report = try report(Networks.quantized(Networks.mixed()), samples: 2)
    func attributes(_ name: String) -> [String]? { report.operators.first { $0.name == name }?.attributes.map(\.attribute) }
    #expect(attributes("stem") == ["map", "class"] && attributes("last") == ["class"] && attributes("x") == ["map", "class"])
    // A function is a part of the layer before it, and a pool moves what is rounded already.
    #expect(attributes("gate") == ["map", "class"] && attributes("gate.sigmoid") == nil)
    #expect(report.operators.first { $0.name == "pool" }?.attributes.allSatisfy { $0.sqnrDb == nil && $0.share == 0 } == true)
    // Its int8 is what 'last' reads; 'map' itself is its float32.
    let map = report.operators.first { $0.name == "map" }?.attributes
    #expect(map?.first?.sqnrDb == ScoreComparison.maximumDecibels && (map?.last?.sqnrDb ?? 300) < 80)
  }

  /// What more bits cost stands beside what they bring, and the sentence has both.
  @Test func theWorstOperatorsHaveCosts() throws {
    let network = try Networks.quantized(Networks.mixed())
    let report = try report(network)
    #expect(report.target == Target.defaultName)
    let costed = report.operators.filter { $0.costs != nil }
    #expect(costed.count >= 3 && report.operators[0].name != "x")
    for each in costed {
      // Weights in float32 take four times the bytes, and no more bits make anything smaller.
      #expect((each.costs?.float32?.bytes ?? 1) > 0, "\(each.name)")
      if let (int16, float32) = each.costs.flatMap({ costs in costs.int16.flatMap { a in costs.float32.map { (a, $0) } } }) {
        #expect(int16.bytes <= float32.bytes, "\(each.name)")
      }
    }
    let own = report.attributes.map(\.finding).filter { $0.contains("in float32") }
    #expect(own.allSatisfy { $0.contains("kB more on \(Target.defaultName), modelled)") })
    // A name that "precision" does not know has none: the input.
    #expect(report.operators.first { $0.operator == "input" }?.costs == nil)
  }
}
