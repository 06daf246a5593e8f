import Testing

@testable import FacetQuantization
@testable import FacetStatistics

@Suite struct QuantizationTests {
  @Test func rangeAlwaysHoldsZeroExactly() {
    let q = Quantization(low: 2, high: 10)
    #expect(q.zeroPoint == -128)
    #expect(q.code(0) == -128)
    #expect(q.real(q.code(10)) == Double(q.scale) * 255)
  }

  @Test func codesClampAndRoundToEven() {
    let q = Quantization(scale: 1, zeroPoint: 3)
    #expect(q.code(0.5) == 3)
    #expect(q.code(1.5) == 5)
    #expect(q.code(1e9) == 127)
    #expect(q.code(-1e9) == -128)
    #expect(q.code(.nan) == 3)
  }

  @Test func emptyRangeGetsAUsableScale() {
    #expect(Quantization(low: 0, high: 0) == Quantization(scale: 1, zeroPoint: 0))
  }

  @Test func histogramDoublesItsRangeWithoutLosingCounts() {
    var histogram = Histogram()
    let parts: [[Float]] = [[0.1, -0.2, 0], [5, -3, 0.5], [400, 0, .nan]]
    for part in parts { part.withUnsafeBufferPointer { histogram.add($0) } }
    #expect(histogram.count == 8)
    #expect(histogram.zeros == 2)
    #expect(histogram.notFinite == 1)
    #expect(histogram.bins.reduce(0, +) == 6)
    #expect(histogram.minimum == -3 && histogram.maximum == 400)
  }

  @Test func histogramKeepsElementsNearTheirBins() {
    var histogram = Histogram()
    [Float](repeating: 0.75, count: 100).withUnsafeBufferPointer { histogram.add($0) }
    [Float](repeating: 6, count: 1).withUnsafeBufferPointer { histogram.add($0) }
    let bin = histogram.bins.firstIndex(of: 100)!
    #expect(abs(histogram.center(bin) - 0.75) <= histogram.binWidth)
  }

  /// The search must find what trying every pair of ends on the elements themselves finds, within a few per cent of error.
  @Test func rangeSearchIsCloseToBruteForceOnTheElements() {
    var state: UInt64 = 11
    let elements = (0..<4000).map { index -> Float in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let u = Float(state >> 40) / Float(1 << 24) * 2 - 1
      return index % 500 == 0 ? u * 60 : u * u * u
    }
    var histogram = Histogram()
    elements.withUnsafeBufferPointer { histogram.add($0) }
    let found = RangeSearch.range(histogram)
    func error(_ low: Double, _ high: Double) -> Double {
      let q = Quantization(low: low, high: high)
      return elements.reduce(0) { sum, x in
        let d = Double(x) - q.real(q.code(Double(x)))
        return sum + d * d
      }
    }
    var best = Double.infinity
    for i in 1...60 {
      for j in 1...60 { best = min(best, error(Double(histogram.minimum) * Double(i) / 60, Double(histogram.maximum) * Double(j) / 60)) }
    }
    #expect(error(found.low, found.high) < best * 1.1)
  }

  @Test func weightsAreSymmetricPerChannelAndNeverMinus128() {
    let q = WeightQuantizer.quantize(weights: [1, -2, 0.5, 0, 0, 0], bias: [0.25, 0], inputScale: 0.5)
    #expect(q.codes == [63, -127, 32, 0, 0, 0])
    // 1 / (2 / 127) = 63.5: the scale is rounded up, so just below the tie.
    #expect(q.scales[0] == Float(2.0 / 127).nextUp || q.scales[0] == Float(2.0 / 127))
    #expect(q.scales[1] == 1)
    #expect(q.sums == [-32, 0])
    #expect(q.bias[0] == 32)  // 0.25 / (0.5 * 2/127) = 31.75
  }

  @Test func biasOfANearlyDeadChannelStillFits() {
    let q = WeightQuantizer.quantize(weights: [1e-12], bias: [3], inputScale: 0.01)
    #expect(abs(Int64(q.bias[0])) <= 1 << 30)
    #expect(abs(Double(q.bias[0]) * 0.01 * Double(q.scales[0]) - 3) < 1e-5)
  }

  @Test func biasCorrectionRestoresTheMeanOutput() {
    let weights: [Float] = [0.301, -0.222, 0.9, 0.111]
    let means = [1.5, 2.5]
    let q = WeightQuantizer.quantize(weights: weights, bias: [0.1, -0.2], inputScale: 0.1)
    let corrected = BiasCorrection.correctedBias(
      weights: weights, quantized: q, bias: [0.1, -0.2], groups: 1, groupInputs: 2, taps: 1, inputMeans: means)
    for output in 0..<2 {
      let float = Double([0.1, -0.2][output]) + Double(weights[output * 2]) * means[0] + Double(weights[output * 2 + 1]) * means[1]
      let s = Double(q.scales[output])
      let int8 = Double(corrected[output]) + s * Double(q.codes[output * 2]) * means[0] + s * Double(q.codes[output * 2 + 1]) * means[1]
      #expect(abs(float - int8) < 1e-6)
    }
  }

  @Test func givenScalesKeepTheCodesThatWeightsAreMadeOf() {
    let codes: [Float] = [-128, 5, 127, 0, 3, -9, 40, 1]
    let scales: [Float] = [0.013, 0.0007]
    let weights = codes.indices.map { codes[$0] * scales[$0 / 4] }
    let quantized = WeightQuantizer.quantize(weights: weights, bias: [0.013 * 0.02 * 77, 0], inputScale: 0.02, scales: scales)
    #expect(quantized.codes == [-127, 5, 127, 0, 3, -9, 40, 1])
    #expect(quantized.scales == scales)
    #expect(quantized.bias == [77, 0])
    // A bias beyond 2^30 units asks for a larger scale; 0 leaves the choice.
    let free = WeightQuantizer.quantize(weights: [1, -2, 1, -2], bias: [1000, 0], inputScale: 1e-3, scales: [1e-5, 0])
    #expect(free.scales[0] > 1e-5 && free.scales[1] == Float(2.0 / 127).nextUp || free.scales[1] == Float(2.0 / 127))
  }
}
