/// A set of a bundle's attributes, at most 64: attribute i is bit i of a word.
public struct AttributeSet: Hashable, Sendable {
  /// Bit i: attribute i.
  public private(set) var word: UInt64

  public init(_ word: UInt64) { self.word = word }

  /// The first `count` attributes, at most 64.
  public init(first count: Int) { word = count >= 64 ? .max : (1 << UInt64(Swift.max(count, 0))) - 1 }

  /// Attribute `index` alone; nothing where that is not from 0 to 63.
  public init(attribute index: Int) { word = index >= 0 && index < 64 ? 1 << UInt64(index) : 0 }

  public var isEmpty: Bool { word == 0 }
  public var count: Int { word.nonzeroBitCount }

  public func contains(_ index: Int) -> Bool { index >= 0 && index < 64 && word >> UInt64(index) & 1 != 0 }
  public func isSubset(of other: AttributeSet) -> Bool { word & ~other.word == 0 }
  public func isDisjoint(with other: AttributeSet) -> Bool { word & other.word == 0 }
  public func union(_ other: AttributeSet) -> AttributeSet { AttributeSet(word | other.word) }
  public func intersection(_ other: AttributeSet) -> AttributeSet { AttributeSet(word & other.word) }
  public func subtracting(_ other: AttributeSet) -> AttributeSet { AttributeSet(word & ~other.word) }

  public mutating func insert(_ index: Int) { word |= AttributeSet(attribute: index).word }
  public mutating func remove(_ index: Int) { word &= ~AttributeSet(attribute: index).word }
  public mutating func formUnion(_ other: AttributeSet) { word |= other.word }
  public mutating func formIntersection(_ other: AttributeSet) { word &= other.word }
  public mutating func subtract(_ other: AttributeSet) { word &= ~other.word }
}

extension AttributeSet: ExpressibleByArrayLiteral {
  /// The attributes of these numbers.
  public init(arrayLiteral indices: Int...) {
    word = 0
    for index in indices { insert(index) }
  }
}

/// The numbers of the attributes, rising.
extension AttributeSet: Sequence, IteratorProtocol {
  public mutating func next() -> Int? {
    guard word != 0 else { return nil }
    let index = word.trailingZeroBitCount
    word &= word &- 1
    return index
  }
}
