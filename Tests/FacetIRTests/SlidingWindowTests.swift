import FacetIR
import Testing

@Suite struct SlidingWindowTests {
  @Test(arguments: [
    // input, kernel, stride, padBegin, padEnd, dilation, ceil, output; sizes as PyTorch's pooling gives them
    ([5, 3, 1, 0, 0, 1, 0], 3), ([5, 3, 2, 1, 1, 1, 0], 3), ([6, 3, 2, 0, 0, 1, 0], 2), ([6, 3, 2, 0, 0, 1, 1], 3),
    ([6, 3, 2, 0, 1, 1, 0], 3), ([7, 3, 1, 2, 2, 2, 0], 7), ([5, 2, 2, 1, 1, 1, 1], 3), ([3, 2, 3, 0, 0, 1, 1], 1),
    ([1, 1, 1, 0, 0, 1, 0], 1), ([112, 7, 2, 3, 3, 1, 0], 56), ([4, 1, 3, 0, 0, 1, 1], 2),
  ])
  func outputSize(_ numbers: [Int], _ output: Int) throws {
    let window = try SlidingWindow(
      input: numbers[0], kernel: numbers[1], stride: numbers[2], padBegin: numbers[3], padEnd: numbers[4],
      dilation: numbers[5], ceilMode: numbers[6] == 1)
    #expect(window.output == output)
  }

  @Test func tapsAreTheKernelElementsInsideTheInput() throws {
    for input in 1...6 {
      for kernel in 1...4 {
        for stride in 1...3 {
          for pad in 0...3 {
            for dilation in 1...3 {
              guard
                let window = try? SlidingWindow(
                  input: input, kernel: kernel, stride: stride, padBegin: pad, padEnd: 1, dilation: dilation, ceilMode: true)
              else { continue }
              for position in 0..<window.output {
                let inside = (0..<kernel).filter { (0..<input).contains(position * stride - pad + $0 * dilation) }
                #expect(Array(window.taps(position)) == inside, "\(window) at \(position)")
              }
            }
          }
        }
      }
    }
  }

  @Test func aWindowThatDoesNotFitIsRefused() {
    #expect(throws: ShapeError.self) {
      try SlidingWindow(input: 3, kernel: 3, stride: 1, padBegin: 0, padEnd: 1, dilation: 2)
    }
  }
}
