import FacetFiles
import FacetIR
import Testing

@testable import FacetQuantization

@Suite struct FunctionPiecesTests {
  static let functions: [UnaryFunction] = [
    .sigmoid, .tanh, .swish(alpha: 1), .mish, .gelu, .geluTanh, .elu(alpha: 1), .selu(alpha: 1.67, gamma: 1.05), .softplus, .softsign,
    .hardSigmoid(alpha: 0.2, beta: 0.5), .sine, .arcTangent, .exponential, .absolute,
  ]

  private func output(_ function: UnaryFunction, _ low: Double, _ high: Double) -> Quantization {
    let values = (0...2000).map { Double(function.apply(Float(low + (high - low) * Double($0) / 2000))) }
    return Quantization(low: values.min() ?? 0, high: values.max() ?? 0)
  }

  /// The exact code is the float64 function, rounded; a table of 256 arguments is off by half a step of the argument.
  @Test(arguments: functions) func piecesComeNearerThanATableOfCodes(_ function: UnaryFunction) {
    for (low, high) in [(-6.0, 6.0), (-3, 9), (-8, 2.5), (-1, 1)] {
      let to = output(function, low, high)
      let pieces = FunctionPieces({ $0.map(function.apply) }, low: low, high: high, output: to)
      let from = Quantization(low: low, high: high)
      var (ours, table) = (0.0, 0.0)
      for index in 0...5000 {
        let x = low + (high - low) * Double(index) / 5000
        let exact = max(-128, min(127, Double(function.apply(Float(x))) / Double(to.scale) + Double(to.zeroPoint)))
        let byTable = to.code(Double(function.apply(Float(from.real(from.code(x))))))
        let difference = abs(Double(pieces.code(x)) - exact)
        #expect(difference < 1.25, "\(function) of \(x): \(difference) steps off")
        ours += difference * difference
        table += (Double(byTable) - exact) * (Double(byTable) - exact)
      }
      #expect(ours < table * 1.02, "\(function) in \(low)...\(high): \(ours) against \(table)")
      // Rounding alone gives a twelfth; two periods of a sine have few pieces.
      #expect(ours / 5001 < (function == .sine ? 0.16 : 0.1), "\(function) in \(low)...\(high): \(ours / 5001)")
    }
  }

  /// Few images underestimate both ends: what lies beyond them is not cut off where the function still changes, and stays where it does not.
  @Test func argumentsBeyondWhatWasMeasuredHaveTheirValues() {
    let function = UnaryFunction.sigmoid
    let pieces = FunctionPieces({ $0.map(function.apply) }, low: -2, high: 2, output: Quantization(low: 0, high: 1))
    for x in [-2.9, -2.5, 2.5, 2.9] {
      let exact = 255 * Double(function.apply(Float(x))) - 128
      #expect(abs(Double(pieces.code(x)) - exact) < 1, "\(x)")
    }
    // An argument far outside gives what the end of the range gives.
    #expect(pieces.code(1e9) == pieces.code(3.001) && pieces.code(-1e9) == pieces.code(-3.001))
  }

  /// A tensor of -300 to 271: what lies below -20 is nothing to SiLU, so all pieces are for what is left.
  @Test func whereAFunctionIsFlatThereAreNoPieces() {
    let function = UnaryFunction.swish(alpha: 1)
    let pieces = FunctionPieces({ $0.map(function.apply) }, low: -300, high: 27, output: Quantization(low: -0.28, high: 27))
    let span = pieces.scale * 65536
    #expect(span < 130, "\(span)")
    let exact = 13.4 / 27.28 * 255 - 128 + 2.6
    #expect(abs(Double(pieces.code(13.4)) - exact) < 1.2)
  }

  @Test(arguments: UInt64(1)...30) func linesOfAnyFunctionStayInSixteenBits(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let (a, b, c) = (
      Float.random(in: -50...50, using: &random), Float.random(in: -9...9, using: &random), Float.random(in: 0...40, using: &random)
    )
    let low = Double.random(in: -1e3...0, using: &random)
    let high = Double.random(in: 0...1e3, using: &random)
    let pieces = FunctionPieces(
      { $0.map { x in a * x + b * x * x * (x > c ? 1 : 0) } }, low: low, high: high, output: Quantization(low: -1, high: 3))
    #expect(pieces.values.count == 64 && pieces.rises.count == 64 && pieces.scale > 0, "seed \(seed)")
    #expect((-32768...32767).contains(pieces.offset) && (pieces.offset + 32768) % 1024 == 0, "seed \(seed)")
  }

  @Test func nothingMeasuredAndNoNumbersAreNoFault() {
    let constant = FunctionPieces({ $0.map { _ in 0 } }, low: 0, high: 0, output: Quantization(low: 0, high: 1))
    #expect(constant.code(0) == -128 && constant.code(1) == -128)
    let none = FunctionPieces({ $0.map { _ in .nan } }, low: -1, high: 1, output: Quantization(low: -1, high: 1))
    #expect(none.code(0.5) == Quantization(low: -1, high: 1).zeroPoint)
    let infinite = FunctionPieces({ $0 }, low: -.infinity, high: .infinity, output: Quantization(low: -1, high: 1))
    #expect(infinite.scale > 0)
  }
}

extension FunctionPieces {
  /// The code of an argument, as the engine computes it.
  fileprivate func code(_ argument: Double) -> Int32 {
    let v = Int(max(-32768 - Double(offset), min(32767 - Double(offset), (argument / scale).rounded(.toNearestOrEven)))) + Int(offset)
    let piece = v >> 10 & 63
    let w = Int(Int16(truncatingIfNeeded: Int(values[piece]) + (Int(rises[piece]) * (v & 1023) + 512) >> 10))
    return Int32(max(-128, min(127, (w + 64) >> 7)))
  }
}
