import FacetIR
import Testing

@Suite struct ClampTests {
  @Test func noneLeavesEveryNumber() {
    #expect(Clamp.none.isNone)
    #expect(!Clamp.relu.isNone)
    #expect(Clamp.none.apply(Float.greatestFiniteMagnitude) == Float.greatestFiniteMagnitude)
    #expect(Clamp.relu.apply(Float(-3)) == 0)
  }

  @Test func boundsInTheWrongOrderGiveTheUpperAsOnnxDefinesClip() {
    #expect(Clamp(low: 5, high: 1).apply(Float(9)) == 1)
    #expect(Clamp(low: 5, high: 1).apply(Float(-9)) == 1)
  }

  @Test func intersectionIsOneClampAfterTheOther() {
    let bounds: [Float] = [-.infinity, -2, 0, 1, 3, 6, .infinity]
    var clamps: [Clamp] = []
    for low in bounds { for high in bounds { clamps.append(Clamp(low: low, high: high)) } }
    for first in clamps {
      for second in clamps {
        for x: Float in [-10, -2, -0.5, 0, 0.5, 1, 2, 4, 6, 10] {
          #expect(first.intersection(second).apply(x) == second.apply(first.apply(x)), "\(first) then \(second) of \(x)")
        }
      }
    }
    #expect(Clamp.relu.intersection(Clamp(low: -1, high: 6)) == Clamp(low: 0, high: 6))
  }
}
