import FacetBundle
import FacetData
import FacetDiagnostics
import FacetFiles
import FacetIR
import FacetImport
import FacetLowering
import FacetRecipe
import FacetRuntime
import FacetStatistics
import FacetTestSupport
import Foundation
import Testing

@testable import FacetCompiler
@testable import FacetQuantization

/// What int8 layers read, unfolded, and weights rounded for it.
@Suite struct LayerInputsTests {
  private struct Case {
    var pipeline: Pipeline
    var calibration: Calibration
    var bundle: FacetRuntime.Bundle
    var program: LoweredProgram
    var decisions: QuantizationDecisions
  }

  /// A convolution of stride 2 with padding, in two groups, of tensors.
  private func made(kernel: Int = 3, groups: Int = 2) throws -> Case {
    var graph = Graph()
    var random = SplitMix64(seed: 9)
    let x = graph.addInput(name: "x", shape: [1, 4, 7, 6])
    let shape = [6, 4 / groups, kernel, kernel]
    let w = graph.addConstant(name: "w", Tensor(shape: shape, elements: random.normals(shape)))
    let b = graph.addConstant(name: "b", Tensor(shape: [6], repeating: 0.1))
    let y = try graph.addNode(name: "conv", Convolution(strides: [2, 2], pads: [1, 1, 1, 1], groups: groups), [x, w, b])
    graph.outputs = [GraphOutput(name: "y", value: y)]
    return try withData(graph) { imported, request in try made(imported, request) }
  }

  /// A model of a graph, and a request that calibrates it on eight random tensors.
  private func withData<R>(_ graph: Graph, _ body: (ImportedModel, CompileRequest) throws -> R) throws -> R {
    let data = FileManager.default.temporaryDirectory.appendingPathComponent("facet-inputs-\(UUID().uuidString).npy").path
    defer { try? FileManager.default.removeItem(atPath: data) }
    var random = SplitMix64(seed: 10)
    let shape = [8] + graph.shape(graph.inputs[0]).dropFirst()
    try #require(NPYArray(shape: shape, elements: .float32(random.normals(shape)))).write(to: data)
    let request = CompileRequest(models: ["m.onnx"], target: try Target.named(Target.defaultName), calibration: data)
    return try body(imported(graph), request)
  }

  private func imported(_ graph: Graph) -> ImportedModel {
    let source = ModelSource(file: "m.onnx", fileSize: 0, format: "ONNX", operatorSet: 17, producer: "", name: "")
    return ImportedModel(graph: graph, source: source, notes: [])
  }

  private func made(_ imported: ImportedModel, _ request: CompileRequest) throws -> Case {
    let model = try PreparedModel(MergedModels([imported]), request)
    let pipeline = Pipeline(model)
    let calibration = try #require(try pipeline.calibrate(request, on: pipeline.float32()))
    let decisions = pipeline.decide(calibration)
    let program = try pipeline.program(decisions, storedUnsigned: true)
    let bundle = try FacetRuntime.Bundle.running(
      BundleEmitter(program: program, attributes: model.attributes, input: model.input, storedUnsigned: true, provenance: []))
    return Case(pipeline: pipeline, calibration: calibration, bundle: bundle, program: program, decisions: decisions)
  }

  @Test func momentsAreThoseOfTheUnfoldedCodes() throws {
    let made = try made()
    var inputs = LayerInputs(made.bundle, made.pipeline.types, [0: made.program.fragments[0]])
    let samples = made.calibration.learned
    #expect(samples.count == 8)
    try inputs.add(samples, Session.make(made.bundle, threads: 1))
    let quantization = made.decisions.quantization(made.pipeline.types.graph.inputs[0])
    let node = try #require(inputs.moments.keys.first)
    for group in 0..<2 {
      var expected = [Int64](repeating: 0, count: 18 * 18)
      for sample in samples {
        let x = sample.bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        let codes = x.map { Int64(quantization.code(Double($0)) - quantization.zeroPoint) }
        for oy in 0..<4 {
          for ox in 0..<3 {
            var row: [Int64] = []
            for c in 2 * group..<2 * group + 2 {
              for ky in 0..<3 {
                for kx in 0..<3 {
                  let (iy, ix) = (2 * oy - 1 + ky, 2 * ox - 1 + kx)
                  row.append((0..<7).contains(iy) && (0..<6).contains(ix) ? codes[(c * 7 + iy) * 6 + ix] : 0)
                }
              }
            }
            for i in 0..<18 { for j in 0..<18 { expected[i * 18 + j] += row[i] * row[j] } }
          }
        }
      }
      #expect(inputs.moments[node]?[group].products == expected && inputs.moments[node]?[group].count == 8 * 12)
    }
  }

