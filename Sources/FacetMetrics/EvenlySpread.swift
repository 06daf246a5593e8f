/// `count` of some candidates, at most all of them, evenly spread and in their order.
package func evenlySpread<T>(_ candidates: some RandomAccessCollection<T>, _ count: Int) -> [T] {
  (0..<min(count, candidates.count)).map { index in
    candidates[candidates.index(candidates.startIndex, offsetBy: (2 * index + 1) * candidates.count / (2 * min(count, candidates.count)))]
  }
}
