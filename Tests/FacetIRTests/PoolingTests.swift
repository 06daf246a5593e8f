import FacetIR
import Testing

@Suite struct PoolingTests {
  @Test func maximumHandComputed() throws {
    let x = Tensor(shape: [1, 1, 3, 3], elements: [-1, -2, -3, -4, -5, -6, -7, -8, -9])
    // Padded by one above and left: the border does not count, else it would be 0.
    let op = MaxPool(kernel: [2, 2], strides: [2, 2], pads: [1, 1, 0, 0])
    #expect(try op.outputShape([x.shape]) == [1, 1, 2, 2])
    #expect(op.reference([x]).elements == [-1, -2, -4, -5])
    #expect(MaxPool(kernel: [1, 2], dilations: [1, 2]).reference([counting([1, 1, 1, 4])]).elements == [3, 4])
    #expect(
      MaxPool(kernel: [2, 2], strides: [2, 2], ceilMode: true).reference([counting([1, 1, 3, 3])]).elements == [5, 6, 8, 9])
  }

  @Test func averageHandComputedWithAndWithoutPadding() {
    let x = counting([1, 1, 2, 2])
    func averages(_ include: Bool) -> [Float] {
      AveragePool(kernel: [2, 2], pads: [1, 1, 1, 1], countIncludePad: include).reference([x]).elements
    }
    #expect(averages(false) == [1, 1.5, 2, 2, 2.5, 3, 3, 3.5, 4])
    #expect(averages(true) == [0.25, 0.75, 0.5, 1, 2.5, 1.5, 0.75, 1.75, 1])
  }

  @Test func whatCeilModeReachesBeyondThePaddingNeverCounts() {
    // PyTorch: avg_pool2d of 1..3 in a row, kernel 2, stride 2, ceil_mode, count_include_pad: 1.5, 3.
    let op = AveragePool(kernel: [1, 2], strides: [1, 2], countIncludePad: true, ceilMode: true)
    #expect(op.reference([counting([1, 1, 1, 3])]).elements == [1.5, 3])
  }

  @Test func dilatedAverageHandComputed() throws {
    let x = counting([1, 1, 1, 5])
    func averages(_ include: Bool, pads: [Int], ceil: Bool = false) throws -> [Float] {
      let op = AveragePool(
        kernel: [1, 2], strides: [1, 2], pads: pads, dilations: [1, 3], countIncludePad: include, ceilMode: ceil)
      let result = op.reference([x])
      #expect(try op.outputShape([x.shape]) == result.shape)
      return result.elements
    }
    // Windows at (0, 3) and, beyond the end in ceil mode, (2, 5).
    #expect(try averages(false, pads: [0, 0, 0, 0]) == [2.5])
    #expect(try averages(true, pads: [0, 0, 0, 0], ceil: true) == [2.5, 3])
    // Padded by as much as the kernel has elements, but less than it spans: (-2, 1), (0, 3), (2, 5).
    #expect(try averages(false, pads: [0, 2, 0, 1]) == [2, 2.5, 3])
    #expect(try averages(true, pads: [0, 2, 0, 1]) == [1, 2.5, 1.5])
  }

  @Test func globalAverageHandComputed() throws {
    let x = counting([1, 2, 2, 2])
    #expect(GlobalAveragePool().reference([x]) == Tensor(shape: [1, 2, 1, 1], elements: [2.5, 6.5]))
    #expect(GlobalAveragePool(keepDimensions: false).reference([x]) == Tensor(shape: [1, 2], elements: [2.5, 6.5]))
    #expect(try GlobalAveragePool(keepDimensions: false).outputShape([[1, 5, 4, 4]]) == [1, 5])
    #expect(refusal(GlobalAveragePool(), [[1, 5]])?.contains("expected 4 dimensions") ?? false)
  }

  @Test func aWindowWithoutAnElementOfTheInputIsRefused() {
    #expect(
      refusal(MaxPool(kernel: [2, 2], pads: [2, 0, 0, 0]), [[1, 1, 4, 4]])?.contains("not less than the kernel") ?? false)
    let gap = MaxPool(kernel: [1, 2], pads: [0, 1, 0, 1], dilations: [1, 5])
    #expect(refusal(gap, [[1, 1, 1, 4]])?.contains("wholly in the padding") ?? false)
    #expect(refusal(gap, [[1, 1, 1, 5]]) == nil)
  }

  @Test(arguments: [
    MaxPool(kernel: [3]) as any Operator, MaxPool(kernel: [0, 1]), MaxPool(kernel: [3, 3], strides: [1, 0]),
    MaxPool(kernel: [9, 1]), MaxPool(kernel: [1, 1], dilations: [1, Int.max]), AveragePool(kernel: [3, 3], pads: [0, 0, 0]),
    AveragePool(kernel: [Int.max, 1]), AveragePool(kernel: [3, 3], pads: [0, 3, 0, 0]),
  ])
  func badAttributesAreRefused(_ op: any Operator) {
    #expect(refusal(op, [[1, 2, 8, 8]]) != nil)
  }

  @Test func attributesSayEverything() {
    let max = MaxPool(kernel: [3, 2], strides: [2, 2], pads: [1, 0, 1, 0], dilations: [1, 2], ceilMode: true)
    #expect(max.attributes == "kernel=3,2 strides=2,2 pads=1,0,1,0 dilations=1,2 ceil")
    let average = AveragePool(kernel: [2, 2], countIncludePad: true)
    #expect(average.attributes == "kernel=2,2 strides=1,1 pads=0,0,0,0 count_include_pad")
    #expect(AveragePool(kernel: [2, 2], dilations: [2, 1]).attributes == "kernel=2,2 strides=1,1 pads=0,0,0,0 dilations=2,1")
  }
}
