import FacetRuntime

/// A tensor of a float32 program to measure: read right after an instruction computed it.
package struct CalibrationTap: Sendable {
  package var fragment: Int
  /// -1: the input, before the first instruction.
  package var instruction: Int
  package var tensor: Int
  package var channels: Int
  package var elementCount: Int
  /// Whether figures of the channels are wanted besides the histogram.
  package var wantsChannels: Bool

  package init(fragment: Int, instruction: Int, tensor: Int, channels: Int, elementCount: Int, wantsChannels: Bool) {
    self.fragment = fragment
    self.instruction = instruction
    self.tensor = tensor
    self.channels = channels
    self.elementCount = elementCount
    self.wantsChannels = wantsChannels
  }
}

/// A channel of a tensor, over all samples. Where an element is NaN or infinite, its histogram says so, and nothing is made of these.
package struct ChannelFigures: Sendable, Equatable {
  package var mean = 0.0
  /// The mean of the squares.
  package var square = 0.0
  /// The smallest and the largest element, and 0.
  package var low: Float = 0
  package var high: Float = 0

  package init(mean: Double = 0, square: Double = 0, low: Float = 0, high: Float = 0) {
    (self.mean, self.square, self.low, self.high) = (mean, square, low, high)
  }
}

/// Measures a network's activations on calibration data: one histogram per tensor and figures of its channels, streamed.
///
/// Memory: 16 KB and 24 bytes per channel for each tap, and one buffer of the largest tensor; never the activations of a sample.
package final class Calibrator {
  package let taps: [CalibrationTap]
  /// In the order of `taps`.
  package private(set) var histograms: [Histogram]
  private var sums: [[ChannelFigures]]
  package private(set) var sampleCount = 0
  private let session: Session
  private let tapsAt: [Int: [Int]]

  /// - Parameter session: of a float32 program.
  package init(session: Session, taps: [CalibrationTap]) {
    self.session = session
    self.taps = taps
    histograms = [Histogram](repeating: Histogram(), count: taps.count)
    sums = taps.map { [ChannelFigures](repeating: ChannelFigures(), count: $0.wantsChannels ? $0.channels : 0) }
    var at: [Int: [Int]] = [:]
    for (index, tap) in taps.enumerated() { at[Self.key(tap.fragment, tap.instruction), default: []].append(index) }
    tapsAt = at
  }

  private static func key(_ fragment: Int, _ instruction: Int) -> Int { fragment << 32 | (instruction + 1) }

  /// Evaluates the input that the session holds, and measures it.
  package func measure() throws(SessionError) {
    let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(1, taps.map(\.elementCount).max() ?? 1))
    defer { buffer.deallocate() }
    for index in tapsAt[Self.key(0, -1)] ?? [] { try read(index, buffer) }
    var problem: SessionError?
    try session.evaluate(attributes: session.bundle.allAttributes, ignoringGates: true) { fragment, instruction in
      for index in self.tapsAt[Self.key(fragment, instruction)] ?? [] {
        do throws(SessionError) { try self.read(index, buffer) } catch { problem = error }
      }
    }
    if let problem { throw problem }
    sampleCount += 1
  }

  private func read(_ index: Int, _ buffer: UnsafeMutableBufferPointer<Float>) throws(SessionError) {
    let tap = taps[index]
    let elements = UnsafeMutableBufferPointer(rebasing: buffer[0..<tap.elementCount])
    try session.readTensor(fragment: tap.fragment, tensor: tap.tensor, into: elements)
    histograms[index].add(UnsafeBufferPointer(elements))
    guard tap.wantsChannels, tap.channels > 0 else { return }
    let pixels = tap.elementCount / tap.channels
    for channel in 0..<tap.channels {
      var (sum, square) = (0.0, 0.0)
      var (low, high): (Float, Float) = (0, 0)
      for x in elements[channel * pixels..<(channel + 1) * pixels] {
        sum += Double(x)
        square += Double(x) * Double(x)
        low = min(low, x)
        high = max(high, x)
      }
      sums[index][channel].mean += sum / Double(max(pixels, 1))
      sums[index][channel].square += square / Double(max(pixels, 1))
      sums[index][channel].low = min(sums[index][channel].low, low)
      sums[index][channel].high = max(sums[index][channel].high, high)
    }
  }

  /// Of each channel of a tap, over all samples.
  package func channels(_ index: Int) -> [ChannelFigures] {
    let count = Double(max(sampleCount, 1))
    return sums[index].map { ChannelFigures(mean: $0.mean / count, square: $0.square / count, low: $0.low, high: $0.high) }
  }
}
