import FacetIR
import Testing

@Suite struct ReduceTests {
  /// Of 1, 2, -4 in a row.
  static let values: [(ReduceFunction, Float)] = [
    (.sum, -1), (.mean, -1.0 / 3), (.maximum, 2), (.minimum, -4), (.product, -8), (.l1, 7), (.l2, 4.5825757),
    (.sumOfSquares, 21), (.indexOfMaximum, 1), (.indexOfMinimum, 2),
  ]

  @Test(arguments: values) func aReductionOfThreeNumbersByHand(_ function: ReduceFunction, _ expected: Float) {
    let result = Reduce(function: function, axes: [0], keepDimensions: false).reference([Tensor([1, 2, -4])])
    #expect(result.shape == [] && abs(result.elements[0] - expected) <= 1e-6)
  }

  @Test func anyAxesAreReducedInTheirPlaces() {
    let x = counting([2, 3, 2])
    func sum(_ axes: [Int]) -> [Float] { Reduce(function: .sum, axes: axes).reference([x]).elements }
    #expect(sum([0]) == [8, 10, 12, 14, 16, 18])
    #expect(sum([1]) == [9, 12, 27, 30])
    #expect(sum([2]) == [3, 7, 11, 15, 19, 23])
    #expect(sum([0, 2]) == [18, 26, 34])
    #expect(sum([0, 1, 2]) == [78])
    #expect(sum([]) == x.elements)
  }

  @Test func reducedAxesStayOrGo() throws {
    #expect(try Reduce(function: .mean, axes: [1, 3]).outputShape([[2, 3, 4, 5]]) == [2, 1, 4, 1])
    #expect(try Reduce(function: .mean, axes: [1, 3], keepDimensions: false).outputShape([[2, 3, 4, 5]]) == [2, 4])
    #expect(Reduce(function: .l2, axes: [1, 2], keepDimensions: false).attributes == "axes=1,2 flat")
  }

  @Test func theFirstOfEqualElementsIsTheIndex() {
    let x = Tensor(shape: [2, 3], elements: [5, 5, 1, 0, 0, 0])
    #expect(Reduce(function: .indexOfMaximum, axes: [1]).reference([x]).elements == [0, 0])
    #expect(Reduce(function: .indexOfMinimum, axes: [0]).reference([x]).elements == [1, 1, 1])
  }

  @Test func axesThatAreNoneAreRefused() {
    for axes in [[2], [-1], [1, 0], [1, 1]] {
      #expect(refusal(Reduce(function: .sum, axes: axes), [[2, 3]])?.contains("ascending") ?? false)
    }
    #expect(refusal(Reduce(function: .indexOfMaximum, axes: [0, 1]), [[2, 3]])?.contains("one axis") ?? false)
  }
}

@Suite struct MatrixProductTests {
  @Test func matricesAreMultipliedByHand() {
    let (a, b) = (counting([2, 3]), counting([3, 2]))
    #expect(MatrixProduct().reference([a, b]) == Tensor(shape: [2, 2], elements: [22, 28, 49, 64]))
  }

  @Test func batchesBroadcast() throws {
    let op = MatrixProduct()
    #expect(try op.outputShape([[5, 1, 2, 3], [4, 3, 7]]) == [5, 4, 2, 7])
    // Two rows times three matrices of one number each.
    let result = op.reference([counting([2, 1, 1, 1]), Tensor(shape: [3, 1, 1], elements: [1, 10, 100])])
    #expect(result == Tensor(shape: [2, 3, 1, 1], elements: [1, 10, 100, 2, 20, 200]))
    #expect(op.multiplyAccumulates([[5, 1, 2, 3], [4, 3, 7]], output: [5, 4, 2, 7]) == 5 * 4 * 2 * 7 * 3)
  }

  @Test func matricesThatDoNotFitAreRefused() {
    #expect(refusal(MatrixProduct(), [[2, 3], [2, 3]])?.contains("3 columns") ?? false)
    #expect(refusal(MatrixProduct(), [[3], [3, 2]])?.contains("not both matrices") ?? false)
    #expect(refusal(MatrixProduct(), [[2, 2, 3], [3, 3, 2]])?.contains("broadcast") ?? false)
    #expect(refusal(MatrixProduct(), [[65536, 1], [1, 65536]])?.contains("2^31") ?? false)
  }
}
