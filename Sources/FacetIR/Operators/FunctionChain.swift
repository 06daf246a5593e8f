/// A function of one number that is made of several: x · tanh(ln(1 + e^x)) written out, say. Only int8 programs have it, as one table:
/// rounded once, where its parts would round one after the other.
package struct FunctionChain: Operator {
  /// What a step reads: the input (0), the result of step i (i + 1), or a number.
  package enum Operand: Equatable {
    case result(Int)
    case number(Float)
  }

  package enum Step: Equatable {
    case function(UnaryFunction, Operand)
    case binary(Binary, Operand, Operand)
    /// clamp(x · scale + shift)
    case affine(scale: Float, shift: Float, Clamp, Operand)
  }

  /// In order; the last one gives the result.
  package var steps: [Step]

  package var name: String { "FunctionChain" }
  package var attributes: String { steps.map { "\($0)" }.joined(separator: " ") }
  package var quantization: QuantizationRule { .table }

  package func outputShape(_ inputs: [[Int]]) throws(ShapeError) -> [Int] {
    guard inputs.count == 1 else { throw ShapeError("has \(inputs.count) inputs, expected 1") }
    return inputs[0]
  }

  package func reference(_ inputs: [Tensor]) -> Tensor {
    Tensor(shape: inputs[0].shape, elements: apply(inputs[0].elements))
  }

  /// Each step rounds to float32, as it does where it runs alone.
  package func apply(_ input: [Float]) -> [Float] {
    var results = [Tensor(input)]
    func tensor(_ operand: Operand) -> Tensor {
      switch operand {
      case .result(let index): results[index]
      case .number(let number): Tensor(shape: [], elements: [number])
      }
    }
    for step in steps {
      switch step {
      case .function(let function, let x): results.append(Unary(function: function).reference([tensor(x)]))
      case .binary(let binary, let a, let b): results.append(binary.reference([tensor(a), tensor(b)]))
      case .affine(let scale, let shift, let clamp, let x):
        results.append(Tensor(tensor(x).elements.map { Float(clamp.apply(Double($0) * Double(scale) + Double(shift))) }))
      }
    }
    return results[steps.count].elements
  }

  package init(steps: [Step]) {
    self.steps = steps
  }
}
