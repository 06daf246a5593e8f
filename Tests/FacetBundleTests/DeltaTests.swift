import FacetDiagnostics
import FacetFiles
import FacetTestSupport
import Foundation
import Testing

@testable import FacetBundle

@Suite struct DeltaTests {
  private func patched(_ delta: [UInt8], _ parent: [UInt8]) throws(FacetError) -> [UInt8] {
    try applyDelta(delta, to: parent, names: (delta: "d", parent: "p"))
  }

  private func noise(_ count: Int, _ random: inout SplitMix64) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  @Test("A delta gives the result back, whatever was changed, moved, added or taken away")
  func roundTrips() throws {
    for seed in UInt64(1)...60 {
      var random = SplitMix64(seed: seed)
      let parent = noise(Int.random(in: 0...6000, using: &random), &random)
      var result = parent
      for _ in 0..<Int.random(in: 0...6, using: &random) {
        let at = Int.random(in: 0...result.count, using: &random)
        let end = min(result.count, at + Int.random(in: 0...900, using: &random))
        switch Int.random(in: 0...3, using: &random) {
        case 0: result.replaceSubrange(at..<end, with: noise(Int.random(in: 0...300, using: &random), &random))
        case 1: result.insert(contentsOf: result[at..<end], at: Int.random(in: 0...result.count, using: &random))
        case 2: result.removeSubrange(at..<end)
        default: result.insert(contentsOf: [UInt8](repeating: 0, count: 200), at: at)
        }
      }
      let delta = makeDelta(from: parent, to: result)
      #expect(try patched(delta, parent) == result, "seed \(seed)")
      #expect(delta == makeDelta(from: parent, to: result))
    }
  }

  @Test("What both files have costs next to nothing; what is new costs its size")
  func isSmall() throws {
    var random = SplitMix64(seed: 7)
    let parent = noise(200_000, &random)
    #expect(makeDelta(from: parent, to: parent).count < 130)
    let part = noise(5_000, &random)
    let moved = Array(parent[70_000..<150_003]) + part + Array(parent[0..<69_000])
    #expect(makeDelta(from: parent, to: moved).count < 5_000 + 180)
    // Many copies of one parent are cut off where a reader's memory would not be bounded by its files.
    let repeated = Array(parent[0..<50_000] + parent[0..<50_000] + parent[0..<50_000] + parent[0..<50_000] + parent[0..<50_000])
    #expect(try patched(makeDelta(from: parent, to: repeated), parent) == repeated)
    let zeros = [UInt8](repeating: 0, count: 100_000)
    #expect(makeDelta(from: [], to: zeros).count < 350)
  }

  @Test("A delta for another parent is an error that names both")
  func otherParent() throws {
    let parent = [UInt8](0..<200)
    let delta = makeDelta(from: parent, to: parent.reversed())
    for other in [Array(parent.dropLast()), parent.map { $0 ^ 1 }, []] {
      #expect(code { () throws(FacetError) in _ = try patched(delta, other) } == "data.delta.parent")
    }
    #expect(code { () throws(FacetError) in _ = try patched(delta, parent.dropLast() + [1]) } == "data.delta.parent")
  }

  @Test("Another file, a newer format, a delta cut off anywhere or with any byte changed: an error, or the right result")
  func damaged() throws {
    var random = SplitMix64(seed: 11)
    let parent = noise(3000, &random)
    let result = Array(parent[1000...]) + noise(700, &random) + Array(parent[..<500])
    for delta in [makeDelta(from: parent, to: result), makeDelta(from: parent, to: result + [UInt8](repeating: 5, count: 900))] {
      let whole = try patched(delta, parent)
      for count in 0..<delta.count {
        #expect(code { () throws(FacetError) in _ = try patched(Array(delta[..<count]), parent) }?.hasPrefix("data.delta.") == true)
      }
      for index in delta.indices {
        var bytes = delta
        bytes[index] ^= UInt8.random(in: 1...255, using: &random)
        if let other = try? patched(bytes, parent) { #expect(other == whole) }
      }
      var newer = delta
      newer[8] = 2
      #expect(code { () throws(FacetError) in _ = try patched(newer, parent) } == "data.delta.version")
      #expect(code { () throws(FacetError) in _ = try patched(Array("hello, world".utf8), parent) } == "data.delta.format")
    }
  }

  @Test("Steps that reach outside, are empty or give more than was said are refused before memory is taken")
  func hostileSteps() throws {
    let parent = [UInt8](0..<100)
    let steps: [[UInt8]] = [
      [200, 1, 0],  // 100 bytes, where 10 are the result
      [20, 0xC8, 1],  // a copy from byte 100 on
      [20, 1],  // from byte -1 on
      [0, 0],  // an empty copy
      [1],  // no new bytes
      [21, 1, 2],  // ten new bytes, of which two are there
      [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],  // a number of 70 bits
      [20, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1],  // as far as 64 bits go
      [18, 0],  // nine bytes
      [],
    ]
    let whole = Array(parent[..<10])
    let empty = makeDelta(from: parent, to: whole)
    for step in steps {
      var delta = Array(empty[..<112])
      for (index, byte) in withUnsafeBytes(of: UInt64(step.count).littleEndian, Array.init).enumerated() { delta[96 + index] = byte }
      for index in 104..<108 { delta[index] = 0 }
      #expect(code { () throws(FacetError) in _ = try patched(delta + step, parent) } == "data.delta.damaged", "\(step)")
    }
    // A result that no file of this size can say.
    var large = empty
    large[60] = 0x40
    #expect(code { () throws(FacetError) in _ = try patched(large, parent) } == "data.delta.damaged")
  }
}
