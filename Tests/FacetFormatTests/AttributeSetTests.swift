import FacetFormat
import Testing

@Suite struct AttributeSetTests {
  @Test func attributeIIsBitI() {
    let set: AttributeSet = [0, 5, 63]
    #expect(set.word == 0x8000_0000_0000_0021)
    #expect(set.count == 3 && Array(set) == [0, 5, 63])
    #expect(set.contains(5) && !set.contains(4) && !set.contains(-1) && !set.contains(64))
    #expect(AttributeSet(first: 0).isEmpty && AttributeSet(first: 3).word == 7 && AttributeSet(first: 64).word == .max)
    #expect(AttributeSet(attribute: 64).isEmpty && AttributeSet(attribute: -1).isEmpty)
  }

  @Test func algebra() {
    let (a, b): (AttributeSet, AttributeSet) = ([1, 2], [2, 3])
    #expect(a.union(b) == [1, 2, 3] && a.intersection(b) == [2] && a.subtracting(b) == [1])
    #expect(!a.isDisjoint(with: b) && a.isDisjoint(with: [0]) && ([2] as AttributeSet).isSubset(of: a) && !a.isSubset(of: b))
    var c = a
    c.insert(63)
    c.remove(1)
    c.formUnion([4])
    #expect(c == [2, 4, 63])
    c.formIntersection([2, 63])
    c.subtract([2])
    #expect(c == [63])
  }
}
