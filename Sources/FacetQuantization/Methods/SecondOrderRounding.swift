/// Rounds the weights of a layer so that their errors cancel on what the layer reads, not each to its nearest code: the error of a sum is eᵀ·C·e for
/// the errors e of its weights and the covariance C of its inputs, which is far from diagonal where neighbouring pixels are alike (Zhang et al.,
/// "COMQ: A Backpropagation-Free Algorithm for Post-Training Quantization", 2024: coordinate descent; Frantar and Alistarh, "Optimal Brain
/// Compression", 2022, for the quadratic form). Means are left to the bias.
package enum SecondOrderRounding {
  /// Of the mean of the diagonal: few images say little of directions in which they hardly vary.
  private static let damping = 0.01
  private static let maximumSweeps = 8
  /// Up to so many inputs, moves of two weights at once are tried, too, and scales.
  private static let maximumPairs = 64
  /// Of the scale that takes the largest weight to 127.
  static let scales = [1, 0.98, 0.96, 0.94, 0.92, 0.9, 0.88, 0.86]

  /// Codes and scale of one output channel.
  package struct Row: Equatable {
    package var codes: [Int8]
    package var scale: Float
    /// eᵀ·C·e, in squared real numbers per squared code of the input.
    package var error: Double
  }

  /// Nil where the nearest codes are as good.
  ///
  /// - Parameters:
  ///   - weights: of one output channel.
  ///   - nearest: their nearest codes.
  ///   - scale: of these.
  ///   - covariance: of what they multiply, `[count][count]`.
  package static func row(_ weights: [Float], nearest: [Int8], scale: Float, covariance: [Double]) -> Row? {
    let count = weights.count
    guard count > 1, covariance.count == count * count, covariance.allSatisfy(\.isFinite) else { return nil }
    var matrix = covariance
    let mean = (0..<count).reduce(0) { $0 + matrix[$1 * count + $1] } / Double(count)
    guard mean > 0 else { return nil }
    for i in 0..<count { matrix[i * count + i] += damping * mean }
    let real = weights.map(Double.init)
    let start = Descent(weights: real, codes: nearest.map(Double.init), scale: Double(scale), matrix: matrix).error
    var best: Row?
    for factor in count <= maximumPairs ? scales : [1] {
      let own = factor == 1 ? scale : Float(Double(scale) * factor)
      let codes = real.map { max(-127, min(127, ($0 / Double(own)).rounded(.toNearestOrEven))) }
      var descent = Descent(weights: real, codes: codes, scale: Double(own), matrix: matrix)
      descent.run(sweeps: maximumSweeps, pairs: count <= maximumPairs)
      if descent.error < (best?.error ?? start * 0.999) {
        best = Row(codes: descent.codes.map { Int8($0) }, scale: own, error: descent.error)
      }
    }
    return best
  }

  /// Coordinate descent from given codes.
  private struct Descent {
    var codes: [Double]
    let scale: Double
    let matrix: [Double]
    private var errors: [Double]
    /// matrix · errors
    private var gradient: [Double]

    init(weights: [Double], codes: [Double], scale: Double, matrix: [Double]) {
      (self.codes, self.scale, self.matrix) = (codes, scale, matrix)
      let count = weights.count
      let errors = zip(weights, codes).map { $1 * scale - $0 }
      self.errors = errors
      gradient = (0..<count).map { i in
        var sum = 0.0
        for j in 0..<count { sum += matrix[i * count + j] * errors[j] }
        return sum
      }
    }

    var error: Double { zip(errors, gradient).reduce(0) { $0 + $1.0 * $1.1 } }

    mutating func run(sweeps: Int, pairs: Bool) {
      for _ in 0..<sweeps {
        var hasMoved = false
        for i in codes.indices {
          let ideal = -gradient[i] / (scale * matrix[i * codes.count + i])
          let target = max(-127, min(127, codes[i] + ideal.rounded(.toNearestOrEven)))
          if target != codes[i] {
            move(i, by: target - codes[i])
            hasMoved = true
          }
        }
        if !hasMoved { hasMoved = pairs && movePairs() }
        if !hasMoved { return }
      }
    }

    private mutating func move(_ i: Int, by step: Double) {
      codes[i] += step
      errors[i] += step * scale
      let count = codes.count
      for j in 0..<count { gradient[j] += matrix[i * count + j] * step * scale }
    }

    /// Moves by one each of two weights where that brings more than either alone.
    private mutating func movePairs() -> Bool {
      let count = codes.count
      var hasMoved = false
      let least = 1e-12 * abs(error)
      for i in 0..<count {
        for j in i + 1..<max(count, i + 1) {
          for (a, b) in [(1.0, -1.0), (-1.0, 1.0), (1.0, 1.0), (-1.0, -1.0)] where abs(codes[i] + a) <= 127 && abs(codes[j] + b) <= 127 {
            let (da, db) = (a * scale, b * scale)
            let change =
              2 * (da * gradient[i] + db * gradient[j]) + da * da * matrix[i * count + i] + db * db * matrix[j * count + j]
              + 2 * da * db * matrix[i * count + j]
            if change < -least {
              move(i, by: a)
              move(j, by: b)
              hasMoved = true
              break
            }
          }
        }
      }
      return hasMoved
    }
  }
}
