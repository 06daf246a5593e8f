import FacetIR
import Testing

@Suite struct TopKTests {
  private let x = Tensor(shape: [2, 4], elements: [3, 1, 3, 2, .nan, 5, -1, 5])

  @Test func theFirstByValueAndTheLowerIndexAmongEquals() {
    func top(_ result: TopK.Result, largest: Bool = true) -> [Float] {
      TopK(axis: 1, count: 3, largest: largest, result: result).reference([x]).elements
    }
    #expect(top(.indices) == [0, 2, 3, 0, 1, 3])
    #expect(top(.indices, largest: false) == [1, 3, 0, 2, 1, 3])
    #expect(Array(top(.values)[..<3]) == [3, 3, 2] && top(.values)[3].isNaN)
    #expect(top(.values, largest: false) == [1, 2, 3, -1, 5, 5])
  }

  @Test func anAxisThatIsNotTheLast() {
    let result = TopK(axis: 0, count: 1, result: .values).reference([counting([2, 2, 2])])
    #expect(result.shape == [1, 2, 2] && result.elements == [5, 6, 7, 8])
  }

  @Test func moreThanTheAxisHasAndNoneAreRefused() {
    #expect(refusal(TopK(axis: 1, count: 5, result: .values), [[2, 4]]) == "5 elements are asked of an axis of 4")
    #expect(refusal(TopK(axis: 1, count: 0, result: .values), [[2, 4]]) != nil)
    #expect(refusal(TopK(axis: 2, count: 1, result: .values), [[2, 4]]) != nil)
  }

  @Test func theTwoResultsAreDifferentFunctions() {
    #expect(TopK(axis: 1, count: 2, result: .values).attributes == "axis=1 k=2")
    #expect(TopK(axis: 1, count: 2, largest: false, result: .indices).attributes == "axis=1 k=2 smallest indices")
  }
}
