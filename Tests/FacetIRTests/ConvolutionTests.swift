import FacetFiles
import FacetIR
import FacetTestSupport
import Testing

@Suite struct ConvolutionTests {
  @Test func handComputedTwoByTwo() {
    // 1 2 3      1 2
    // 4 5 6  *   3 4   + 10
    // 7 8 9
    let result = Convolution().reference([counting([1, 1, 3, 3]), counting([1, 1, 2, 2]), Tensor([10])])
    #expect(result == Tensor(shape: [1, 1, 2, 2], elements: [47, 57, 77, 87]))
  }

  @Test func asymmetricPadsStridesAndDilation() throws {
    let op = Convolution(strides: [2, 1], pads: [1, 0, 0, 2], dilations: [1, 2])
    #expect(try op.outputShape([[1, 2, 5, 6], [4, 2, 3, 2], [4]]) == [1, 4, 2, 6])
    // A row of 1 2 3 padded by two at the right; the kernel 1 10 with a gap reads x and x+2.
    let row = Convolution(pads: [0, 0, 0, 2], dilations: [1, 2])
    let result = row.reference([counting([1, 1, 1, 3]), Tensor(shape: [1, 1, 1, 2], elements: [1, 10]), Tensor([0])])
    #expect(result.elements == [31, 2, 3])
  }

  @Test func depthwiseKeepsChannelsApart() {
    let weights = Tensor(shape: [2, 1, 1, 1], elements: [2, -1])
    let result = Convolution(groups: 2).reference([counting([1, 2, 1, 2]), weights, Tensor([0, 100])])
    #expect(result.elements == [2, 4, 97, 96])
  }

