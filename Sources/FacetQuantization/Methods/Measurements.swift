import FacetIR
import FacetStatistics

/// What calibration found out about each value.
package struct Measurements {
  private var histograms: [ValueID: Histogram] = [:]
  private var channels: [ValueID: [ChannelFigures]] = [:]
  /// Of values whose channels have been scaled.
  private var ranges: [ValueID: (low: Double, high: Double)] = [:]
  package var method = RangeMethod.mse
  /// Whether ranges are wider than what few samples show.
  package var hasMargin = true
  /// How much wider they are beside that.
  package var widening = 1.0
  /// Of which it was measured; 0 where nobody counted.
  private var samples = 0

  /// Nothing was measured: every range is the same.
  package init() {}

  package init(_ calibrator: Calibrator, values: [ValueID]) {
    samples = calibrator.sampleCount
    for (index, value) in values.enumerated() {
      histograms[value] = calibrator.histograms[index]
      if calibrator.taps[index].wantsChannels { channels[value] = calibrator.channels(index) }
    }
  }

  /// Whether calibration saw a value.
  func has(_ value: ValueID) -> Bool { ranges[value] != nil || histograms[value] != nil }

  /// - Parameter bounds: of the value, whatever the data.
  func range(_ value: ValueID, within bounds: ResultBounds = ResultBounds()) -> Quantization {
    guard let range = ranges[value] ?? histograms[value].map(method.range) else { return Quantization(scale: 1, zeroPoint: 0) }
    return Quantization(
      low: max(range.low * margin, min(bounds.low, range.low)), high: min(range.high * margin, max(bounds.high, range.high)))
  }

  /// How much wider a range is than what was measured asks for: what few samples show of the largest numbers is too little, and what is cut off costs more
  /// than it seems, since it has one sign in all tensors. 0.9 / n^(3/4) of n samples, found on the zoo's networks with 1 to 120 (docs/accuracy-methods.md).
  private var margin: Double {
    guard hasMargin, samples > 0 else { return 1 }
    let root = Double(samples).squareRoot()
    return widening * (1 + min(0.9 / (root * root.squareRoot()), 0.5))
  }

  /// Nil where nothing positive was measured.
  func largest(_ value: ValueID) -> Double? {
    histograms[value].flatMap { $0.maximum > 0 ? Double($0.maximum) : nil }
  }

  /// The smallest and the largest number that was measured.
  func extremes(_ value: ValueID) -> (low: Double, high: Double)? {
    ranges[value] ?? histograms[value].map { (Double($0.minimum), Double($0.maximum)) }
  }

  func means(_ value: ValueID) -> [Double]? { channels[value]?.map(\.mean) }

  func channels(_ value: ValueID) -> [ChannelFigures]? { channels[value] }

  /// As if each channel of a value had been divided by its factor. Its range is then from the smallest to the largest element: of channels that are
  /// equally loud none has outliers to be cut off for the others' sake.
  mutating func divide(_ value: ValueID, by factors: [Double]) {
    guard let figures = channels[value], figures.count == factors.count else { return }
    let scaled = zip(figures, factors).map { figures, factor in
      ChannelFigures(
        mean: figures.mean / factor, square: figures.square / (factor * factor), low: Float(Double(figures.low) / factor),
        high: Float(Double(figures.high) / factor))
    }
    channels[value] = scaled
    ranges[value] = (Double(scaled.map(\.low).min() ?? 0), Double(scaled.map(\.high).max() ?? 0))
  }

  /// Values that were NaN or infinite on some sample.
  package var notFinite: [ValueID] { histograms.filter { $0.value.notFinite > 0 }.map(\.key).sorted() }
}
