/// The order of nodes that keep their index while others come and go: a linked list whose members carry rising labels, so that two
/// can be compared at once (after Bender, Cole, Demaine, Farach-Colton & Zito, "Two Simplified Algorithms for Maintaining Order in a
/// List", 2002; here all are labelled anew where there is no room).
struct NodeOrder {
  private var next: [Int]
  private var previous: [Int]
  private var labels: [UInt64]
  private var first = -1
  private var last = -1
  private(set) var count: Int
  /// A place that stays with its node: where that is removed, with the next one. Nil: the end.
  private(set) var cursor: Int?
  /// How many nodes stand before the cursor.
  private(set) var rank = 0

  private static let gap: UInt64 = 1 << 32

  /// 0, 1, …, the cursor at the first.
  init(count: Int) {
    self.count = count
    next = (0..<count).map { $0 + 1 < count ? $0 + 1 : -1 }
    previous = (0..<count).map { $0 - 1 }
    labels = (0..<count).map { UInt64($0 + 1) * Self.gap }
    if count > 0 { (first, last) = (0, count - 1) }
  }

  /// Whether node `a` stands before node `b`.
  func precedes(_ a: Int, _ b: Int) -> Bool { labels[a] < labels[b] }

  /// The indices, in order.
  var indices: [Int] {
    var result: [Int] = []
    result.reserveCapacity(count)
    var index = first
    while index >= 0 {
      result.append(index)
      index = next[index]
    }
    return result
  }

  /// Gives the index of a new node that stands right before another, or at the end.
  mutating func insert(before successor: Int?) -> Int {
    let index = labels.count
    let (after, before) = (successor ?? -1, successor.map { previous[$0] } ?? last)
    next.append(after)
    previous.append(before)
    labels.append(0)
    if before >= 0 { next[before] = index } else { first = index }
    if after >= 0 { previous[after] = index } else { last = index }
    count += 1
    let low = before >= 0 ? labels[before] : 0
    let high = after >= 0 ? labels[after] : low + 2 * Self.gap
    labels[index] = low + (high - low) / 2
    if labels[index] == low { relabel() }
    if cursor.map({ precedes(index, $0) }) ?? true { rank += 1 }
    return index
  }

  mutating func insert(after index: Int) -> Int { insert(before: next[index] >= 0 ? next[index] : nil) }

  mutating func remove(_ index: Int) {
    if index == cursor {
      moveForward()
      rank -= 1
    } else if cursor.map({ precedes(index, $0) }) ?? true {
      rank -= 1
    }
    let (before, after) = (previous[index], next[index])
    if before >= 0 { next[before] = after } else { first = after }
    if after >= 0 { previous[after] = before } else { last = before }
    count -= 1
  }

  mutating func rewind() { (cursor, rank) = (first >= 0 ? first : nil, 0) }

  mutating func moveForward() {
    guard let index = cursor else { return }
    cursor = next[index] >= 0 ? next[index] : nil
    rank += 1
  }

  /// Moves the cursor to the node with `target` nodes before it, or to the end where there are fewer.
  mutating func moveCursor(toRank target: Int) {
    while rank < target, cursor != nil { moveForward() }
    while rank > max(target, 0) {
      cursor = cursor.map { previous[$0] } ?? last
      rank -= 1
    }
  }

  private mutating func relabel() {
    for (position, index) in indices.enumerated() { labels[index] = UInt64(position + 1) * Self.gap }
  }
}
