import FacetIR
import Testing

@Suite struct ElementwiseTests {
  @Test(
    arguments: [
      (UnaryFunction.relu, [-2, 0, 3], [0, 0, 3]), (.clip(-1, 2), [-5, 0.5, 9], [-1, 0.5, 2]),
      (.sigmoid, [0, 1, -1], [0.5, 0.7310586, 0.26894143]), (.sigmoid, [-1000, 1000, 0], [0, 1, 0.5]),
      (.hardSigmoid(alpha: 0.2, beta: 0.5), [-3, 1, 3], [0, 0.7, 1]), (.hardSwish, [-4, 1, 4], [0, 0.6666667, 4]),
    ] as [(UnaryFunction, [Float], [Float])])
  func unaryHandComputed(_ function: UnaryFunction, _ x: [Float], _ expected: [Float]) {
    let result = Unary(function: function).reference([Tensor(x)])
    for (a, b) in zip(result.elements, expected) { #expect(abs(a - b) <= 1e-7) }
  }

  @Test func namesAndClampsOfUnaryOperators() {
    let functions: [UnaryFunction] = [.relu, .clip(0, 6), .sigmoid, .hardSigmoid(alpha: 0.2, beta: 0.5), .hardSwish]
    let names = functions.map { "\(Unary(function: $0).name) \(Unary(function: $0).attributes)" }
    #expect(names == ["Relu ", "Clip min=0.0 max=6.0", "Sigmoid ", "HardSigmoid alpha=0.2 beta=0.5", "HardSwish "])
    #expect(functions.map(\.clamp) == [.relu, Clamp(low: 0, high: 6), nil, nil, nil])
    #expect(refusal(Unary(function: .clip(.nan, 1)), [[1, 2]]) != nil)
    #expect(refusal(Unary(function: .hardSigmoid(alpha: .infinity, beta: 0)), [[1, 2]]) != nil)
  }

  @Test(
    arguments: [
      // a, b, result: the rules of ONNX and numpy
      ([2, 3], [2, 3], [2, 3]), ([1, 3, 2, 2], [3, 1, 1], [1, 3, 2, 2]), ([1, 3, 1, 1], [1, 3, 4, 5], [1, 3, 4, 5]),
      ([], [2, 2], [2, 2]), ([4, 1], [3], [4, 3]), ([1], [1], [1]),
    ] as [([Int], [Int], [Int])])
  func broadcastShapes(_ a: [Int], _ b: [Int], _ expected: [Int]) throws {
    #expect(try Binary(function: .add).outputShape([a, b]) == expected)
    #expect(try Binary(function: .multiply).outputShape([b, a]) == expected)
  }

  @Test func shapesThatDoNotBroadcastAreRefused() {
    #expect(refusal(Binary(function: .add), [[2, 3], [2, 4]])?.contains("do not broadcast") ?? false)
    #expect(refusal(Binary(function: .add), [[65536, 1], [1, 65536]])?.contains("at most 2^31") ?? false)
  }

  @Test func binaryHandComputed() {
    let x = counting([1, 2, 1, 2])
    #expect(Binary(function: .add).reference([x, x]).elements == [2, 4, 6, 8])
    let perChannel = Tensor(shape: [2, 1, 1], elements: [10, 100])
    #expect(Binary(function: .multiply).reference([x, perChannel]).elements == [10, 20, 300, 400])
    let outer = Binary(function: .add, clamp: Clamp(low: 12, high: 22))
    #expect(outer.reference([counting([2, 1]), Tensor([10, 20])]) == Tensor(shape: [2, 2], elements: [12, 21, 12, 22]))
    #expect(Binary(function: .multiply).reference([Tensor(shape: [], elements: [3]), Tensor([1, 2])]).elements == [3, 6])
  }
}
