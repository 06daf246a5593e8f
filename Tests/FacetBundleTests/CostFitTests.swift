import FacetDiagnostics
import FacetFiles
import FacetTestSupport
import Testing

@testable import FacetBundle

@Suite struct CostFitTests {
  private func features(_ work: Double, _ outputs: Double, _ bytes: Double, weights: Double = 0) -> KernelFeatures {
    var features = KernelFeatures(kernel: "add_s8", KernelShape(work: 1, input: [1, 1, 1], output: [1, 1, 1]))
    (features.work, features.outputs, features.bytes, features.weightBytes) = (work, outputs, bytes, weights)
    return features
  }

  @Test func exactRunsGiveTheirRate() throws {
    let rate = KernelRate(perWork: 0.25, perOutput: 2, perByte: 0.5, perWeightByte: 0.125, perCall: 100)
    let sizes = [
      (1000.0, 10.0, 64.0, 5000.0), (4000, 20, 128, 7), (9000, 90, 32, 900), (500, 70, 512, 20000), (70000, 35, 1000, 1), (10, 900, 5, 60),
    ]
    let runs = sizes.map { sizes in
      let features = features(sizes.0, sizes.1, sizes.2, weights: sizes.3)
      return CostFit.Run(features: features, cost: rate.cost(features))
    }
    let found = try #require(CostFit.rate(runs))
    for (a, b) in zip(found.terms, rate.terms) { #expect(abs(a - b) < 1e-6 * b) }
  }

  @Test func oneRunGivesOneTermThatSaysItAgain() throws {
    let run = CostFit.Run(features: features(200, 10, 20), cost: 50)
    #expect(try #require(CostFit.rate([run])).cost(run.features) == 50)
    #expect(CostFit.rate([]) == nil && CostFit.rate([CostFit.Run(features: features(1, 1, 1), cost: 0)]) == nil)
  }

  /// The seed is printed.
  @Test(arguments: UInt64(1)...20) func whatWasMeasuredIsSaidAgainInSum(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    func random(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &generator) }
    let runs = (0..<12).map { _ in
      let features = features(random(1...1e6), random(1...1e4), random(1...1e5), weights: random(0...1e5))
      // Time that no sum explains.
      return CostFit.Run(features: features, cost: random(10...20) + features.work * random(0...1) + features.bytes * random(0...0.1))
    }
    let rate = try #require(CostFit.rate(runs), "seed \(seed)")
    #expect(rate.terms.allSatisfy { $0 >= 0 }, "seed \(seed)")
    let (said, measured) = (runs.reduce(0) { $0 + rate.cost($1.features) }, runs.reduce(0) { $0 + $1.cost })
    #expect(abs(said - measured) < 1e-9 * measured, "seed \(seed)")
    // Before it was scaled to the sum, no rate nearby had smaller squares (but for a term that gained less than a thousandth).
    func error(_ rate: KernelRate) -> Double {
      runs.reduce(0) { $0 + (rate.cost($1.features) - $1.cost) * (rate.cost($1.features) - $1.cost) / $1.cost }
    }
    func scaled(_ by: Double) -> KernelRate { KernelRate(terms: rate.terms.map { $0 * by }) }
    let least = try #require((20...1000).map { scaled(Double($0) / 1000) }.min { error($0) < error($1) })
    for step in [1e-2, 0.1] {
      for term in [\KernelRate.perWork, \.perOutput, \.perByte, \.perWeightByte, \.perCall] {
        for sign in [-1.0, 1] {
          var near = least
          near[keyPath: term] = max(0, near[keyPath: term] + sign * step * max(near[keyPath: term], 1e-4))
          #expect(error(near) >= error(least) * 0.995, "seed \(seed)")
        }
      }
    }
  }

