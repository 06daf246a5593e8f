import FacetIR
import FacetPasses
import Testing

@Suite struct PipelineTests {
  /// A small residual network with two branches, in the style that the product exists for.
  private func network(seed: UInt64, blocks: Int = 3) throws -> Net {
    var net = Net(seed: seed)
    let x = net.input([1, 3, 8, 8])
    var y = try net.relu("stem.relu", net.bn("stem.bn", net.conv("stem", x, 4)))
    var branches: [ValueID] = []
    for block in 0..<blocks {
      let stride = block == 1 ? 2 : 1
      let a = try net.relu("b\(block).relu1", net.bn("b\(block).bn1", net.conv("b\(block).conv1", y, 4, stride: stride)))
      let b = try net.bn("b\(block).bn2", net.conv("b\(block).conv2", a, 4))
      let shortcut =
        stride == 1 ? y : try net.bn("b\(block).bn3", net.conv("b\(block).conv3", y, 4, kernel: 1, stride: stride))
      y = try net.relu("b\(block).relu2", net.sum("b\(block).add", b, shortcut))
      if block != 1 {
        let pooled = try net.add("b\(block).pool", GlobalAveragePool(keepDimensions: false), net.bn("b\(block).bn4", y))
        branches.append(try net.add("b\(block).softmax", Softmax(), net.gemm("b\(block).fc", pooled, 5)))
      }
    }
    net.graph.outputs = branches.enumerated().map { GraphOutput(name: "y\($0.offset)", value: $0.element) }
    return net
  }

