/// A histogram of one tensor's elements, streamed: its range doubles when an element falls outside, by merging pairs of bins, so the
/// memory is fixed (`binCount` counts) whatever the number of samples.
///
/// Exact zeros are counted apart: they have a code of their own and no rounding error.
package struct Histogram: Sendable {
  package static let binCount = 2048

  /// Counts over [-limit, limit) in bins of equal width.
  package private(set) var bins = [UInt64](repeating: 0, count: Histogram.binCount)
  package private(set) var limit: Float = 0
  package private(set) var zeros: UInt64 = 0
  package private(set) var count: UInt64 = 0
  package private(set) var minimum: Float = 0
  package private(set) var maximum: Float = 0
  /// Elements that were NaN or infinite: the network is broken on these inputs.
  package private(set) var notFinite: UInt64 = 0

  package init() {}

  package var binWidth: Double { Double(limit) * 2 / Double(Self.binCount) }

  /// The middle of a bin.
  package func center(_ bin: Int) -> Double { (Double(bin) + 0.5) * binWidth - Double(limit) }

  package mutating func add(_ elements: UnsafeBufferPointer<Float>) {
    var low: Float = 0
    var high: Float = 0
    var bad: UInt64 = 0
    for x in elements {
      guard x.isFinite else {
        bad += 1
        continue
      }
      low = min(low, x)
      high = max(high, x)
    }
    notFinite += bad
    minimum = min(minimum, low)
    maximum = max(maximum, high)
    cover(max(-low, high))
    guard limit > 0 else {
      zeros += UInt64(elements.count) - bad
      count += UInt64(elements.count) - bad
      return
    }
    let factor = Float(Self.binCount / 2) / limit
    let half = Float(Self.binCount / 2)
    let last = Float(Self.binCount - 1)
    var zero: UInt64 = 0
    bins.withUnsafeMutableBufferPointer { bins in
      for x in elements {
        if x == 0 {
          zero += 1
        } else if x.isFinite {
          bins[Int(min(max(x * factor + half, 0), last))] += 1
        }
      }
    }
    zeros += zero
    count += UInt64(elements.count) - bad
  }

  /// Makes `limit` at least `magnitude`: a power of two times what it was.
  private mutating func cover(_ magnitude: Float) {
    guard magnitude > 0, magnitude >= limit else { return }
    if limit == 0 {
      limit = min(magnitude * 1.0001, .greatestFiniteMagnitude)
      return
    }
    while limit <= magnitude, limit <= .greatestFiniteMagnitude / 2 {
      var merged = [UInt64](repeating: 0, count: Self.binCount)
      for bin in 0..<Self.binCount { merged[Self.binCount / 4 + bin / 2] += bins[bin] }
      bins = merged
      limit *= 2
    }
  }
}
