/// Rounds the weights of a layer so that their errors cancel on what the layer reads, not each to its nearest code: the error of a sum is eᵀ·C·e for
/// the errors e of its weights and the covariance C of its inputs, which is far from diagonal where neighbouring pixels are alike (Zhang et al.,
/// "COMQ: A Backpropagation-Free Algorithm for Post-Training Quantization", 2024: coordinate descent; Frantar and Alistarh, "Optimal Brain
/// Compression", 2022, for the quadratic form). Means are left to the bias.
package struct SecondOrderRounding: Sendable {
  /// Of the mean of the diagonal: few images say little of directions in which they hardly vary.
  private static let damping = 0.01
  private static let maximumSweeps = 8
  /// Up to so many inputs, moves of two weights at once are tried, too, and scales.
  private static let maximumPairs = 64
  /// Of the scale that takes the largest weight to 127.
  static let scales = [1, 0.98, 0.96, 0.94, 0.92, 0.9, 0.88, 0.86]

  /// Codes and scale of one output channel.
  package struct Row: Equatable, Sendable {
    package var codes: [Int8]
    package var scale: Float
    /// eᵀ·C·e, in squared real numbers per squared code of the input.
    package var error: Double
  }

  /// The nearest codes of one output channel.
  package struct Nearest: Sendable {
    package var weights: ArraySlice<Float>
    package var codes: ArraySlice<Int8>
    package var scale: Float

    package init(weights: ArraySlice<Float>, codes: ArraySlice<Int8>, scale: Float) {
      (self.weights, self.codes, self.scale) = (weights, codes, scale)
    }
  }

  /// `[count][count]`, damped.
  private let matrix: [Double]
  private let count: Int

  /// Nil where there is nothing to choose by.
  ///
  /// - Parameter covariance: of what a sum's weights multiply, `[count][count]`.
  package init?(covariance: [Double], count: Int) {
    guard count > 1, covariance.count == count * count, covariance.allSatisfy(\.isFinite) else { return nil }
    let mean = (0..<count).reduce(0) { $0 + covariance[$1 * count + $1] } / Double(count)
    guard mean > 0 else { return nil }
    var matrix = covariance
    for i in 0..<count { matrix[i * count + i] += Self.damping * mean }
    (self.matrix, self.count) = (matrix, count)
  }

  /// Of output channels that read the same; nil where the nearest codes are as good.
  package func rows(_ channels: [Nearest]) -> [Row?] {
    let nearest = channels.map { channel in
      CodeDescent.Start(weights: channel.weights.map(Double.init), codes: channel.codes.map(Double.init), scale: Double(channel.scale))
    }
    let start = CodeDescent(nearest, matrix: matrix, count: count)
    var best = [Row?](repeating: nil, count: channels.count)
    for factor in count <= Self.maximumPairs ? Self.scales : [1] {
      let scales = channels.map { factor == 1 ? $0.scale : Float(Double($0.scale) * factor) }
      let rows = zip(nearest, scales).map { row, scale in
        let codes = row.weights.map { max(-127, min(127, ($0 / Double(scale)).rounded(.toNearestOrEven))) }
        return CodeDescent.Start(weights: row.weights, codes: codes, scale: Double(scale))
      }
      var descent = CodeDescent(rows, matrix: matrix, count: count)
      descent.run(sweeps: Self.maximumSweeps, pairs: count <= Self.maximumPairs)
      for index in channels.indices {
        let error = descent.error(index)
        guard error < (best[index]?.error ?? start.error(index) * 0.999) else { continue }
        best[index] = Row(codes: descent.codes(index).map { Int8($0) }, scale: scales[index], error: error)
      }
    }
    return best
  }
}
