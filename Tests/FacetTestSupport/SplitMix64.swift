/// SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014): small and the same everywhere, so that a
/// printed seed repeats a test.
package struct SplitMix64: RandomNumberGenerator, Sendable {
  package var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// 0 ..< bound.
  package mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  /// Standard normal, nearly: the sum of twelve uniform numbers.
  package mutating func normal() -> Float {
    var sum: Float = -6
    for _ in 0..<12 { sum += Float.random(in: 0..<1, using: &self) }
    return sum
  }

  /// Normal numbers for a tensor of a shape.
  package mutating func normals(_ shape: [Int], scale: Float = 1) -> [Float] {
    (0..<shape.reduce(1, *)).map { _ in normal() * scale }
  }

  /// Uniform numbers for a tensor of a shape.
  package mutating func uniforms(_ shape: [Int], in range: ClosedRange<Float> = -1...1) -> [Float] {
    (0..<shape.reduce(1, *)).map { _ in Float.random(in: range, using: &self) }
  }
}
