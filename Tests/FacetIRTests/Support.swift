import FacetIR

/// SplitMix64 (Steele, Lea, Flood 2014): small and the same everywhere, so that a printed seed repeats a test.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
  mutating func tensor(_ shape: [Int]) -> Tensor {
    Tensor(shape: shape, elements: (0..<shape.elementCount).map { _ in Float.random(in: -1...1, using: &self) })
  }
}

/// 1, 2, 3, ... in a shape.
func counting(_ shape: [Int], from first: Int = 1) -> Tensor {
  Tensor(shape: shape, elements: (0..<shape.elementCount).map { Float($0 + first) })
}

/// The message of the refusal, or nil where the operator takes the shapes.
func refusal(_ op: any Operator, _ inputs: [[Int]]) -> String? {
  do {
    _ = try op.outputShape(inputs)
    return nil
  } catch { return error.description }
}
