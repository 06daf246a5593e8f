import FacetIR
import Testing

@Suite struct ChannelOperatorTests {
  @Test func fullyConnectedHandComputed() throws {
    let op = FullyConnected(clamp: .relu)
    let inputs = [counting([1, 3]), counting([2, 3], from: -3), Tensor([0.5, 1])]
    #expect(try op.outputShape(inputs.map(\.shape)) == [1, 2])
    // -3 - 4 - 3 + 0.5 -> 0; 0 + 2 + 6 + 1
    #expect(op.reference(inputs) == Tensor(shape: [1, 2], elements: [0, 9]))
    #expect(op.multiplyAccumulates(inputs.map(\.shape), output: [1, 2]) == 6)
  }

  @Test(arguments: [
    ([[1, 3], [2, 4], [2]], "the input has shape [1, 3], expected [1, 4]"),
    ([[2, 4], [2, 4], [2]], "expected [1, 4]"),
    ([[1, 4], [2, 4], [4]], "the bias has shape [4], expected [2]"),
    ([[1, 4, 1, 1], [2, 4], [2]], "expected 2 dimensions"),
  ])
  func fullyConnectedRefuses(_ inputs: [[Int]], _ message: String) {
    #expect(refusal(FullyConnected(), inputs)?.contains(message) ?? false)
  }

  @Test func batchNormalizationHandComputed() {
    // Channel 0: 3 * (x - 1) / sqrt(3.75 + 0.25) + 2; channel 1: -1 * (x - 0) / sqrt(0.75 + 0.25) - 5.
    let op = BatchNormalization(epsilon: 0.25)
    let parameters = [Tensor([3, -1]), Tensor([2, -5]), Tensor([1, 0]), Tensor([3.75, 0.75])]
    let result = op.reference([counting([1, 2, 1, 2])] + parameters)
    #expect(result.elements == [2, 3.5, -8, -9])
    #expect(op.reference([Tensor(shape: [1, 2], elements: [5, 5])] + parameters).elements == [8, -10])
  }

  @Test func affineHandComputed() {
    let op = Affine(clamp: Clamp(low: -1, high: 20))
    let result = op.reference([counting([1, 2, 1, 2]), Tensor([10, -1]), Tensor([1, 1])])
    #expect(result.elements == [11, 20, -1, -1])
  }

  @Test(arguments: [Affine() as any Operator, BatchNormalization()])
  func perChannelOperatorsRefuseOtherShapes(_ op: any Operator) {
    let constants = op is Affine ? 2 : 4
    func shapes(_ x: [Int], _ c: Int) -> [[Int]] { [x] + Array(repeating: [c], count: constants) }
    #expect(refusal(op, shapes([1, 3, 4, 4], 3)) == nil)
    #expect(refusal(op, shapes([1, 3], 3)) == nil)
    #expect(refusal(op, shapes([1, 3, 4], 3)) == nil)
    #expect(refusal(op, shapes([1, 3, 4, 4, 4], 3))?.contains("expected 2 or 3 or 4 dimensions") ?? false)
    #expect(refusal(op, shapes([1, 3, 4, 4], 4))?.contains("has shape [4], expected [3]") ?? false)
    #expect(refusal(op, [[1, 3, 4, 4]])?.contains("has 1 input,") ?? false)
  }
}
