import FacetBundle
import FacetFormat
import FacetIR
import FacetLowering
import FacetQuantization
import FacetRecipe
import FacetRuntime

/// Measures on calibration data what the first batch normalization gets.
final class NormalizationProbe {
  private let first: FirstNormalization
  private let session: Session
  private var sums: [Double]
  private var squares: [Double]
  private var count = 0
  private var samples = 0

  /// More do not make the medians better.
  private static let maximumSamples = 64

  /// Nil where the part cannot run by itself.
  init?(_ first: FirstNormalization, _ input: InputInterface, threads: Int) {
    let attribute = AttributeInterface(
      name: "probe", labels: [], confidence: .none, threshold: .nan, shape: first.graph.shape(first.graph.outputs[0].value))
    guard let program = try? Lowering.lower(QuantizationDecisions(float32: first.graph), storedUnsigned: false),
      program.arenaBytes < 1 << 30,
      let bundle = try? Bundle.running(
        BundleEmitter(program: program, attributes: [attribute], input: input, storedUnsigned: false, provenance: [])),
      let session = try? Session.make(bundle, threads: threads)
    else { return nil }
    self.first = first
    self.session = session
    sums = [Double](repeating: 0, count: first.mean.count)
    squares = sums
  }

  func measure(_ input: NetworkInput) throws(SessionError) {
    guard samples < Self.maximumSamples else { return }
    samples += 1
    try input.set(on: session)
    try session.evaluate(attributes: [0])
    let scores = session.scores(attribute: 0)
    let pixels = scores.count / sums.count
    for channel in sums.indices {
      for element in scores[channel * pixels..<(channel + 1) * pixels] {
        sums[channel] += Double(element)
        squares[channel] += Double(element) * Double(element)
      }
    }
    count += pixels
  }

  /// A sentence where the numbers are far from those of the training; nil where they may be the same.
  ///
  /// The rule: over the channels, the median of the variances, relative to the running ones, is below 1/8 or above 8; or the median
  /// distance of the means from the running ones is above 3 standard deviations. Fewer than 4 samples say nothing.
  var warning: String? {
    guard samples >= 4 else { return nil }
    var ratios: [Double] = []
    var distances: [Double] = []
    for channel in sums.indices where first.variance[channel] > 1e-12 && first.variance[channel].isFinite {
      let mean = sums[channel] / Double(count)
      ratios.append(max(squares[channel] / Double(count) - mean * mean, 0) / first.variance[channel])
      distances.append(abs(mean - first.mean[channel]) / first.variance[channel].squareRoot())
    }
    guard ratios.count >= sums.count / 2, !ratios.isEmpty, let ratio = Self.median(ratios), let distance = Self.median(distances) else {
      return nil
    }
    guard ratio < 1.0 / 8 || ratio > 8 || distance > 3 else { return nil }
    let spread = ratio < 1 ? "\(Self.rounded(1 / ratio)) times smaller" : "\(Self.rounded(ratio)) times larger"
    return
      "The numbers that reach the first batch normalization, '\(first.name)', are far from those of the training: over its channels, the median "
      + "variance is \(spread), and the means are \(Self.rounded(distance)) standard deviations off. The calibration data, or scale, mean and "
      + "std in the recipe, do not seem to be what the model was trained with."
  }

  private static func median(_ numbers: [Double]) -> Double? {
    let sorted = numbers.filter(\.isFinite).sorted()
    return sorted.isEmpty ? nil : sorted[sorted.count / 2]
  }

  private static func rounded(_ number: Double) -> String {
    number >= 1e6 ? "over a million" : number >= 10 ? "\(Int(number.rounded()))" : "\(Float((number * 10).rounded() / 10))"
  }
}
