import FacetDiagnostics
import FacetFiles
import FacetFormat
import FacetIR
import FacetImport
import FacetPasses
import FacetRuntime
import FacetTestSupport
import Foundation
import Testing

@testable import FacetBundle
@testable import FacetCompiler
@testable import FacetRecipe

/// Several models become one network, and give what they would give as one.
@Suite struct MergeTests {
  private static let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Examples/face-attributes").standardizedFileURL.path

  private static func request(_ recipes: [Recipe] = [], tolerance: Double = 0) throws -> CompileRequest {
    CompileRequest(
      models: ["m.onnx"], recipes: recipes, target: try Target.named(Target.defaultName), threads: 2, mergeTolerance: tolerance)
  }

  /// The example, cut into a network for each of its four outputs.
  private static func exampleParts() throws -> (whole: ImportedModel, parts: [ImportedModel]) {
    let whole = try importONNX(path: example + "/face-attributes.onnx")
    let parts = whole.graph.outputs.map { output in
      var part = whole
      part.graph.outputs = [output]
      part.graph.removeDeadNodes()
      part.source.file = "\(output.name).onnx"
      return part
    }
    return (whole, parts)
  }

  private static func hash(_ result: CompileResult) throws -> [UInt32] {
    let sample = try #require(Bundle.opening(result.bytes).selfTest?.sample(1))
    return (0..<8).map { sample.hash.words[$0] }
  }

  @Test func partsOfTheExampleGiveTheScoresOfTheWhole() throws {
    let (whole, parts) = try Self.exampleParts()
    let recipe = try Recipe.load(Self.example + "/recipe.json")
    let drawn = try Compiler.compile(whole, Self.request([recipe]))
    let merged = try Compiler.compile(parts, Self.request([recipe]))
    #expect(try Self.hash(merged) == Self.hash(drawn))
    #expect(Double(merged.bytes.count) <= 1.01 * Double(drawn.bytes.count))
    #expect(merged.report.multiplyAccumulates == drawn.report.multiplyAccumulates)
    let merge = try #require(merged.report.merge)
    #expect(merge.models.map(\.name) == ["age", "emotion", "eyewear", "skin_tone"])
    let folded = try PreparedModel(MergedModels([whole]), Self.request([recipe])).graph
    #expect(merge.together.multiplyAccumulates == folded.multiplyAccumulates)
    #expect(merge.together.parameters == folded.parameterCount)
    // The trunk's first three stages are needed by all.
    #expect(merge.sharedByAll.operators > 8 && merge.wouldShare == nil)
  }

  @Test func aNameThatTwoOutputsWouldHaveIsRefused() throws {
    var (_, parts) = try Self.exampleParts()
    for (index, (file, output)) in [("a", "scores"), ("b", "scores"), ("c", "a.scores")].enumerated() {
      parts[index].source.file = "\(file).onnx"
      parts[index].graph.outputs[0].name = output
    }
    let failure = #expect(throws: FacetError.self) { try MergedModels(Array(parts.prefix(3))) }
    #expect(failure?.diagnostics.map(\.code) == ["merge.output-name"])
  }

  /// One is saved with its batch normalizations, the next without them.
  @Test func aFoldedNetworkSharesWithTheSameOneUnfolded() throws {
    var (_, parts) = try Self.exampleParts()
    let unfolded = try PreparedModel(MergedModels(parts), Self.request())
    try PassPipeline().run(&parts[1].graph)
    #expect(parts[1].graph.nodes.allSatisfy { !($0.op is BatchNormalization) })
    let mixed = try PreparedModel(MergedModels(parts), Self.request())
    #expect(mixed.report.operators > unfolded.report.operators)
    #expect(mixed.report.merge?.together == unfolded.report.merge?.together)
    #expect(mixed.report.merge?.sharedByAll == unfolded.report.merge?.sharedByAll)
  }

  // MARK: small networks

  /// A convolution with weights of `trunk`, its mean, and a head with weights of `head`.
  private func model(
    _ file: String, trunk: UInt64 = 1, head: UInt64, input: String = "image", shape: [Int] = [1, 3, 6, 6], outputs: [String] = ["scores"],
    change: (Float) -> Float = { $0 }
  ) throws -> ImportedModel {
    var graph = Graph()
    let x = graph.addInput(name: input, shape: shape)
    var random = SplitMix64(seed: trunk)
    let weights = Tensor(shape: [4, shape[1], 3, 3], elements: random.normals([4, shape[1], 3, 3]).map(change))
    let bias = Tensor(random.normals([4]).map(change))
    let map = try graph.addNode(
      name: "conv", Convolution(clamp: .relu), [x, graph.addConstant(name: "w", weights), graph.addConstant(name: "b", bias)])
    let mean = try graph.addNode(name: "mean", GlobalAveragePool(keepDimensions: false), [map])
    random = SplitMix64(seed: head)
    for output in outputs {
      let matrix = graph.addConstant(name: "head.w", Tensor(shape: [2, 4], elements: random.normals([2, 4])))
      let offset = graph.addConstant(name: "head.b", Tensor(random.normals([2])))
      graph.outputs.append(
        GraphOutput(name: output, value: try graph.addNode(name: "head", FullyConnected(), [mean, matrix, offset])))
    }
    return ImportedModel(
      graph: graph, source: ModelSource(file: file, fileSize: 0, format: "ONNX", operatorSet: 17, producer: "", name: ""), notes: [])
  }

