import FacetFiles
import FacetFormat

/// Makes the delta from `parent` to `result`, both at most `DeltaFormat.maximumBytes`.
///
/// Greedy: what goes on as the last copy did is taken first; otherwise blocks of the parent are looked up by a rolling hash at each byte
/// of the result (Tridgell, "Efficient Algorithms for Sorting and Synchronization", 1999, chapter 3). Deterministic.
package func makeDelta(from parent: [UInt8], to result: [UInt8]) -> [UInt8] {
  let steps = parent.withUnsafeBufferPointer { parent in
    result.withUnsafeBufferPointer { result in
      var maker = StepMaker(parent, result)
      return maker.run()
    }
  }
  let packed = deflated(steps)
  let isPacked = packed.map { $0.count < steps.count } ?? false
  let header = DeltaHeader(
    parentSize: UInt64(parent.count), parentHash: parent.withUnsafeBytes { SHA256.hash($0) }, resultSize: UInt64(result.count),
    resultHash: result.withUnsafeBytes { SHA256.hash($0) }, stepSize: UInt64(steps.count),
    compression: isPacked ? DeltaFormat.deflated : DeltaFormat.stored)
  var writer = ByteWriter()
  header.write(to: &writer)
  return writer.bytes + (isPacked ? packed ?? [] : steps)
}

private struct StepMaker {
  /// Bytes of a block, and how far apart they begin in the parent.
  private static let blockSize = 32
  private static let blockStep = 16
  /// A copy that goes on where the last one ended is worth less than one elsewhere costs.
  private static let shortestCopy = 8

  private let parent: UnsafeBufferPointer<UInt8>
  private let result: UnsafeBufferPointer<UInt8>
  private let blocks: BlockTable
  private var steps: [UInt8] = []
  /// What has been written of the result, and where in the parent the last copy ended.
  private var done = 0
  private var parentEnd = 0
  /// What copies may still take: a reader's memory is bounded by the parent and the steps.
  private var copiesLeft: Int

  init(_ parent: UnsafeBufferPointer<UInt8>, _ result: UnsafeBufferPointer<UInt8>) {
    self.parent = parent
    self.result = result
    blocks = BlockTable(parent, size: Self.blockSize, step: Self.blockStep)
    copiesLeft = parent.count
  }

  mutating func run() -> [UInt8] {
    var at = 0
    var hash: RollingHash?
    while at < result.count {
      let along = parentEnd + at - done
      let length = matchLength(along, at)
      if length >= Self.shortestCopy || length > 0 && at + length == result.count {
        at = copy(along, at, length)
        hash = nil
        continue
      }
      guard at + Self.blockSize <= result.count else {
        at += 1
        continue
      }
      let current = hash ?? RollingHash(result, at, size: Self.blockSize)
      if let place = blocks.find(current.value), matchLength(place, at) >= Self.blockSize {
        var (from, to) = (place, at)
        while from > 0, to > done, parent[from - 1] == result[to - 1] { (from, to) = (from - 1, to - 1) }
        at = copy(from, to, matchLength(from, to))
        hash = nil
        continue
      }
      hash = at + Self.blockSize < result.count ? current.moved(in: result, from: at) : nil
      at += 1
    }
    fill(to: result.count)
    return steps
  }

  private func matchLength(_ from: Int, _ to: Int) -> Int {
    guard from >= 0, from < parent.count else { return 0 }
    let limit = min(parent.count - from, result.count - to, copiesLeft)
    var length = 0
    while length < limit, parent[from + length] == result[to + length] { length += 1 }
    return length
  }

  /// - Returns: where the result goes on.
  private mutating func copy(_ from: Int, _ to: Int, _ length: Int) -> Int {
    fill(to: to)
    number(UInt64(length) << 1)
    let distance = Int64(from) - Int64(parentEnd)
    number(UInt64(bitPattern: distance << 1 ^ distance >> 63))
    parentEnd = from + length
    done = to + length
    copiesLeft -= length
    return done
  }

  private mutating func fill(to end: Int) {
    guard end > done else { return }
    number(UInt64(end - done) << 1 | 1)
    steps += result[done..<end]
    // As if the parent's bytes in their place had been copied: a change of one number leaves the rest where it was.
    parentEnd += end - done
    done = end
  }

  private mutating func number(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      steps.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    steps.append(UInt8(rest))
  }
}

/// A polynomial in the bytes of a window, modulo 2^64.
private struct RollingHash {
  private static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
  private(set) var value: UInt64 = 0
  private let size: Int
  /// `factor` to the power of `size`.
  private let power: UInt64

  init(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int, size: Int) {
    self.size = size
    var power: UInt64 = 1
    for index in at..<at + size {
      value = value &* Self.factor &+ UInt64(bytes[index]) &+ 1
      power = power &* Self.factor
    }
    self.power = power
  }

  /// That of the window one byte further, which must lie inside.
  func moved(in bytes: UnsafeBufferPointer<UInt8>, from at: Int) -> RollingHash {
    var next = self
    next.value = value &* Self.factor &+ UInt64(bytes[at + size]) &+ 1 &- power &* (UInt64(bytes[at]) &+ 1)
    return next
  }
}

/// The first block of each hash.
private struct BlockTable {
  private var hashes: [UInt64]
  private var places: [Int32]
  private let mask: Int

  init(_ bytes: UnsafeBufferPointer<UInt8>, size: Int, step: Int) {
    let count = bytes.count < size ? 0 : (bytes.count - size) / step + 1
    var slots = 16
    while slots < 2 * count { slots *= 2 }
    hashes = [UInt64](repeating: 0, count: slots)
    places = [Int32](repeating: -1, count: slots)
    mask = slots - 1
    for index in 0..<count {
      let hash = RollingHash(bytes, index * step, size: size).value
      let slot = slot(hash)
      if places[slot] < 0 { (hashes[slot], places[slot]) = (hash, Int32(index * step)) }
    }
  }

  /// That of the hash, or the free one where it would stand.
  private func slot(_ hash: UInt64) -> Int {
    var slot = Int(truncatingIfNeeded: (hash ^ hash >> 29) &* 0xBF58_476D_1CE4_E5B9 >> 20) & mask
    while places[slot] >= 0, hashes[slot] != hash { slot = (slot + 1) & mask }
    return slot
  }

  func find(_ hash: UInt64) -> Int? {
    let place = places[slot(hash)]
    return place < 0 ? nil : Int(place)
  }
}
