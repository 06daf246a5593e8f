import FacetIR
import Testing

@Suite struct FunctionTests {
  /// Values from tables (Abramowitz, Stegun, "Handbook of Mathematical Functions") and by hand.
  static let values: [(UnaryFunction, [Float], [Float])] = [
    (.exponential, [0, 1, -1], [1, 2.7182818, 0.36787944]), (.logarithm, [1, 2], [0, 0.6931472]),
    (.squareRoot, [0, 4, 2], [0, 2, 1.4142135]), (.tanh, [0, 1, -40], [0, 0.7615942, -1]),
    (.error, [0, 1, -0.5], [0, 0.8427008, -0.5204999]), (.absolute, [-2, 3], [2, 3]), (.negate, [-2, 3], [2, -3]),
    (.reciprocal, [4, -0.5], [0.25, -2]), (.floor, [-1.5, 1.5], [-2, 1]), (.ceiling, [-1.5, 1.5], [-1, 2]),
    (.round, [0.5, 1.5, 2.5, -0.5, -1.5, 1.2], [0, 2, 2, 0, -2, 1]),
    (.leakyRelu(alpha: 0.1), [-2, 0, 3], [-0.2, 0, 3]), (.elu(alpha: 2), [-1, 0, 3], [-1.2642411, 0, 3]),
    (.selu(alpha: 2, gamma: 3), [-1, 2], [-3.7927234, 6]), (.softplus, [0, 1, 200, -200], [0.6931472, 1.3132617, 200, 0]),
    (.softsign, [-1, 0, 3], [-0.5, 0, 0.75]), (.swish(alpha: 1), [1, -1, 0], [0.7310586, -0.26894143, 0]),
    (.swish(alpha: 2), [1], [0.8807971]), (.mish, [0, 1, -1], [0, 0.8650984, -0.30340147]),
    (.gelu, [0, 1, -1], [0, 0.8413447, -0.15865525]), (.geluTanh, [0, 1, -1], [0, 0.841192, -0.158808]),
    (.affine(alpha: -2, beta: 0.5), [0, 3], [0.5, -5.5]), (.sine, [0, 1], [0, 0.841471]), (.cosine, [0, 1], [1, 0.5403023]),
    (.sign, [-2, -0.0, 0, 1e-30], [-1, 0, 0, 1]), (.hyperbolicSine, [0, 1, -1], [0, 1.1752012, -1.1752012]),
    (.hyperbolicCosine, [0, 1, -1], [1, 1.5430806, 1.5430806]), (.arcTangent, [0, 1, -2], [0, 0.7853982, -1.1071487]),
    // Codes -128 to 127 less the zero point 100: -228 to 27.
    (.fakeQuantize(scale: 0.5, zeroPoint: 100), [0, 0.25, 0.75, -0.3, 100, -1000, .nan], [0, 0, 1, -0.5, 13.5, -114, 0]),
  ]

  @Test(arguments: values) func aFunctionOfOneNumberHasTheValuesOfItsTable(
    _ function: UnaryFunction, _ x: [Float], _ expected: [Float]
  ) {
    let result = Unary(function: function).reference([Tensor(x)])
    for (a, b) in zip(result.elements, expected) { #expect(abs(a - b) <= 2e-6 * max(1, abs(b)), "\(a), not \(b)") }
    #expect(function.clamp == nil)
  }

  @Test func aFunctionKeepsAnyShapeAndTellsItsParameters() throws {
    #expect(try Unary(function: .tanh).outputShape([[2, 1, 3, 1, 2]]) == [2, 1, 3, 1, 2])
    #expect(try Unary(function: .tanh).outputShape([[]]) == [])
    #expect(Unary(function: .selu(alpha: 1, gamma: 2)).attributes == "alpha=1.0 gamma=2.0")
    // Equal names and attributes mean equal functions.
    #expect(Unary(function: .gelu).attributes != Unary(function: .geluTanh).attributes)
    #expect(refusal(Unary(function: .elu(alpha: .nan)), [[1]])?.contains("alpha") ?? false)
    #expect(refusal(Unary(function: .fakeQuantize(scale: 0, zeroPoint: 0)), [[1]]) != nil)
    #expect(refusal(Unary(function: .fakeQuantize(scale: 1, zeroPoint: 128)), [[1]]) != nil)
    #expect(refusal(Unary(function: .tanh), [[1, 1, 1, 1, 1, 1, 1, 1, 1]]) != nil)
  }

  @Test(
    arguments: [
      (.subtract, [3, 3, -8]), (.divide, [2.5, -0.5, 5]), (.minimum, [2, -2, -10]), (.maximum, [5, 1, -2]),
      (.power, [25, 1, 0.01]), (.prelu, [5, 1, 20]), (.equal, [0, 0, 0]), (.less, [0, 0, 1]), (.lessOrEqual, [0, 0, 1]),
      (.whereTrue, [5, 1, -10]), (.whereFalse, [0, 0, 0]), (.join, [7, -1, -12]),
    ] as [(BinaryFunction, [Float])])
  func aFunctionOfTwoNumbersByHand(_ function: BinaryFunction, _ expected: [Float]) {
    let result = Binary(function: function).reference([Tensor([5, 1, -10]), Tensor([2, -2, -2])]).elements
    for (found, value) in zip(result, expected) { #expect(abs(found - value) <= 1e-6, "\(found), not \(value)") }
  }

  @Test func operandsKeepTheirSidesUnderBroadcasting() {
    let column = Tensor(shape: [2, 1], elements: [10, 20])
    let difference = Binary(function: .subtract).reference([column, Tensor([1, 2])])
    #expect(difference == Tensor(shape: [2, 2], elements: [9, 8, 19, 18]))
    #expect(Binary(function: .subtract).reference([Tensor([1, 2]), column]).elements == [-9, -8, -19, -18])
    let blocks = Binary(function: .multiply).reference([counting([2, 1, 2]), counting([2, 1])])
    #expect(blocks == Tensor(shape: [2, 2, 2], elements: [1, 2, 2, 4, 3, 4, 6, 8]))
  }
}
