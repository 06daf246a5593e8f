import FacetBundle
import FacetMetrics

/// Which calibration samples int8 is compared with float on.
///
/// From 64 samples on, every fourth is set aside: whatever is chosen between candidates is chosen without these. Ranges are still of all.
/// Under 64 there are too few to set any aside.
struct CheckedSamples {
  static let setAsideFrom = 64
  static let step = 4
  /// More tell little more, and take time.
  static let maximumCount = 64
  /// Of inputs and float scores that are kept until the int8 program is there, half of it for what is learned from.
  static let maximumBytes = 256 << 20

  /// In order.
  let indices: [Int]
  let isSetAside: Bool
  /// Of the others (of all, where none are set aside), those whose inputs are kept for what is learned from int8's own activations.
  private let learned: Set<Int>

  /// - Parameters:
  ///   - bytesPerSample: of its input and its scores.
  ///   - maximumLearned: of those to learn from.
  init(total: Int, bytesPerSample: Int, maximumLearned: Int = Effort.normal.learnedSamples) {
    isSetAside = total >= Self.setAsideFrom
    let candidates = isSetAside ? Array(stride(from: Self.step - 1, to: total, by: Self.step)) : Array(0..<total)
    let count = min(candidates.count, Self.maximumCount, max(1, Self.maximumBytes / 2 / max(bytesPerSample, 1)))
    indices = evenlySpread(candidates, count)
    let others = isSetAside ? (0..<total).filter { ($0 + 1) % Self.step != 0 } : candidates
    learned = Set(evenlySpread(others, min(maximumLearned, max(1, Self.maximumBytes / 2 / max(bytesPerSample, 1)))))
  }

  func isLearned(_ index: Int) -> Bool { learned.contains(index) }
}

/// A calibration sample, and what the float program makes of it.
struct CheckedSample {
  var input: NetworkInput
  /// By attribute.
  var scores: [[Float]]
}