  @Test func residualIsAddedBeforeTheClamp() {
    let residual = Tensor(shape: [1, 1, 1, 3], elements: [-5, 1, 10])
    let op = Convolution(clamp: Clamp(low: 0, high: 6))
    let one = Tensor(shape: [1, 1, 1, 1], elements: [1])
    #expect(op.reference([counting([1, 1, 1, 3]), one, Tensor([0]), residual]).elements == [0, 3, 6])
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
  func equalsTheDefinitionOnAPaddedInput(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let groups = Int.random(in: 1...3, using: &random)
    let (inputs, outputs) = (groups * Int.random(in: 1...2, using: &random), groups * Int.random(in: 1...2, using: &random))
    let kernel = [Int.random(in: 1...3, using: &random), Int.random(in: 1...3, using: &random)]
    let op = Convolution(
      strides: [Int.random(in: 1...2, using: &random), Int.random(in: 1...3, using: &random)],
      pads: (0..<4).map { _ in Int.random(in: 0...2, using: &random) },
      dilations: [Int.random(in: 1...2, using: &random), Int.random(in: 1...2, using: &random)], groups: groups)
    let x = random.tensor([1, inputs, 6, 7])
    let weights = random.tensor([outputs, inputs / groups] + kernel)
    let bias = random.tensor([outputs])
    let shape = try op.outputShape([x.shape, weights.shape, bias.shape])

    // The definition, on an input that holds its padding.
    let (height, width) = (6 + op.pads[0] + op.pads[2], 7 + op.pads[1] + op.pads[3])
    var padded = [Double](repeating: 0, count: inputs * height * width)
    for c in 0..<inputs {
      for y in 0..<6 {
        for i in 0..<7 {
          padded[(c * height + y + op.pads[0]) * width + i + op.pads[1]] = Double(x.elements[(c * 6 + y) * 7 + i])
        }
      }
    }
    var expected: [Double] = []
    for o in 0..<outputs {
      for y in 0..<shape[2] {
        for i in 0..<shape[3] {
          var sum = Double(bias.elements[o])
          for index in 0..<weights.elements.count / outputs {
            let (c, ky, kx) = (index / (kernel[0] * kernel[1]), index / kernel[1] % kernel[0], index % kernel[1])
            let channel = o / (outputs / groups) * (inputs / groups) + c
            let row = channel * height + y * op.strides[0] + ky * op.dilations[0]
            sum +=
              padded[row * width + i * op.strides[1] + kx * op.dilations[1]]
              * Double(weights.elements[o * (weights.elements.count / outputs) + index])
          }
          expected.append(sum)
        }
      }
    }
    let result = op.reference([x, weights, bias])
    #expect(result.shape == shape)
    for (a, b) in zip(result.elements, expected) { #expect(abs(Double(a) - b) < 1e-5, "seed \(seed) \(op)") }
  }

  @Test func multiplyAccumulatesCountEachProduct() {
    let inputs = [[1, 4, 8, 8], [6, 2, 3, 3], [6]]
    #expect(Convolution(pads: [1, 1, 1, 1], groups: 2).multiplyAccumulates(inputs, output: [1, 6, 8, 8]) == 6 * 64 * 18)
  }

  @Test(arguments: [
    (Convolution(), [[1, 3, 8, 8], [4, 3, 3, 3]], "has 2 inputs"),
    (Convolution(), [[2, 3, 8, 8], [4, 3, 3, 3], [4]], "batch of 1"),
    (Convolution(), [[3, 8, 8], [4, 3, 3, 3], [4]], "expected 4 dimensions"),
    (Convolution(), [[1, 3, 8, 8], [4, 2, 3, 3], [4]], "2 input channels"),
    (Convolution(), [[1, 3, 8, 8], [4, 3, 3, 3], [3]], "the bias has shape [3]"),
    (Convolution(), [[1, 3, 2, 8], [4, 3, 3, 3], [4]], "does not fit"),
    (Convolution(), [[1, 3, 8, 0], [4, 3, 3, 3], [4]], "at least 1"),
    (Convolution(), [[1, 3, 8, 8], [4, 3, 3, 3], [4], [1, 4, 5, 6]], "the residual has shape"),
    (Convolution(groups: 2), [[1, 3, 8, 8], [4, 1, 3, 3], [4]], "2 groups"),
    (Convolution(groups: 0), [[1, 3, 8, 8], [4, 3, 3, 3], [4]], "0 groups"),
    (Convolution(strides: [0, 1]), [[1, 3, 8, 8], [4, 3, 3, 3], [4]], "strides"),
    (Convolution(strides: [1]), [[1, 3, 8, 8], [4, 3, 3, 3], [4]], "strides has 1 number,"),
    (Convolution(pads: [0, 0, -1, 0]), [[1, 3, 8, 8], [4, 3, 3, 3], [4]], "pads"),
    (Convolution(pads: [0, 0, Int.max, 0]), [[1, 3, 8, 8], [4, 3, 3, 3], [4]], "pads"),
    (Convolution(dilations: [Int.max, 1]), [[1, 3, 8, 8], [4, 3, 3, 3], [4]], "dilations"),
    (Convolution(clamp: Clamp(low: .nan, high: 1)), [[1, 3, 8, 8], [4, 3, 3, 3], [4]], "activation"),
    (Convolution(), [[1, 1, 40000, 40000], [40000, 1, 1, 1], [40000]], "at most 2^31"),
    (Convolution(), [[1, 1, Int.max, Int.max], [1, 1, 1, 1], [1]], "at most 2^31"),
  ])
  func refuses(_ op: Convolution, _ inputs: [[Int]], _ message: String) {
    #expect(refusal(op, inputs)?.contains(message) ?? false, "\(refusal(op, inputs) ?? "accepted")")
  }

  @Test func attributesLeaveOutWhatIsUsual() {
    #expect(Convolution(pads: [1, 1, 1, 1]).attributes == "strides=1,1 pads=1,1,1,1")
    let op = Convolution(strides: [2, 1], dilations: [2, 2], groups: 4, clamp: Clamp(low: 0, high: 6))
    #expect(op.attributes == "strides=2,1 pads=0,0,0,0 dilations=2,2 groups=4 clamp=0.0,6.0")
  }
}