  private func prepared(_ models: [ImportedModel], recipes: [String] = [], tolerance: Double = 0) throws -> PreparedModel {
    let isPart = recipes.count > 1
    let recipes = try recipes.enumerated().map { try Recipe.parse(Array($1.utf8), file: "\($0).json", isPart: isPart) }
    return try PreparedModel(MergedModels(models), Self.request(recipes, tolerance: tolerance))
  }

  private func errors(_ models: [ImportedModel], recipes: [String] = []) throws -> [String] {
    do {
      _ = try prepared(models, recipes: recipes)
      return []
    } catch let failure as FacetError {
      return failure.diagnostics.map { "\($0.code) \($0.file) \($0.place ?? "")" }
    }
  }

  @Test func outputsOfOneNameAreCalledAfterTheirModels() throws {
    let models = [
      try model("nets/age.onnx", head: 1), try model("b/gender.onnx", head: 2, input: "x"),
      try model("a/gender.onnx", head: 3, outputs: ["scores", "spare"]),
    ]
    let merged = try prepared(models)
    #expect(merged.attributes.map(\.name) == ["age.scores", "b/gender.scores", "a/gender.scores", "spare"])
    #expect(merged.input.name == "image")
    // One convolution and one mean for all.
    #expect(merged.graph.nodes.count == 2 + 4)
    #expect(merged.report.merge?.sharedByAll.operators == 2)
  }