  @Test func roundedWeightsGoIntoTheProgramWithTheirSumsAndScales() throws {
    let made = try made(groups: 1)
    var inputs = LayerInputs(made.bundle, made.pipeline.types, [0: made.program.fragments[0]])
    try inputs.add(made.calibration.learned, Session.make(made.bundle, threads: 2))
    let rounded = inputs.rounded(made.decisions)
    let (node, weights) = try #require(rounded.first)
    var pipeline = made.pipeline
    pipeline.rounded = rounded
    let layer = try #require(pipeline.decide(made.calibration).layers[node])
    for (channel, row) in weights.rows.enumerated() {
      let codes = Array(layer.codes[channel * 36..<(channel + 1) * 36])
      #expect(layer.sums[channel] == codes.reduce(0) { $0 + Int32($1) })
      if let row { #expect(codes == row.codes && layer.scales[channel] == row.scale) }
    }
    #expect(made.decisions.layers[node]?.codes != layer.codes)
  }

  @Test func aNameThatNoOperatorHasIsRefusedWithTheNearest() throws {
    var graph = Graph()
    let x = graph.addInput(name: "x", shape: [1, 1, 4, 4])
    let w = graph.addConstant(name: "w", Tensor(shape: [1, 1, 1, 1], repeating: 1))
    let b = graph.addConstant(name: "b", Tensor(shape: [1], repeating: 0))
    let y = try graph.addNode(name: "first_conv", Convolution(), [x, w, b])
    graph.outputs = [GraphOutput(name: "y", value: y)]
    let recipe = try Recipe.parse(Array(#"{"version": 1, "precision": {"first_con": "float32"}}"#.utf8), file: "r.json")
    let request = CompileRequest(models: ["m.onnx"], recipes: [recipe], target: try Target.named(Target.defaultName))
    do {
      _ = try Compiler.compile(imported(graph), request)
      Issue.record("it compiles")
    } catch {
      let found = error.diagnostics.first
      #expect(found?.code == "compile.precision" && found?.file == "r.json")
      #expect(found?.remedy.contains("'first_conv'") == true)
    }
  }

  /// One pixel has no distances: what a model says of them is nothing.
  @Test func aLayerOfOnePixelMayHaveStridesAndDilations() throws {
    var graph = Graph()
    var random = SplitMix64(seed: 4)
    let x = graph.addInput(name: "x", shape: [1, 3, 6, 6])
    let mean = try graph.addNode(name: "mean", GlobalAveragePool(), [x])
    let w = graph.addConstant(name: "w", Tensor(shape: [5, 3, 1, 1], elements: random.normals([5, 3])))
    let b = graph.addConstant(name: "b", Tensor(shape: [5], repeating: 0.1))
    let y = try graph.addNode(name: "conv", Convolution(strides: [2, 2], dilations: [3, 2]), [mean, w, b])
    graph.outputs = [GraphOutput(name: "y", value: y)]
    let result = try withData(graph) { try Compiler.compile($0, $1) }
    #expect((result.report.quantization?.attributes[0].sqnrDb ?? 0) > 30)
  }

  /// What one branch loses is no reason to leave what the trunk and the others gain.
  @Test func weightsOfLayersThatOneBranchNeedsAreLeftByThemselves() throws {
    var graph = Graph()
    var random = SplitMix64(seed: 9)
    func conv(_ name: String, _ x: ValueID, clamp: Clamp = .relu) throws -> ValueID {
      let shape = [6, graph.shape(x)[1], 3, 3]
      let w = graph.addConstant(name: name + ".w", Tensor(shape: shape, elements: random.normals(shape)))
      let b = graph.addConstant(name: name + ".b", Tensor(shape: [6], repeating: 0.1))
      return try graph.addNode(name: name, Convolution(pads: [1, 1, 1, 1], clamp: clamp), [x, w, b])
    }
    let trunk = try conv("trunk", graph.addInput(name: "x", shape: [1, 4, 7, 6]))
    for name in ["age", "mood"] {
      graph.outputs.append(GraphOutput(name: name, value: try conv(name, conv("\(name).first", trunk), clamp: .none)))
    }
    try withData(graph) { imported, request in
      let made = try made(imported, request)
      let plain = Trial(pipeline: made.pipeline, calibration: made.calibration)
      let fragments = Dictionary(uniqueKeysWithValues: made.program.fragments.enumerated().map { ($0, $1) })
      let all = try #require(try plain.rounded(made.bundle, fragments, .usual, threads: 2))
      func names(_ trial: Trial) -> Set<String> { Set(trial.pipeline.rounded.keys.map { trial.pipeline.types.graph.nodes[$0].name }) }
      try #require(names(all) == ["trunk", "age.first", "age", "mood.first", "mood"])
      #expect(try names(#require(try plain.rounded(made.bundle, fragments, .usual, threads: 1))) == names(all))
      let parts = all.roundedParts(without: [1], plain)
      #expect(parts.map { names($0.trial) } == [["trunk", "age.first", "age"], ["age.first", "age"]])
      #expect(parts.map(\.attributes) == [[0, 1], [0]])
      #expect(parts.map { $0.trial.methods.last?.contains("but for what 'mood'") } == [true, true])
      // Where others were rounded before, these stay.
      #expect(names(all.roundedParts(without: [1], all)[1].trial) == names(all))
      #expect(all.roundedParts(without: [0, 1], plain).isEmpty && all.roundedParts(without: [], plain).isEmpty)
      // No layer is wider than what was looked at.
      #expect(try plain.rounded(made.bundle, fragments, .wide, threads: 1) == nil)
    }
  }
}
