/// Sums of the products of a layer's inputs, in codes less their zero point: the Gram matrix of its unfolded inputs. In 64-bit integers, so that they are
/// the same in whatever order, on however many threads and in however many parts the data were taken, and parts merge exactly.
package struct SecondMoments: Sendable, Equatable {
  package let size: Int
  /// `[size][size]`, symmetric: Σ x[i] · x[j].
  package private(set) var products: [Int64]
  /// Σ x[i]
  package private(set) var sums: [Int64]
  package private(set) var count = 0

  /// Rows that 32-bit sums hold: 255 · 255 each.
  private static let rowsAtOnce = 32_768
  /// Rows that stay in a core's cache while each line of the products takes all of them.
  private static let rowsInCache = 32

  package init(size: Int) {
    self.size = size
    products = [Int64](repeating: 0, count: size * size)
    sums = [Int64](repeating: 0, count: size)
  }

  /// Bytes that one takes while it is filled.
  package static func bytes(size: Int) -> Int { 12 * size * size + 8 * size }

  /// - Parameter rows: `size` inputs each, within ±255.
  package mutating func add(_ rows: [Int16]) {
    let count = size == 0 ? 0 : rows.count / size
    for first in stride(from: 0, to: count, by: Self.rowsAtOnce) { add(rows, from: first, to: min(first + Self.rowsAtOnce, count)) }
    self.count += count
  }

  private mutating func add(_ rows: [Int16], from first: Int, to end: Int) {
    let size = size
    var partial = [Int32](repeating: 0, count: size * size)
    partial.withUnsafeMutableBufferPointer { partial in
      rows.withUnsafeBufferPointer { rows in
        for start in stride(from: first, to: end, by: Self.rowsInCache) {
          for i in 0..<size {
            let line = UnsafeMutableBufferPointer(rebasing: partial[i * size..<(i + 1) * size])
            for row in start..<min(start + Self.rowsInCache, end) where rows[row * size + i] != 0 {
              let x = UnsafeBufferPointer(rebasing: rows[row * size..<(row + 1) * size])
              let factor = Int32(x[i])
              for j in i..<size { line[j] &+= factor &* Int32(x[j]) }
            }
          }
        }
      }
    }
    for row in first..<end {
      for i in 0..<size { sums[i] += Int64(rows[row * size + i]) }
    }
    for i in 0..<size {
      products[i * size + i] += Int64(partial[i * size + i])
      for j in i + 1..<max(size, i + 1) {
        products[i * size + j] += Int64(partial[i * size + j])
        products[j * size + i] += Int64(partial[i * size + j])
      }
    }
  }

  /// Precondition: of as many inputs.
  package mutating func merge(_ other: SecondMoments) {
    precondition(other.size == size, "the moments are of different layers")
    for index in products.indices { products[index] += other.products[index] }
    for index in sums.indices { sums[index] += other.sums[index] }
    count += other.count
  }

  /// `[size][size]`, in squared codes: what is left where a bias takes the means.
  package var covariance: [Double] {
    let n = Double(max(count, 1))
    let means = sums.map { Double($0) / n }
    var result = [Double](repeating: 0, count: size * size)
    for i in 0..<size {
      for j in 0..<size { result[i * size + j] = Double(products[i * size + j]) / n - means[i] * means[j] }
    }
    return result
  }
}
