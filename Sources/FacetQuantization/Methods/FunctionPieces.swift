import FacetIR

/// A function of an int8 layer's result before it is rounded, as 64 pieces of lines: what the engine computes in 16-bit integers
/// (Formats/facet-bundle.md, "Functions of results").
package struct FunctionPieces: Equatable, Sendable {
  package static let count = 64
  /// Steps of an argument in one piece, and steps of a piece's results in one int8 step.
  private static let argumentsPerPiece = 1024
  private static let resultsPerCode = 128.0

  /// Of an argument: v = argument / scale, rounded, plus `offset`, in 16 bits.
  package var scale: Double
  package var offset: Int32
  /// By the highest 6 of the 16 bits of v: the first result of each piece, and by how much the last differs from it.
  package var values: [Int16] = []
  package var rises: [Int16] = []

  /// - Parameters:
  ///   - function: of many numbers.
  ///   - low: the smallest argument that was measured.
  ///   - high: the largest.
  package init(_ function: ([Float]) -> [Float], low: Double, high: Double, output: Quantization) {
    func codes(_ x: [Double]) -> [Double] {
      function(x.map { Float($0) }).map { y in
        // Beyond the codes there is room for 16 bits' worth, so that a line stays a line where results are clipped.
        let code = y.isNaN ? Double(output.zeroPoint) : Double(y) / Double(output.scale) + Double(output.zeroPoint)
        return max(-250, min(250, code))
      }
    }
    let range = Self.range(low: low, high: high, codes)
    // 0 begins a piece: there most functions with a bend have it.
    var best = (scale: Double.infinity, below: 0)
    for below in 0..<Self.count where (below > 0) == (range.low < 0) {
      let scale = max(
        below > 0 ? -range.low / Double(below * Self.argumentsPerPiece) : 0,
        range.high / Double((Self.count - below) * Self.argumentsPerPiece))
      if scale < best.scale { best = (scale, below) }
    }
    scale = best.scale > 0x1p-100 && best.scale.isFinite ? best.scale : 0x1p-16
    offset = Int32(best.below * Self.argumentsPerPiece) - 32768
    for index in 0..<Self.count {
      // The order of two's complement: 0 and above first.
      let first = (index < Self.count / 2 ? index : index - Self.count) * Self.argumentsPerPiece
      let places = Array(stride(from: 0, through: Self.argumentsPerPiece, by: 16))
      let y = codes(places.map { Double(first + $0 - Int(offset)) * scale })
      let line = Self.line(y)
      values.append(Self.short(line.start * Self.resultsPerCode))
      rises.append(Self.short(line.rise * Self.resultsPerCode))
    }
  }

  private static func short(_ value: Double) -> Int16 { Int16(max(-32768, min(32767, value.rounded()))) }

  /// Where arguments differ in their results by more than a fifth of a step, with a margin for arguments that were not measured: few images
  /// underestimate both ends. It contains 0.
  private static func range(low: Double, high: Double, _ codes: ([Double]) -> [Double]) -> (low: Double, high: Double) {
    let margin = (max(high, 0) - min(low, 0)) / 4
    let (low, high) = (min(low, 0) - margin, max(high, 0) + margin)
    guard high > low, (high - low).isFinite else { return (0, 0) }
    let x = (0...4096).map { low + (high - low) * Double($0) / 4096 }
    let y = codes(x).map { max(-128, min(127, $0)) }
    func flat(_ indices: some Sequence<Int>) -> Int? {
      var (least, most) = (Double.infinity, -Double.infinity)
      var last: Int?
      for index in indices {
        (least, most) = (min(least, y[index]), max(most, y[index]))
        if most - least > 0.2 { break }
        last = index
      }
      return last
    }
    return (min(flat(x.indices).map { x[$0] } ?? low, 0), max(flat(x.indices.reversed()).map { x[$0] } ?? high, 0))
  }

  /// The line of least squares through evenly spaced values.
  private static func line(_ y: [Double]) -> (start: Double, rise: Double) {
    let (count, middle) = (Double(y.count), Double(y.count - 1) / 2)
    var (sum, product, square) = (0.0, 0.0, 0.0)
    for (index, value) in y.enumerated() {
      sum += value
      product += (Double(index) - middle) * value
      square += (Double(index) - middle) * (Double(index) - middle)
    }
    let slope = product / square
    return (sum / count - slope * middle, slope * 2 * middle)
  }
}
