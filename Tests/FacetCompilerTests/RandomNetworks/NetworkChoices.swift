import FacetFiles
import FacetTestSupport

/// What the generator chose for one random network: enough to build it, and small enough to print, to shrink, and to paste into a test.
///
/// Every list of choices builds a network: numbers are taken modulo what fits, and a step that fits nothing gives what it reads.
struct NetworkChoices: Equatable {
  /// Of the input, `[1, channels, height, width]`.
  var channels: Int
  var height: Int
  var width: Int
  var steps: [NetworkStep]
  /// The values that are results: 0 is the input, n what step n - 1 gives.
  var outputs: [Int]
}

/// An operator, or a few that occur together.
struct NetworkStep: Equatable {
  enum Kind: String, CaseIterable {
    // On images.
    case convolution, depthwise, residual, transposedConvolution, maxPool, averagePool, globalAverage, batchNorm, channelArithmetic
    case squeezeExcite, depthToSpace, resizeNearest, resizeLinear
    // On tensors of any shape.
    case function, rounding, binary, softmax, reduce, arg, matrixProduct, fullyConnected, normalization
    case concat, slice, shuffle, pad, transpose, reshape, gather, tile
  }

  var kind: Kind
  /// The values that it reads (`other` where it takes two), numbered as in `NetworkChoices.outputs`.
  var input: Int
  var other: Int
  /// Sizes and variants; what each means is the kind's affair. 0 is the simplest.
  var a: Int
  var b: Int
  var c: Int
  /// Of its constants.
  var seed: UInt64

  init(_ kind: Kind, _ input: Int, _ other: Int = 0, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0, seed: UInt64 = 0) {
    (self.kind, self.input, self.other, self.a, self.b, self.c, self.seed) = (kind, input, other, a, b, c, seed)
  }
}

extension NetworkChoices {
  /// A random network: mostly a chain with forks, two to four results at different depths.
  init(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    channels = 1 + random.below(6)
    height = 4 + random.below(8)
    width = max(4, height + random.below(5) - 1)
    steps = []
    // Networks are images first; half of them stay so.
    let images = Array(NetworkStep.Kind.allCases.prefix { $0 != .function })
    let isGeneral = random.below(2) == 0
    for index in 0..<4 + random.below(9) {
      let kinds = isGeneral || index > 5 ? NetworkStep.Kind.allCases : images + [.function, .binary, .concat, .fullyConnected]
      let kind = index == 0 ? .convolution : kinds[random.below(kinds.count)]
      // Mostly the latest value, so that chains arise; sometimes an older one, so that values have several readers.
      let input = random.below(4) == 0 ? random.below(index + 1) : index
      steps.append(
        NetworkStep(
          kind, input, random.below(index + 1), random.below(64), random.below(64), random.below(64), seed: random.next() % 10_000))
    }
    outputs = [steps.count]
    for _ in 0..<1 + random.below(3) { outputs.append(1 + random.below(steps.count)) }
  }
}

extension NetworkChoices: CustomStringConvertible {
  /// Swift, to paste into a test.
  var description: String {
    let lines = steps.map { "    \($0)," }.joined(separator: "\n")
    return """
      NetworkChoices(
        channels: \(channels), height: \(height), width: \(width),
        steps: [
      \(lines)
        ],
        outputs: \(outputs))
      """
  }
}

extension NetworkStep: CustomStringConvertible {
  var description: String { ".init(.\(kind), \(input), \(other), \(a), \(b), \(c), seed: \(seed))" }
}
