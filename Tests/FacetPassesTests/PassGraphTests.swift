import FacetFiles
import FacetIR
import FacetTestSupport
import Testing

@testable import FacetPasses

@Suite struct PassGraphTests {
  /// Inserts and removes at random, also where there is no room between labels, beside a plain array.
  @Test(arguments: 1...10) func orderAndCursorAreThoseOfAPlainArray(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var order = NodeOrder(count: 5)
    var model = Array(0..<5)
    order.rewind()
    for step in 0..<600 {
      let (held, rank) = (order.cursor, order.rank)
      switch Int.random(in: 0..<8, using: &random) {
      case 0, 1, 2, 3:
        // Mostly at one place, so that labels run out.
        let place = step % 3 > 0 ? min(2, model.count) : Int.random(in: 0...model.count, using: &random)
        model.insert(order.insert(before: place < model.count ? model[place] : nil), at: place)
        #expect(order.cursor == held)
      case 4, 5:
        guard let index = model.randomElement(using: &random), let place = model.firstIndex(of: index) else { continue }
        order.remove(index)
        model.remove(at: place)
        #expect(order.cursor == (index == held ? (place < model.count ? model[place] : nil) : held))
      case 6:
        let target = Int.random(in: 0...model.count, using: &random)
        order.moveCursor(toRank: target)
        #expect(order.rank == target)
      default:
        order.moveForward()
        #expect(order.rank == min(rank + 1, model.count))
      }
      #expect(order.indices == model && order.count == model.count, "seed \(seed), step \(step)")
      #expect(order.cursor == (order.rank < model.count ? model[order.rank] : nil), "seed \(seed), step \(step)")
      if let a = model.randomElement(using: &random), let b = model.randomElement(using: &random) {
        #expect(order.precedes(a, b) == (model.firstIndex(of: a)! < model.firstIndex(of: b)!), "seed \(seed), step \(step)")
      }
    }
  }

  /// What is kept up to date through all patches is what a new look at the graph gives.
  @Test(arguments: [1, 2, 3] as [UInt64]) func usesStayThoseOfTheGraph(seed: UInt64) throws {
    var net = Net(seed: seed)
    var x = net.input([1, 4, 6, 6])
    for index in 0..<6 {
      let y = try net.bn("bn\(index)", net.conv("conv\(index)", x, 4))
      x = index % 2 == 0 ? try net.relu("relu\(index)", y) : try net.sum("sum\(index)", y, x)
    }
    net.outputs(x)
    for count in 0...30 {
      var run = PipelineRun(graph: net.graph, stopAfter: count)
      try run.runToFixpoint(PassPipeline.standard[...])
      let kept = run.graph
      let fresh = PassGraph(kept.graph)
      let places = Dictionary(uniqueKeysWithValues: kept.nodes.order.indices.enumerated().map { ($1, $0) })
      for index in kept.graph.values.indices {
        let id = ValueID(index)
        #expect(kept.uses.producer(id).flatMap { places[$0] } == fresh.uses.producer(id), "seed \(seed), \(count) patches, \(id)")
        #expect(kept.uses.readers(id).map { places[$0] ?? -1 } == fresh.uses.readers(id), "seed \(seed), \(count) patches, \(id)")
        #expect(kept.uses.isOutput(id) == fresh.uses.isOutput(id))
      }
    }
  }

  /// Does one thing to the node named "b", once.
  private struct OnePatch: Pass {
    let name = "one"
    let stage = PassStage.fold
    let change: @Sendable (inout PassGraph, Int) -> Void

    func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch? {
      graph.nodes[index].name == "b" ? Patch(name, node: "b", detail: "") { change(&$0, index) } : nil
    }
  }

  private func problem(_ change: @escaping @Sendable (inout PassGraph, Int) -> Void) throws -> String? {
    var net = Net(seed: 1)
    let x = net.input([1, 2, 4, 4])
    let a = try net.relu("a", x)
    let b = try net.relu("b", a)
    net.outputs(try net.relu("c", b))
    var graph = net.graph
    do {
      _ = try PassPipeline(passes: [OnePatch(change: change)]).run(&graph)
      return nil
    } catch PassError.brokenInvariant(_, let problem) {
      return problem
    } catch PassError.endless {
      return nil
    }
  }

  @Test func eachBrokenInvariantIsFoundRightAfterItsPatch() throws {
    #expect(try problem { _, _ in } == nil)
    #expect(try problem { $0.nodes.remove(at: $1) }?.contains("before it is computed") == true)
    #expect(try problem { $0.nodes[$1].inputs = [$0.nodes[$1].output] }?.contains("before it is computed") == true)
    #expect(try problem { $0.nodes[$1].output = $0.nodes[$1].inputs[0] }?.contains("second time") == true)
    #expect(try problem { $0.nodes[$1].inputs = [] }?.contains("'b'") == true)
    #expect(try problem { $0.nodes[$1].inputs = [ValueID(99)] }?.contains("not a value") == true)
    #expect(try problem { $0.makeConstant($0.nodes[$1].output, Tensor([1])) }?.contains("two origins") == true)
    #expect(try problem { graph, index in graph.replaceUses(of: graph.nodes[index].inputs[0], with: graph.nodes[index].output) } != nil)
  }

  @Test func aChainOfThousandsOfNormalizationsIsFolded() throws {
    var net = Net(seed: 3)
    var y = net.input([1, 1, 1, 1])
    for index in 0..<4_999 { y = try net.bn("bn\(index)", net.conv("conv\(index)", y, 1, kernel: 1)) }
    net.outputs(try net.bn("last", y))
    var graph = net.graph
    let report = try PassPipeline().run(&graph)
    #expect(report.batchNorms.count == 5_000)
    #expect(report.batchNorms.allSatisfy { if case .folded = $0.fate { true } else { false } })
    #expect(graph.nodes.count == 4_999)
  }

  @Test func ofManyNamesTheFirstAreKept() throws {
    var net = Net(seed: 4)
    var y = try net.conv("conv", net.input([1, 2, 2, 2]), 2)
    for index in 0..<12 { y = try net.bn("bn\(index)", y) }
    net.outputs(y)
    var graph = net.graph
    let first = try #require(try PassPipeline().run(&graph).batchNorms.first)
    #expect(first.mergedCount == 11 && first.mergedWith.count == 8)
    #expect(first.text == "merged with \((1...8).map { "'bn\($0)'" }.joined(separator: ", ")) and 3 more, folded into Conv 'conv'")
  }
}
