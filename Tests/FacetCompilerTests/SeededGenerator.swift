/// A small generator, so that a seed gives the same network everywhere (Knuth's MMIX constants).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }

  /// Standard normal, nearly: the sum of twelve uniform numbers.
  mutating func normal() -> Float {
    var sum: Float = -6
    for _ in 0..<12 { sum += Float.random(in: 0..<1, using: &self) }
    return sum
  }

  mutating func tensor(_ shape: [Int], scale: Float = 1) -> [Float] {
    (0..<shape.reduce(1, *)).map { _ in normal() * scale }
  }
}