  @Test func oneRecipeNamesTheModelWhereOutputsDoNotTell() throws {
    let models = [try model("age.onnx", head: 1), try model("gender.onnx", head: 2)]
    let recipe = #"""
      {"version": 1, "attributes": {"age": {"output": "scores", "model": "age"}, "gender": {"output": "scores", "model": "gender"}}}
      """#
    #expect(try prepared(models, recipes: [recipe]).attributes.map(\.name) == ["age", "gender"])
    #expect(
      try errors(
        models,
        recipes: [
          #"{"version": 1, "attributes": {"age": {"output": "scores"}, "sex": {"output": "scores", "model": "gendre"}, "b": {"output": "score", "model": "age"}}}"#
        ])
        == [
          "recipe.model 0.json attributes.age.output", "recipe.model 0.json attributes.sex.model",
          "recipe.output 0.json attributes.b.output",
        ])
  }

  private func recipe(_ attribute: String, input: String = #""mean": [0.5, 0.5, 0.5]"#, more: String = "") -> String {
    #"""
    {"version": 1, "model": "m", "input": {"width": 6, "height": 6, \#(input)},
     "attributes": {"\#(attribute)": {"output": "scores", "labels": ["no", "yes"], "threshold": 0.25}}, "calibration": "\#(attribute)"\#(more)}
    """#
  }

  @Test func aRecipeForEachModelIsUnitedIntoOneThatTheBundleCarries() throws {
    let models = [try model("age.onnx", head: 1), try model("gender.onnx", head: 2)]
    let merged = try prepared(
      models, recipes: [recipe("age", more: #", "subgroups": ["a", "b"]"#), recipe("gender", more: #", "subgroups": ["b", "c"]"#)])
    #expect(merged.attributes.map(\.name) == ["age", "gender"])
    #expect(merged.calibrations.map(\.path) == ["age", "gender"])
    let text = try #require(merged.recipe).text
    let carried = try Recipe.parse(text, file: "bundle")
    #expect(carried.subgroups == ["a", "b", "c"] && carried.input?.mean == [0.5, 0.5, 0.5])
    #expect(carried.attributes.map(\.model) == ["age", "gender"] && carried.attributes.allSatisfy { $0.threshold == 0.25 })
    let again = try PreparedModel(MergedModels(models.reversed()), Self.request([carried]))
    #expect(again.attributes.map(\.name) == ["gender", "age"])
  }

  /// The first recipe's attribute waits for one of the second, which has a lower priority and is evaluated first.
  @Test func gatesReadAttributesOfOtherRecipes() throws {
    let models = [try model("age.onnx", head: 1), try model("gender.onnx", head: 2)]
    func gated(_ when: String) -> String {
      recipe("age").replacing(#""labels""#, with: #""priority": 1, "when": "\#(when)", "labels""#)
    }
    let merged = try prepared(models, recipes: [gated("gender == yes"), recipe("gender")])
    #expect(merged.evaluation?.order == [1, 0] && merged.evaluation?.reads(0) == [1] && merged.evaluation?.reads(1) == [])
    #expect(
      try errors(models, recipes: [gated("gendre == yes"), recipe("gender")])
        == ["recipe.gate-name 0.json, 1.json attributes.age.when"])
    // In itself, each recipe is checked as far as it can be.
    #expect(throws: FacetError.self) {
      try Recipe.parse(Array(gated("age == yes").utf8), file: "0.json", isPart: true)
    }
    #expect(throws: FacetError.self) { try Recipe.parse(Array(gated("gender == yes").utf8), file: "0.json") }
  }

  @Test func recipesThatDisagreeAreErrorsThatSayWhere() throws {
    let models = [try model("age.onnx", head: 1), try model("gender.onnx", head: 2)]
    #expect(
      try errors(models, recipes: [recipe("age"), recipe("gender", input: #""mean": [0.4, 0.5, 0.5], "color": "bgr""#)])
        == ["merge.recipe 1.json input.color", "merge.recipe 1.json input.mean"])
    #expect(try errors(models, recipes: [recipe("age"), recipe("age")]) == ["merge.recipe 1.json attributes.age"])
    #expect(try errors(models, recipes: [recipe("age"), #"{"version": 1}"#]).first == "merge.recipe 1.json input")
    #expect(try errors(models, recipes: [recipe("a"), recipe("b"), recipe("c")]) == ["merge.recipes 0.json "])
  }

  @Test func modelsOfDifferentInputsAreRefused() throws {
    #expect(
      try errors([model("a.onnx", head: 1), model("b.onnx", head: 2, shape: [1, 3, 6, 7]), model("c.onnx", head: 3, shape: [1, 1, 6, 6])])
        == ["merge.input b.onnx input 'image'", "merge.input c.onnx input 'image'"])
  }

  @Test func aModelThatAddsNothingIsRefused() throws {
    #expect(try errors([model("a.onnx", head: 1), model("b.onnx", head: 1)]) == ["merge.repeated b.onnx "])
    // Two outputs of one value within one network are as the model wants it.
    var model = try model("a.onnx", head: 1)
    model.graph.outputs.append(GraphOutput(name: "again", value: model.graph.outputs[0].value))
    #expect(try prepared([model]).attributes.count == 2)
  }

  @Test func moreThan64AttributesAreRefused() throws {
    let models = try (0..<33).map { try model("m\($0).onnx", head: UInt64($0 + 1), outputs: ["y", "z"]) }
    #expect(try errors(models).map { $0.prefix(18) } == ["compile.attributes"])
    #expect(try prepared(Array(models.prefix(32))).attributes.count == 64)
  }

  @Test func networksThatShareNothingAreMergedWithANote() throws {
    let merged = try prepared([model("a.onnx", head: 1), model("b.onnx", trunk: 5, head: 2)])
    #expect(
      merged.report.notes == [
        "'a' shares nothing with the other models: merged, it costs what it costs alone.",
        "'b' shares nothing with the other models: merged, it costs what it costs alone.",
      ])
    #expect(merged.report.merge?.sharedByAll.operators == 0)
  }

  @Test func nearlyEqualWeightsAreReportedAndSharedOnlyWithATolerance() throws {
    let models = [try model("a.onnx", head: 1), try model("b.onnx", head: 2) { Float(Float16($0)) }]
    let strict = try prepared(models)
    let near = try #require(strict.report.merge?.wouldShare)
    #expect(strict.report.merge?.sharedByAll.operators == 0 && strict.graph.nodes.count == 6)
    #expect(near.models == ["b"] && near.operators == 2 && near.parameters == 4 * 3 * 9 + 4)
    #expect(near.largestDifference > 0 && near.largestDifference <= 0x1p-11 && near.tolerance >= near.largestDifference)
    #expect(strict.report.notes.contains { $0.contains("would be shared with --merge-tolerance \(near.tolerance)") })
    let tolerant = try prepared(models, tolerance: near.tolerance)
    #expect(tolerant.graph.nodes.count == 4 && tolerant.report.merge?.wouldShare == nil)
    #expect(tolerant.report.merge?.tolerated?.largestDifference == near.largestDifference)
    // The first model's weights are kept.
    let kept = try #require(tolerant.graph.nodes.first?.inputs[1])
    #expect(tolerant.graph.constant(kept) == models[0].graph.constant(models[0].graph.nodes[0].inputs[1]))
  }

  @Test(arguments: zip([0.000488281, 0.05, 1e-7, 0.00010, 0.99, 0], [0.00049, 0.05, 1e-7, 0.0001, 0.99, 0]))
  func tolerancesAreRoundedUpToTwoDigits(value: Double, expected: Double) {
    #expect(abs(SharedParts.roundedUp(value) - expected) < 1e-15)
  }

  @Test func modelsAreCalledAfterTheirFiles() {
    #expect(ModelNames.names(of: ["age.onnx", "./x/gender.v2.onnx"]) == ["age", "gender.v2"])
    #expect(ModelNames.names(of: ["a/m.onnx", "b/m.onnx", "c/d/n.onnx"]) == ["a/m", "b/m", "n"])
    #expect(ModelNames.names(of: ["m.onnx", "b/m.onnx"]) == ["m", "b/m"])
  }
}
