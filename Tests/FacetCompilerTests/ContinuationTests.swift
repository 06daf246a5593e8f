import FacetData
import FacetEvaluation
import FacetFormat
import FacetIR
import FacetRuntime
import FacetTestSupport
import Foundation
import Testing

@testable import FacetBundle
@testable import FacetCompiler
@testable import FacetLowering
@testable import FacetQuantization
@testable import FacetRecipe

/// The example's network with what is known of it from the graph alone.
private struct Example {
  var graph: Graph
  var program: LoweredProgram
  var bundle: FacetRuntime.Bundle
  var input: NetworkInput

  init(_ precision: Precision) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Examples/face-attributes")
    let recipe = try Recipe.load(folder.appendingPathComponent("recipe.json").path)
    let request = CompileRequest(
      models: [folder.appendingPathComponent("face-attributes.onnx").path], recipes: [recipe], target: try Target.named(Target.defaultName))
    var model = try PreparedModel(request)
    graph = model.graph
    program = try Pipeline.lower(QuantizationDecisions(float32: model.graph), model, storedUnsigned: false)
    if precision == .int8 {
      let types = NumberTypes(int8: GivenQuantizations(graph))
      let calibration = try Calibration.run(model, request, types, program: program)
      let decisions = QuantizationDecisions(types, measured: calibration.measurements, inputRange: model.input.pixels?.range)
      model.graph = types.graph
      program = try Pipeline.lower(decisions, model, storedUnsigned: true)
    }
    bundle = try Bundle.opening(
      BundleEmitter(
        program: program, attributes: model.attributes, input: model.input, storedUnsigned: precision == .int8, provenance: [],
        evaluation: model.evaluation, forks: ForkInterface.all(program, graph)
      ).bytes())
    let image = folder.appendingPathComponent("test/00000.jpg").path
    input = try NetworkInput(Dataset.open(path: image).sample(0), for: bundle, data: image)
  }

  /// Nodes from which a path leads to one of these outputs, walked backwards over the graph's edges.
  func reachable(_ outputs: [Int]) -> Set<Int> {
    let producers = graph.producers()
    var found: Set<Int> = []
    var open = outputs.map { graph.outputs[$0].value }
    while let value = open.popLast() {
      guard let node = producers[value], found.insert(node).inserted else { continue }
      open += graph.nodes[node].inputs
    }
    return found
  }

  func multiplyAccumulates(_ nodes: Set<Int>) -> Int {
    nodes.reduce(0) { sum, index in
      let node = graph.nodes[index]
      return sum + node.op.multiplyAccumulates(graph.inputShapes(node), output: graph.shape(node.output))
    }
  }
}

/// Every sequence of different numbers below `count`, of every length.
private func orders(_ count: Int) -> [[Int]] {
  var result: [[Int]] = [[]]
  var last = result
  for _ in 0..<count {
    last = last.flatMap { order in (0..<count).filter { !order.contains($0) }.map { order + [$0] } }
    result += last
  }
  return result
}

@Suite struct ContinuationTests {
  private func scores(_ session: Session, _ attribute: Int) -> [UInt32] { session.scores(attribute: attribute).map(\.bitPattern) }

  /// Every subset of the four attributes in every order: 65 sequences. What runs is what the graph reaches, nothing runs twice, and the
  /// scores are the bytes of one evaluation of all.
  @Test(arguments: [Precision.int8, .float32]) func whatRunsIsWhatTheGraphReachesOnce(precision: Precision) throws {
    let example = try Example(precision)
    let session = try Session(bundle: example.bundle)
    let nodes = example.program.fragments.map(\.nodes)
    let withInstructions = Set(nodes.flatMap { $0 }.filter { $0 >= 0 })
    try example.input.set(on: session)
    try session.evaluate(attributes: example.bundle.allAttributes)
    let all = example.bundle.attributes.indices.map { scores(session, $0) }
    #expect(all.count == 4 && all.allSatisfy { Set($0).count > 1 })
    let sequences = orders(4)
    #expect(sequences.count == 65)
    for order in sequences {
      try example.input.set(on: session)
      let before = session.executedInstructions
      var executed: Set<[Int]> = []
      for (count, attribute) in order.enumerated() {
        var isTwice = false
        try session.evaluate(attributes: [attribute]) { fragment, instruction in
          if !executed.insert([fragment, instruction]).inserted { isTwice = true }
        }
        #expect(!isTwice, "\(order)")
        let reached = example.reachable(Array(order[...count]))
        let expected = nodes.enumerated().flatMap { fragment, list in
          list.enumerated().filter { reached.contains($1) }.map { [fragment, $0.0] }
        }
        #expect(executed.filter { nodes[$0[0]][$0[1]] >= 0 } == Set(expected), "\(order)")
        let ran = Set(executed.map { nodes[$0[0]][$0[1]] }).subtracting([-1])
        #expect(ran == reached.intersection(withInstructions))
        #expect(example.multiplyAccumulates(ran) == example.multiplyAccumulates(reached))
        let counted = example.bundle.fragments.indices.filter { session.hasRun(fragment: $0) }
          .reduce(0) { $0 + example.bundle.fragments[$1].multiplyAccumulates }
        #expect(counted == example.multiplyAccumulates(reached), "\(order)")
      }
      #expect(session.executedInstructions - before == Int64(executed.count))
      for attribute in 0..<4 { #expect(scores(session, attribute) == (order.contains(attribute) ? all[attribute] : [])) }
    }
  }

  /// From each fork alone: what it leads to has the bytes that the image gives.
  @Test(arguments: [Precision.int8, .float32]) func fromEveryForkTheScoresAreThoseOfTheImage(precision: Precision) throws {
    let example = try Example(precision)
    let bundle = example.bundle
    #expect(bundle.forkCount >= 2)
    let names = Set(example.graph.values.map(\.name))
    #expect(bundle.forkDescriptions.allSatisfy { names.contains($0.name) })
    let session = try Session(bundle: bundle)
    try example.input.set(on: session)
    try session.evaluate(attributes: bundle.allAttributes)
    let again = try Session(bundle: bundle)
    var reachedByAny = AttributeSet()
    for (index, fork) in bundle.forkDescriptions.enumerated() {
      var values = [Float](repeating: 0, count: fork.shape.reduce(1, *))
      try session.evaluate(fork: index)
      try values.withUnsafeMutableBufferPointer { try session.readFork(index, into: $0) }
      try values.withUnsafeBufferPointer { try again.setFork(index, $0) }
      let reached = again.available()
      #expect(reached != 0, "\(fork.name)")
      reachedByAny.formUnion(reached)
      let before = again.executedInstructions
      try again.evaluate(attributes: reached)
      #expect(again.executedInstructions - before < session.executedInstructions)
      for attribute in 0..<4 where reached.contains(attribute) {
        #expect(scores(again, attribute) == scores(session, attribute), "\(fork.name)")
      }
    }
    #expect(reachedByAny == bundle.allAttributes)
  }
}