  @Test(arguments: [1, 2, 3] as [UInt64]) func residualNetworkBecomesConvolutionsAlone(seed: UInt64) throws {
    let (graph, report) = try optimize(network(seed: seed))
    #expect(
      structure(graph) == """
        %1 = Conv(%0, %c0, %c1) strides=1,1 pads=1,1,1,1 clamp=0.0,inf  // stem
        %2 = Conv(%1, %c2, %c3) strides=1,1 pads=1,1,1,1 clamp=0.0,inf  // b0.conv1
        %3 = Conv(%2, %c4, %c5, %1) strides=1,1 pads=1,1,1,1 clamp=0.0,inf  // b0.conv2
        %4 = GlobalAveragePool(%3) flat  // b0.pool
        %5 = Gemm(%4, %c6, %c7)  // b0.fc
        %6 = Softmax(%5) axis=1  // b0.softmax
        %7 = Conv(%3, %c8, %c9) strides=2,2 pads=1,1,1,1 clamp=0.0,inf  // b1.conv1
        %8 = Conv(%7, %c10, %c11) strides=1,1 pads=1,1,1,1  // b1.conv2
        %9 = Conv(%3, %c12, %c13, %8) strides=2,2 pads=0,0,0,0 clamp=0.0,inf  // b1.conv3
        %10 = Conv(%9, %c14, %c15) strides=1,1 pads=1,1,1,1 clamp=0.0,inf  // b2.conv1
        %11 = Conv(%10, %c16, %c17, %9) strides=1,1 pads=1,1,1,1 clamp=0.0,inf  // b2.conv2
        %12 = GlobalAveragePool(%11) flat  // b2.pool
        %13 = Gemm(%12, %c18, %c19)  // b2.fc
        %14 = Softmax(%13) axis=1  // b2.softmax
        output y0 = %6
        output y1 = %14
        """)
    #expect(report.batchNorms.count == 10)
    #expect(report.batchNorms.allSatisfy { if case .folded = $0.fate { true } else { false } })
    #expect(!report.stopped)
  }

  @Test func stopAfterGivesThatManyPatchesAndTheSameFunction() throws {
    let net = try network(seed: 4, blocks: 2)
    let all = try optimize(net)
    #expect(all.report.patches.map(\.index) == Array(1...all.report.patches.count))
    for count in 0...all.report.patches.count + 1 {
      let (graph, report) = try optimize(net, stopAfter: count)
      #expect(report.patches == Array(all.report.patches.prefix(count)))
      #expect(report.stopped == (count <= all.report.patches.count))
      #expect(graph.brokenInvariant() == nil)
      if count == 0 { #expect(graph.text(constants: true) == net.graph.text(constants: true)) }
    }
  }

  @Test func secondRunFindsNothing() throws {
    var (graph, _) = try optimize(network(seed: 5))
    let text = graph.text()
    #expect(try PassPipeline().run(&graph).patches.isEmpty)
    #expect(graph.text() == text)
  }

  @Test func sameGraphGivesTheSamePatchesAndBits() throws {
    let (a, b) = (try optimize(network(seed: 6)), try optimize(network(seed: 6)))
    #expect(a.report == b.report)
    #expect(a.graph.text(constants: true) == b.graph.text(constants: true))
    #expect(a.graph.nodes.map { $0.inputs.map(a.graph.constant) } == b.graph.nodes.map { $0.inputs.map(b.graph.constant) })
  }

  @Test(arguments: 1...60) func randomGraphsKeepTheirFunction(seed: UInt64) throws {
    var net = Net(seed: seed &* 7919)
    var values = [net.input([1, 4, 6, 6])]
    for index in 0..<14 {
      // Mostly the latest value, so that chains arise; sometimes an older one, so that values have several readers.
      let old = Int.random(in: 0..<4, using: &net.random) == 0
      guard let x = old ? values.randomElement(using: &net.random) : values.last else { continue }
      let other = values.randomElement(using: &net.random) ?? x
      let name = "n\(index)"
      switch Int.random(in: 0..<11, using: &net.random) {
      case 0: values.append(try net.conv(name, x, 4, kernel: 1))
      case 1: values.append(try net.conv(name, x, 4, groups: [1, 2, 4].randomElement(using: &net.random) ?? 1))
      case 2, 3: values.append(try net.bn(name, x))
      case 4: values.append(try net.affine(name, x, shift: false))
      case 5: values.append(try net.add(name, Binary(function: .multiply), x, net.constant("k", [4, 1, 1])))
      case 6: values.append(try net.relu(name, x))
      case 7: values.append(try net.clip(name, x, -1, 1.5))
      case 8, 9: values.append(try net.sum(name, x, other))
      default: values.append(try net.add(name, AveragePool(kernel: [3, 3], pads: [1, 1, 1, 1]), x))
      }
    }
    guard let last = values.last, let middle = values.randomElement(using: &net.random) else { return }
    let flat = try net.add("flat", Reshape(shape: [1, 144]), last)
    net.outputs(try net.gemm("fc", flat, 3), middle)
    let (graph, report) = try optimize(net)
    #expect(graph.nodes.count <= net.graph.nodes.count, "seed \(seed)")
    #expect(graph.nodes.allSatisfy { !($0.op is BatchNormalization) }, "seed \(seed)")
    #expect(report.batchNorms.count == net.graph.nodes.count { $0.op is BatchNormalization }, "seed \(seed)")
    var alive = net.graph
    alive.removeDeadNodes()
    for report in report.batchNorms {
      if case .removed = report.fate { #expect(!alive.nodes.contains { $0.name == report.name }, "seed \(seed) \(report)") }
      if case .keptAsAffine(let node, _) = report.fate {
        #expect(graph.nodes.contains { $0.name == node && $0.op is Affine }, "seed \(seed) \(report)")
      }
    }
  }

  /// Gives the first node an input too few.
  private struct BreakingPass: Pass {
    let name = "break"
    let stage = PassStage.fold
    func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch? {
      Patch(name, node: graph.nodes[index].name, detail: "") { $0.nodes[index].inputs.removeLast() }
    }
  }

  private struct EndlessPass: Pass {
    let name = "endless"
    let stage = PassStage.fold
    func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch? {
      Patch(name, node: graph.nodes[index].name, detail: "") { _ in }
    }
  }

  @Test func patchThatBreaksAnInvariantIsNamed() throws {
    var graph = try network(seed: 7).graph
    #expect {
      try PassPipeline(passes: [BreakingPass()]).run(&graph)
    } throws: { error in
      guard case PassError.brokenInvariant(let record, let problem)? = error as? PassError else { return false }
      return record.index == 1 && record.patch == "break" && record.node == "stem" && problem.contains("has 2 inputs")
    }
  }

  @Test func passesThatUndoEachOtherAreStopped() throws {
    var graph = try network(seed: 8).graph
    #expect {
      try PassPipeline(passes: [EndlessPass()]).run(&graph)
    } throws: { error in
      if case PassError.endless? = error as? PassError { true } else { false }
    }
  }

  @Test func invalidGraphIsRefusedBeforeAnyPass() throws {
    var graph = try network(seed: 9).graph
    graph.nodes.reverse()
    #expect(throws: PassError.self) { try PassPipeline().run(&graph) }
  }

  @Test func graphOfTooManyNodesIsRefused() throws {
    var net = Net(seed: 10)
    var y = net.input([1, 1])
    for _ in 0...PassPipeline.nodeLimit { y = try net.add("id", Identity(), y) }
    net.outputs(y)
    var graph = net.graph
    #expect(throws: PassError.invalidGraph("10001 nodes are more than the 10000 that are supported")) {
      try PassPipeline().run(&graph)
    }
  }

  @Test func emptyGraphIsAFixpoint() throws {
    var graph = Graph()
    let report = try PassPipeline().run(&graph)
    #expect(report.patches.isEmpty && report.batchNorms.isEmpty && !report.stopped)
  }
}
