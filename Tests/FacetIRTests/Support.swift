import FacetIR
import FacetTestSupport

extension SplitMix64 {
  mutating func tensor(_ shape: [Int]) -> Tensor { Tensor(shape: shape, elements: uniforms(shape)) }
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
