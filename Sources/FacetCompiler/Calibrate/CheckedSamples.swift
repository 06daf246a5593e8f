import FacetBundle

/// Which calibration samples int8 is compared with float on.
///
/// From 64 samples on, every eighth is set aside: whatever is chosen between candidates is chosen without these. Ranges are still of all.
/// Under 64 there are too few to set any aside.
struct CheckedSamples {
  static let setAsideFrom = 64
  static let step = 8
  /// More tell little more, and take time.
  static let maximumCount = 64
  /// Of inputs and float scores that are kept until the int8 program is there.
  static let maximumBytes = 256 << 20

  /// In order.
  let indices: [Int]
  let isSetAside: Bool

  /// - Parameter bytesPerSample: of its input and its scores.
  init(total: Int, bytesPerSample: Int) {
    isSetAside = total >= Self.setAsideFrom
    let candidates = isSetAside ? Array(stride(from: Self.step - 1, to: total, by: Self.step)) : Array(0..<total)
    let count = min(candidates.count, Self.maximumCount, max(1, Self.maximumBytes / max(bytesPerSample, 1)))
    // Evenly spread.
    indices = (0..<count).map { candidates[(2 * $0 + 1) * candidates.count / (2 * count)] }
  }
}

/// A calibration sample, and what the float program makes of it.
struct CheckedSample {
  var input: NetworkInput
  /// By attribute.
  var scores: [[Float]]
}
