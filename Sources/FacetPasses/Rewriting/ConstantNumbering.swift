import FacetIR
import Glibc

/// Finds constants of the same shape and bits, by a fast hash and a comparison of those that have the same.
struct ConstantNumbering {
  private struct Content: Hashable {
    var shape: [Int]
    var hash: UInt64
  }

  private let graph: Graph
  private var numbers: [ValueID: ValueID] = [:]
  private var byContent: [Content: [ValueID]] = [:]
  private var magnitudes: [ValueID: Float] = [:]

  init(_ graph: Graph) { self.graph = graph }

  /// The first constant that is equal to `id`, also in the grid that a quantized model gives it.
  mutating func number(_ id: ValueID) -> ValueID {
    if let known = numbers[id] { return known }
    guard let tensor = graph.constant(id) else { return id }
    let content = Content(shape: tensor.shape, hash: Self.hash(tensor.elements))
    let equal = byContent[content]?.first { other in
      guard let known = graph.constant(other), graph.constantQuantizations[other] == graph.constantQuantizations[id] else { return false }
      return Self.isEqual(known.elements, tensor.elements)
    }
    numbers[id] = equal ?? id
    if equal == nil { byContent[content, default: []].append(id) }
    return equal ?? id
  }

  /// The largest absolute difference of two elements, relative to the largest magnitude in either tensor. Nil where the shapes differ,
  /// where it is more than `limit`, or where an element is NaN or infinite.
  mutating func difference(_ a: ValueID, _ b: ValueID, atMost limit: Double) -> Double? {
    if number(a) == number(b) { return 0 }
    guard let first = graph.constant(a), let second = graph.constant(b), first.shape == second.shape else { return nil }
    let magnitude = Double(max(magnitude(a, first), magnitude(b, second)))
    guard magnitude.isFinite else { return nil }
    let bound = limit * magnitude
    var largest = 0.0
    for index in first.elements.indices {
      let difference = abs(Double(first.elements[index]) - Double(second.elements[index]))
      guard difference <= bound else { return nil }
      largest = max(largest, difference)
    }
    return magnitude > 0 ? largest / magnitude : 0
  }

  private mutating func magnitude(_ id: ValueID, _ tensor: Tensor) -> Float {
    if let known = magnitudes[id] { return known }
    let largest = tensor.elements.reduce(Float(0)) { max($0, abs($1)) }
    magnitudes[id] = largest
    return largest
  }

  private static func isEqual(_ a: [Float], _ b: [Float]) -> Bool {
    guard a.count == b.count else { return false }
    return a.withUnsafeBytes { first in
      b.withUnsafeBytes { second in
        guard let (x, y) = first.baseAddress.flatMap({ x in second.baseAddress.map { (x, $0) } }) else { return true }
        return memcmp(x, y, first.count) == 0
      }
    }
  }

  /// Four independent lanes of multiply and shift, so that the processor works on all at once: several bytes each cycle.
  static func hash(_ elements: [Float]) -> UInt64 {
    elements.withUnsafeBytes { bytes in
      let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
      var lanes: (UInt64, UInt64, UInt64, UInt64) = (1, 2, 3, 4)
      func mixed(_ lane: UInt64, _ word: UInt64) -> UInt64 {
        let product = (lane ^ word) &* factor
        return product ^ (product >> 32)
      }
      var at = 0
      while at + 32 <= bytes.count {
        lanes.0 = mixed(lanes.0, bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
        lanes.1 = mixed(lanes.1, bytes.loadUnaligned(fromByteOffset: at + 8, as: UInt64.self))
        lanes.2 = mixed(lanes.2, bytes.loadUnaligned(fromByteOffset: at + 16, as: UInt64.self))
        lanes.3 = mixed(lanes.3, bytes.loadUnaligned(fromByteOffset: at + 24, as: UInt64.self))
        at += 32
      }
      while at + 4 <= bytes.count {
        lanes.0 = mixed(lanes.0, UInt64(bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self)))
        at += 4
      }
      return [lanes.1, lanes.2, lanes.3, UInt64(bytes.count)].reduce(lanes.0, mixed)
    }
  }
}
