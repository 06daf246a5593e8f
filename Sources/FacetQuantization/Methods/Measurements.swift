import FacetIR
import FacetStatistics

/// What calibration found out about each value.
package struct Measurements {
  private var histograms: [ValueID: Histogram] = [:]
  private var channelMeans: [ValueID: [Double]] = [:]

  /// Nothing was measured: every range is the same.
  package init() {}

  package init(_ calibrator: Calibrator, values: [ValueID]) {
    for (index, value) in values.enumerated() {
      histograms[value] = calibrator.histograms[index]
      if calibrator.taps[index].wantsMeans { channelMeans[value] = calibrator.means(index) }
    }
  }

  func range(_ value: ValueID) -> Quantization {
    guard let histogram = histograms[value] else { return Quantization(scale: 1, zeroPoint: 0) }
    let range = RangeSearch.range(histogram)
    return Quantization(low: range.low, high: range.high)
  }

  /// Nil where nothing positive was measured.
  func largest(_ value: ValueID) -> Double? {
    histograms[value].flatMap { $0.maximum > 0 ? Double($0.maximum) : nil }
  }

  func means(_ value: ValueID) -> [Double]? { channelMeans[value] }

  /// Values that were NaN or infinite on some sample.
  package var notFinite: [ValueID] { histograms.filter { $0.value.notFinite > 0 }.map(\.key).sorted() }
}
