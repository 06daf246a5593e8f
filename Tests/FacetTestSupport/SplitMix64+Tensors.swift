import FacetFiles

package typealias SplitMix64 = FacetFiles.SplitMix64

extension SplitMix64 {
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
