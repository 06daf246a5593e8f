import FacetIR
import FacetStatistics

/// What calibration found out about each value.
package struct Measurements {
  private var histograms: [ValueID: Histogram] = [:]
  private var channels: [ValueID: [ChannelFigures]] = [:]
  /// Of values whose channels have been scaled.
  private var ranges: [ValueID: (low: Double, high: Double)] = [:]
  package var method = RangeMethod.mse

  /// Nothing was measured: every range is the same.
  package init() {}

  package init(_ calibrator: Calibrator, values: [ValueID]) {
    for (index, value) in values.enumerated() {
      histograms[value] = calibrator.histograms[index]
      if calibrator.taps[index].wantsChannels { channels[value] = calibrator.channels(index) }
    }
  }

  /// Whether calibration saw a value.
  func has(_ value: ValueID) -> Bool { ranges[value] != nil || histograms[value] != nil }

  func range(_ value: ValueID) -> Quantization {
    if let range = ranges[value] { return Quantization(low: range.low, high: range.high) }
    guard let histogram = histograms[value] else { return Quantization(scale: 1, zeroPoint: 0) }
    let range = method.range(histogram)
    return Quantization(low: range.low, high: range.high)
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
