import FacetIR
import Testing

@Suite struct ShapeOperatorTests {
  @Test func reshapeKeepsTheOrder() throws {
    let x = counting([1, 2, 1, 3])
    #expect(Reshape(shape: [1, 6]).reference([x]) == counting([1, 6]))
    #expect(refusal(Reshape(shape: [1, 5]), [[1, 2, 1, 3]])?.contains("numbers of elements differ") ?? false)
    #expect(refusal(Reshape(shape: [1, -1]), [[1, 2, 1, 3]])?.contains("at least 1") ?? false)
    #expect(refusal(Reshape(shape: [Int.max, 4]), [[1, 4]]) != nil)
    #expect(Identity().reference([x]) == x)
    #expect(try Identity().outputShape([[1, 2]]) == [1, 2])
  }

  @Test func concatHandComputed() throws {
    let (a, b) = (counting([1, 1, 1, 2]), counting([1, 2, 1, 2], from: 10))
    #expect(Concat(axis: 1).reference([a, b]) == Tensor(shape: [1, 3, 1, 2], elements: [1, 2, 10, 11, 12, 13]))
    let (c, d) = (counting([1, 2, 1]), counting([1, 2, 2], from: 5))
    #expect(Concat(axis: 2).reference([c, d]) == Tensor(shape: [1, 2, 3], elements: [1, 5, 6, 2, 7, 8]))
    #expect(Concat(axis: 0).reference([counting([2]), counting([1], from: 5)]) == Tensor([1, 2, 5]))
    #expect(refusal(Concat(axis: -1), [[1, 2]]) != nil)
    #expect(refusal(Concat(axis: 2), [[1, 2]]) != nil)
    #expect(refusal(Concat(axis: 1), [[1, 2, 3], [1, 2, 4]])?.contains("differ in more than axis 1") ?? false)
    #expect(refusal(Concat(axis: 1), []) != nil)
    #expect(refusal(Concat(axis: 1), [[1, 1 << 30], [1, 1 << 30], [1, 1 << 30]])?.contains("at most 2^31") ?? false)
  }

  @Test func softmaxHandComputed() throws {
    let result = Softmax(axis: 1).reference([Tensor(shape: [1, 3], elements: [1000, 1001, 1002])])
    for (a, b) in zip(result.elements, [0.09003057, 0.24472847, 0.66524096]) { #expect(abs(Double(a) - b) < 1e-7) }
    // Along the middle axis of [1, 2, 2] the pairs are (0, ln 3) and (0, 0).
    let pairs = Softmax(axis: 1).reference([Tensor(shape: [1, 2, 2], elements: [0, 0, 1.0986123, 0])])
    for (a, b) in zip(pairs.elements, [0.25, 0.5, 0.75, 0.5]) { #expect(abs(Double(a) - b) < 1e-6) }
    #expect(refusal(Softmax(axis: 2), [[1, 2]])?.contains("axis 2") ?? false)
    #expect(refusal(Softmax(axis: -1), [[1, 2]]) != nil)
  }

  @Test func everyOperatorSaysHowItRunsInInt8() {
    let rules: [(any Operator, QuantizationRule)] = [
      (Convolution(), .weighted), (FullyConnected(), .weighted), (Affine(), .weighted), (BatchNormalization(), .weighted),
      (Unary(function: .sigmoid), .table), (Binary(function: .add), .ownRange), (MaxPool(kernel: [1, 1]), .sameRange),
      (AveragePool(kernel: [1, 1]), .ownRange), (GlobalAveragePool(), .ownRange), (Reshape(shape: [1]), .sameRange),
      (Identity(), .sameRange), (Concat(axis: 1), .tablePerInput), (Softmax(), .fraction),
    ]
    for (op, rule) in rules { #expect(op.quantization == rule, "\(op.name)") }
  }
}