  @Test func theSumOfTheRatesIsNearTheSumThatWasMeasured() throws {
    func costs(_ scale: Int) -> MeasuredCosts {
      let runs = (1...4).map { index in
        let size = scale * index
        let time = MeasuredCosts.Time(minimum: size * size * 3 + 50, median: 0, high: 0)
        return MeasuredCosts.Instruction(
          use: KernelUse(
            fragment: 0, instruction: index, kernel: "add_s8_scalar",
            shape: KernelShape(work: size * size, input: [1, size, size], output: [1, size, size])),
          time: time)
      }
      return MeasuredCosts(programs: "", isa: "scalar", threads: 1, iterations: 1, fragments: [], attributes: [], instructions: runs)
    }
    let fit = CostFit.fit(
      [("a", costs(3)), ("b", costs(5))], level: KernelLevelName(cpu: "armv7", level: "scalar"), unit: .nanoseconds, source: "x")
    let expected: [Double] = [1010, 2450]
    #expect(fit.rows.map(\.measured) == expected)
    for row in fit.rows {
      #expect(abs(row.modelled - row.measured) < 1e-6 * row.measured)
      #expect(abs(try #require(row.byOthers) - row.measured) < 1e-6 * row.measured)
    }
  }
}

@Suite struct CostModelTests {
  private let model = CostModel(
    level: KernelLevelName(cpu: "aarch64", level: "neon"), unit: .instructions, source: "an emulator",
    rates: [
      "conv_s8_2x16_neon": KernelRate(perWork: 0.25, perOutput: 3, perCall: 1500),
      "add_s8_16_neon": KernelRate(perOutput: 0.125, perByte: 1e-9),
    ])

  @Test func whatIsWrittenIsRead() throws { #expect(try CostModel.parse(Array(model.text.utf8), file: "r.json") == model) }

  @Test(arguments: [
    ("\"version\": 2", "\"version\": 1", "version"), ("\"unit\": \"instructions\"", "\"unit\": \"hours\"", "unit"),
    ("\"call\": 1500", "\"call\": -1", "kernels.'conv_s8_2x16_neon'.call"), ("\"work\"", "\"wark\"", "kernels.'conv_s8_2x16_neon'.'wark'"),
    ("conv_s8_2x16_neon\"", "conv_s8_9x9_neon\"", "kernels.'conv_s8_9x9_neon'"),
    ("conv_s8_2x16_neon\"", "conv_s8_5x16_dotprod\"", "kernels.'conv_s8_5x16_dotprod'"),
    ("\"work\": 0.25, \"output\": 3.0, \"call\": 1500.0", "\"work\": 0, \"call\": 0", "kernels.'conv_s8_2x16_neon'"),
  ]) func everyFaultIsNamed(_ good: String, _ bad: String, _ place: String) throws {
    let text = model.text.replacing(good, with: bad)
    #expect(text != model.text)
    let failure = #expect(throws: FacetError.self) { try CostModel.parse(Array(text.utf8), file: "r.json") }
    #expect(failure?.diagnostics.first?.code == "costs.file" && failure?.diagnostics.first?.place?.hasSuffix(": " + place) == true)
  }

  @Test func ratesOfNoKernelAreRefused() {
    var none = model
    none.rates = [:]
    let failure = #expect(throws: FacetError.self) { try CostModel.parse(Array(none.text.utf8), file: "r.json") }
    #expect(failure?.diagnostics.map(\.code) == ["costs.file"])
  }

  /// No shape that a file can say is more than a number holds.
  @Test func hugeShapesHaveFeatures() {
    let features = KernelFeatures(kernel: "add_s8_scalar", KernelShape(work: 0, input: [1 << 24, 1 << 24, 1 << 24], output: []))
    #expect(features.work == Double(sign: .plus, exponent: 72, significand: 1))
  }

  @Test func aConvolutionsWorkIsThatOfPaddedWeights() {
    // 2 x 5 pixels, 17 channels of 27 inputs: 32 of 28.
    let features = KernelFeatures(
      kernel: "conv_s8_2x16_neon", KernelShape(work: 10 * 17 * 27, input: [3, 4, 7], output: [17, 2, 5]))
    #expect(features.work == 10 * 32 * 28 && features.outputs == 170 && features.bytes == 84 + 170 && features.weightBytes == 32 * 28)
    // float32 elements, channels in sixteens, no sums over inputs.
    let depthwise = KernelFeatures(kernel: "depthwise_f32_7x8_neon", KernelShape(work: 9 * 20 * 4, input: [20, 4, 4], output: [20, 2, 2]))
    #expect(depthwise.work == 9 * 32 * 4 && depthwise.bytes == 4 * (320 + 80) && depthwise.weightBytes == 4 * 180)
  }
}
