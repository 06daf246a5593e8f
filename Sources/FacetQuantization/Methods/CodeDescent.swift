/// Coordinate descent from given codes, of several rows of weights that read the same: each line of the matrix is read once for all of them. What a row
/// becomes does not depend on the others.
struct CodeDescent {
  struct Start {
    var weights: [Double]
    var codes: [Double]
    var scale: Double
  }

  private let matrix: [Double]
  private let count: Int
  private let scales: [Double]
  /// `[row][count]`
  private var codes: [Double]
  /// Of the weights.
  private var differences: [Double]
  /// matrix · differences
  private var gradients: [Double]

  /// - Parameter matrix: `[count][count]`, symmetric.
  init(_ rows: [Start], matrix: [Double], count: Int) {
    (self.matrix, self.count) = (matrix, count)
    scales = rows.map(\.scale)
    codes = rows.flatMap(\.codes)
    let differences = rows.flatMap { row in zip(row.weights, row.codes).map { $1 * row.scale - $0 } }
    self.differences = differences
    var gradients = [Double](repeating: 0, count: differences.count)
    gradients.withUnsafeMutableBufferPointer { gradients in
      matrix.withUnsafeBufferPointer { matrix in
        differences.withUnsafeBufferPointer { differences in
          for i in 0..<count {
            for row in rows.indices {
              var sum = 0.0
              for j in 0..<count { sum += matrix[i * count + j] * differences[row * count + j] }
              gradients[row * count + i] = sum
            }
          }
        }
      }
    }
    self.gradients = gradients
  }

  func codes(_ row: Int) -> ArraySlice<Double> { codes[row * count..<(row + 1) * count] }

  func error(_ row: Int) -> Double {
    (row * count..<(row + 1) * count).reduce(0) { $0 + differences[$1] * gradients[$1] }
  }

  mutating func run(sweeps: Int, pairs: Bool) {
    var open = Array(scales.indices)
    for _ in 0..<sweeps where !open.isEmpty {
      var moved = Set<Int>()
      for i in 0..<count {
        for row in open {
          let at = row * count + i
          let ideal = -gradients[at] / (scales[row] * matrix[i * count + i])
          let target = max(-127, min(127, codes[at] + ideal.rounded(.toNearestOrEven)))
          if target != codes[at] {
            move(row, i, by: target - codes[at])
            moved.insert(row)
          }
        }
      }
      open = open.filter { moved.contains($0) || pairs && movePairs($0) }
    }
  }

  private mutating func move(_ row: Int, _ i: Int, by step: Double) {
    let (count, scale) = (count, scales[row])
    codes[row * count + i] += step
    differences[row * count + i] += step * scale
    gradients.withUnsafeMutableBufferPointer { gradients in
      matrix.withUnsafeBufferPointer { matrix in
        let line = UnsafeBufferPointer(rebasing: matrix[i * count..<(i + 1) * count])
        let own = UnsafeMutableBufferPointer(rebasing: gradients[row * count..<(row + 1) * count])
        for j in 0..<count { own[j] += line[j] * step * scale }
      }
    }
  }

  /// Moves by one each of two weights where that brings more than either alone.
  private mutating func movePairs(_ row: Int) -> Bool {
    let (start, scale) = (row * count, scales[row])
    var hasMoved = false
    let least = 1e-12 * abs(error(row))
    for i in 0..<count {
      for j in i + 1..<max(count, i + 1) {
        for (a, b) in [(1.0, -1.0), (-1.0, 1.0), (1.0, 1.0), (-1.0, -1.0)]
        where abs(codes[start + i] + a) <= 127 && abs(codes[start + j] + b) <= 127 {
          let (da, db) = (a * scale, b * scale)
          let change =
            2 * (da * gradients[start + i] + db * gradients[start + j]) + da * da * matrix[i * count + i]
            + db * db * matrix[j * count + j] + 2 * da * db * matrix[i * count + j]
          if change < -least {
            move(row, i, by: a)
            move(row, j, by: b)
            hasMoved = true
            break
          }
        }
      }
    }
    return hasMoved
  }
}
