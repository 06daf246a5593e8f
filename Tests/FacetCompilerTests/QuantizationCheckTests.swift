import FacetData
import FacetFiles
import FacetFormat
import FacetIR
import FacetImport
import FacetRuntime
import FacetTestSupport
import Foundation
import Testing

@testable import FacetBundle
@testable import FacetCompiler
@testable import FacetLowering
@testable import FacetMetrics
@testable import FacetQuantization
@testable import FacetRecipe

/// Whether compiling tells that int8 failed, and where.
@Suite struct QuantizationCheckTests {
  /// Calibration tensors that are gone after the test.
  private final class Data {
    let path = NSTemporaryDirectory() + "facet-check-\(UUID().uuidString).npy"

    init(count: Int, shape: [Int], seed: UInt64 = 1) throws {
      var random = SplitMix64(seed: seed)
      let elements = random.normals([count] + shape)
      try #require(NPYArray(shape: [count] + shape, elements: .float32(elements))).write(to: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  private static let shape = [3, 6, 6]

  /// A convolution, its mean, and two heads. In `wide` the layer "spread" has in each row one weight that is a thousand times the others
  /// and reads only zeros: with it, the others become 0 in int8.
  private func model(wide: Bool) throws -> ImportedModel {
    var graph = Graph()
    var random = SplitMix64(seed: 7)
    let x = graph.addInput(name: "image", shape: [1] + Self.shape)
    var weights = Tensor(shape: [8, 3, 3, 3], elements: random.normals([8, 3, 3, 3]))
    for index in 0..<27 { weights.elements[index] = 0 }
    let map = try graph.addNode(
      name: "conv", Convolution(pads: [1, 1, 1, 1], clamp: .relu),
      [x, graph.addConstant(name: "w", weights), graph.addConstant(name: "b", Tensor(shape: [8], repeating: 0))])
    var spread = Tensor(shape: [8, 8, 1, 1], elements: random.normals([8, 8, 1, 1]))
    if wide { for row in 0..<8 { spread.elements[row * 8] = 5000 } }
    let second = try graph.addNode(
      name: "spread", Convolution(clamp: .none),
      [map, graph.addConstant(name: "sw", spread), graph.addConstant(name: "sb", Tensor(shape: [8], repeating: 0))])
    func head(_ name: String, _ value: ValueID) throws {
      let mean = try graph.addNode(name: name + ".mean", GlobalAveragePool(keepDimensions: false), [value])
      let matrix = graph.addConstant(name: name + ".w", Tensor(shape: [4, 8], elements: random.normals([4, 8])))
      let bias = graph.addConstant(name: name + ".b", Tensor(shape: [4], repeating: 0))
      graph.outputs.append(GraphOutput(name: name, value: try graph.addNode(name: name + ".head", FullyConnected(), [mean, matrix, bias])))
    }
    try head("near", map)
    try head("far", second)
    return ImportedModel(
      graph: graph, source: ModelSource(file: "m.onnx", fileSize: 0, format: "ONNX", operatorSet: 17, producer: "", name: ""), notes: [])
  }

  private func compile(_ model: ImportedModel, _ data: Data, recipe: String? = nil) throws -> CompileResult {
    let recipes = try recipe.map { [try Recipe.parse(Array($0.utf8), file: "r.json")] } ?? []
    return try Compiler.compile(
      model, CompileRequest(models: ["m.onnx"], recipes: recipes, target: Target.named(Target.defaultName), calibration: data.path))
  }

  /// Warnings of compiling the network as it is, on normal numbers, by a recipe.
  private func warnings(_ recipe: String) throws -> [String] {
    let data = try Data(count: 32, shape: Self.shape)
    let request = CompileRequest(
      models: ["m.onnx"], recipes: [try Recipe.parse(Array(recipe.utf8), file: "r.json")], target: try Target.named(Target.defaultName),
      calibration: data.path)
    return try Compiler.compile(model(wide: false), request).report.warnings
  }

  @Test func tensorsBeyondWhatTheRecipesPixelsGiveAreWarnedOf() throws {
    func recipe(_ mean: Double, _ std: Double) -> String {
      #"{"version": 1, "input": {"width": 6, "height": 6, "mean": [\#(mean), \#(mean), \#(mean)], "std": [\#(std), \#(std), \#(std)]}}"#
    }
    #expect(try warnings(recipe(0, 1)).contains { $0.contains("but pixels become 0.0 to 1.0 by the recipe, and int8 clips") })
    // -5 to 5.
    #expect(try warnings(recipe(0.5, 0.1)).allSatisfy { !$0.contains("clips") })
  }

  @Test func scoresThatAreNoProbabilitiesAreWarnedOf() throws {
    let attributes = #""near": {"labels": ["a", "b", "c", "d"], "confidence": "CONFIDENCE"}"#
    func warnings(_ confidence: String) throws -> Bool {
      try self.warnings("{\"version\": 1, \"attributes\": {\(attributes.replacing("CONFIDENCE", with: confidence))}}")
        .contains { $0.hasPrefix("'near': its confidence is probabilities, but its scores reach from") }
    }
    #expect(try warnings("probabilities") && !warnings("softmax"))
  }

  @Test func fewSamplesOfNearScoresDisagreeByChance() {
    var comparison = ScoreComparison()
    let attribute = AttributeDescription(name: "a", labels: [], confidence: "softmax", threshold: nil, shape: [1, 2], scores: 2)
    func add(_ reference: [Float], _ found: [Float]) {
      reference.withUnsafeBufferPointer { first in
        found.withUnsafeBufferPointer { comparison.add(reference: first, $0, classes: (attribute.classes(first), attribute.classes($0))) }
      }
    }
    for _ in 0..<15 { add([1, 0], [1, 0]) }
    add([0.5, 0.501], [0.501, 0.5])
    #expect(comparison.sqnr > 30 && QuantizationCheck.agrees(comparison))
    // Of so many it is no chance, and of far scores no excuse.
    for _ in 0..<8 { add([0.5, 0.501], [0.501, 0.5]) }
    #expect(comparison.sqnr > 30 && !QuantizationCheck.agrees(comparison))
    comparison = ScoreComparison()
    for _ in 0..<15 { add([1, 0], [0.8, 0]) }
    add([0.5, 0.501], [0.501, 0.5])
    #expect(comparison.sqnr < 30 && !QuantizationCheck.agrees(comparison))
  }

  @Test func int8ThatDoesWhatFloatDoesPassesWithoutAWord() throws {
    let report = try compile(model(wide: false), Data(count: 40, shape: Self.shape)).report
    let check = try #require(report.quantization)
    #expect(check.samples == 40 && !check.setAside && check.attributes.map(\.name) == ["near", "far"])
    #expect(check.attributes.allSatisfy { $0.passed && $0.sqnrDb > 25 && $0.operators.isEmpty && $0.notFinite == 0 })
    #expect(report.warnings.isEmpty)
  }

  @Test func theOperatorThatCostsMostIsNamed() throws {
    let report = try compile(model(wide: true), Data(count: 40, shape: Self.shape)).report
    let attributes = try #require(report.quantization?.attributes)
    #expect(attributes[0].passed && attributes[0].operators.isEmpty)
    #expect(!attributes[1].passed && attributes[1].sqnrDb < 15)
    let worst = try #require(attributes[1].operators.first)
    #expect(worst.name == "spread" && worst.operator == "Conv" && worst.sqnrDb < 10)
    // All others do what they should with the input that they get.
    #expect(attributes[1].operators.dropFirst().allSatisfy { $0.sqnrDb > 20 })
    let warning = try #require(report.warnings.first)
    #expect(report.warnings.count == 1 && warning.contains("'far'") && warning.contains("Conv 'spread'"))
    #expect(warning.contains("on 40 calibration samples") && warning.contains("facet explain compile.accuracy"))
  }

  /// A gate that is always closed does not keep its attribute from being looked at.
  @Test func gatesAreIgnored() throws {
    let recipe = #"""
      {"version": 1, "attributes": {"near": {"labels": ["a", "b", "c", "d"]}, "far": {"when": "near == a && near == b"}}}
      """#
    let report = try compile(model(wide: true), Data(count: 8, shape: Self.shape), recipe: recipe).report
    #expect(report.quantization?.attributes.map(\.passed) == [true, false])
    #expect(report.quantization?.attributes[1].operators.first?.name == "spread")
  }

  @Test func aMaximumAddsNothingToTheErrorOfItsInput() throws {
    var graph = Graph()
    let x = graph.addInput(name: "x", shape: [1, 2, 4, 4])
    let pooled = try graph.addNode(
      name: "pool", MaxPool(kernel: [2, 2], strides: [2, 2]), [x])
    graph.outputs = [GraphOutput(name: "y", value: pooled)]
    let source = ModelSource(file: "m.onnx", fileSize: 0, format: "ONNX", operatorSet: 17, producer: "", name: "")
    let data = try Data(count: 4, shape: [2, 4, 4])
    let request = CompileRequest(models: ["m.onnx"], target: try Target.named(Target.defaultName), calibration: data.path)
    let model = try PreparedModel(MergedModels([ImportedModel(graph: graph, source: source, notes: [])]), request)
    let types = NumberTypes(int8: GivenQuantizations(model.graph))
    let calibration = try Calibration.run(
      model, request, types, program: Pipeline.lower(QuantizationDecisions(float32: model.graph), model, storedUnsigned: false))
    let decisions = QuantizationDecisions(types, measured: calibration.measurements, inputRange: nil)
    var int8 = model
    int8.graph = types.graph
    let program = try Pipeline.lower(decisions, int8, storedUnsigned: false)
    let bundle = try Bundle.opening(
      BundleEmitter(program: program, attributes: model.attributes, input: model.input, storedUnsigned: false, provenance: []).bytes())
    var errors = OperatorErrors(bundle, types, Dictionary(uniqueKeysWithValues: program.fragments.enumerated().map { ($0, $1) }))
    for sample in calibration.checked { try errors.add(sample.input, Session.make(bundle, threads: 1)) }
    // Of a maximum nothing is lost; what there is came with the input.
    #expect(errors.worst(ofAttribute: 0).map(\.name) == ["x"] && errors.worst(ofAttribute: 0).first.map { $0.sqnrDb > 30 } == true)
  }

  @Test(arguments: [
    (1, 8, [0]), (63, 8, Array(0..<63)), (64, 8, Array(stride(from: 3, to: 64, by: 4))), (130, 8, Array(stride(from: 3, to: 130, by: 4))),
  ])
  func everyFourthOf64IsSetAside(_ total: Int, _ bytes: Int, _ expected: [Int]) {
    let choice = CheckedSamples(total: total, bytesPerSample: bytes)
    #expect(choice.indices == expected && choice.isSetAside == (total >= 64))
  }

  @Test func whatIsKeptIsBounded() {
    let many = CheckedSamples(total: 100_000, bytesPerSample: 1000)
    #expect(many.indices.count == 64 && many.indices.allSatisfy { $0 % 4 == 3 && $0 < 100_000 })
    #expect(zip(many.indices, many.indices.dropFirst()).allSatisfy { (1500...1600).contains($1 - $0) })
    #expect(CheckedSamples(total: 40, bytesPerSample: 64 << 20).indices == [10, 30])
    #expect(CheckedSamples(total: 40, bytesPerSample: 1 << 40).indices.count == 1)
  }

  /// On the engine as by the reference, with and without what is added to the products.
  @Test func largeLayersAreComputedOnTheEngine() throws {
    var random = SplitMix64(seed: 2)
    func tensor(_ shape: [Int]) -> Tensor { Tensor(shape: shape, elements: random.normals(shape)) }
    let convolution = Convolution(strides: [2, 1], pads: [1, 1, 1, 1], groups: 2, clamp: Clamp(low: -1, high: 2))
    let inputs = [tensor([1, 4, 7, 5]), tensor([6, 2, 3, 3]), tensor([6])]
    let residual = tensor([1, 6, 4, 5])
    let cases: [(any FacetIR.Operator, [Tensor])] = [
      (convolution, inputs), (convolution, inputs + [residual]),
      (FullyConnected(clamp: .relu), [tensor([1, 9]), tensor([5, 9]), tensor([5])]),
    ]
    for (op, inputs) in cases {
      let node = Node(name: "n", op: op, inputs: inputs.indices.map { ValueID($0) }, output: ValueID(inputs.count))
      let (expected, found) = (op.reference(inputs), try #require(try FloatOperator(node).onEngine(inputs)))
      #expect(expected.shape == found.shape)
      #expect(zip(expected.elements, found.elements).allSatisfy { abs($0 - $1) < 1e-4 })
    }
    let pool = Node(name: "p", op: GlobalAveragePool(), inputs: [ValueID(0)], output: ValueID(1))
    #expect(try FloatOperator(pool).onEngine([tensor([1, 2, 3, 3])]) == nil)
  }

  @Test func aQuantizedModelWithoutDataIsNotCompared() throws {
    let report = try Compiler.compile(
      model(wide: false), CompileRequest(models: ["m.onnx"], target: Target.named(Target.defaultName), precision: .float32)
    ).report
    #expect(report.quantization == nil && report.warnings.isEmpty)
  }
}
