import FacetBundle
import FacetData
import FacetDiagnostics
import FacetFiles
import FacetFormat
import FacetIR
import FacetImport
import FacetRuntime
import FacetTestSupport
import Foundation
import Testing

@testable import FacetCompiler
@testable import FacetLowering
@testable import FacetQuantization
@testable import FacetRecipe

/// What cannot be replaced: the code of the error, its place and what it says.
@Suite struct ReplaceRefusalTests {
  /// Weights by a seed for each layer: networks that have the same seed share the layer.
  private struct Network {
    var stem: UInt64 = 1
    var stage: UInt64 = 2
    /// Of the layer that gender and emotion share.
    var pair: UInt64 = 3
    var heads: [String: UInt64] = ["age": 4, "gender": 5, "emotion": 6]
    var channels = 3
    var size = 8
    /// Of the first convolution of age's branch.
    var kernel = 3
    var classes = 2
    /// What age's branch reads: `stem`, `between`, `stage` or `pair`.
    var ageReads = "stage"
    var outputs: [(name: String, head: String)] = [("age", "age"), ("gender", "gender"), ("emotion", "emotion")]

    func graph() throws -> Graph {
      var graph = Graph()
      func convolution(_ name: String, _ input: ValueID, _ seed: UInt64, kernel: Int = 3, stride: Int = 1) throws -> ValueID {
        var random = SplitMix64(seed: seed)
        let shape = [4, graph.shape(input)[1], kernel, kernel]
        let weights = graph.addConstant(name: name + ".w", Tensor(shape: shape, elements: random.normals(shape)))
        let bias = graph.addConstant(name: name + ".b", Tensor(random.normals([4])))
        let pad = kernel / 2
        return try graph.addNode(
          name: name, Convolution(strides: [stride, stride], pads: [pad, pad, pad, pad], clamp: .relu), [input, weights, bias])
      }
      let input = graph.addInput(name: "image", shape: [1, channels, size, size])
      let stem = try convolution("stem", input, stem)
      let between = try convolution("between", stem, 20)
      let stage = try convolution("stage", between, stage)
      let pair = try convolution("pair", stage, pair)
      let places = ["stem": stem, "between": between, "stage": stage, "pair": pair]
      for (name, head) in outputs {
        var map = name == "age" ? places[ageReads] ?? stage : pair
        let seed = heads[head] ?? 1
        if name == "age" { map = try convolution("age.conv", map, seed, kernel: kernel) }
        let mean = try graph.addNode(name: name + ".mean", GlobalAveragePool(keepDimensions: false), [map])
        var random = SplitMix64(seed: seed)
        let weights = graph.addConstant(
          name: name + ".w", Tensor(shape: [classes, 4], elements: random.normals([classes, 4])))
        let bias = graph.addConstant(name: name + ".b", Tensor(random.normals([classes])))
        graph.outputs.append(
          GraphOutput(name: name, value: try graph.addNode(name: name + ".head", FullyConnected(), [mean, weights, bias])))
      }
      graph.removeDeadNodes()
      return graph
    }

    func model(_ file: String = "new.onnx") throws -> ImportedModel {
      ImportedModel(
        graph: try graph(), source: ModelSource(file: file, fileSize: 0, format: "ONNX", operatorSet: 17, producer: "", name: ""), notes: []
      )
    }
  }

  /// Calibration tensors, gone with the test.
  private final class Data {
    let path = NSTemporaryDirectory() + "facet-replace-\(UUID().uuidString).npy"

    init() throws {
      var random = SplitMix64(seed: 9)
      let array = NPYArray(shape: [4, 3, 8, 8], elements: .float32(random.normals([4, 3, 8, 8])))
      try Foundation.Data(array?.serialized() ?? []).write(to: URL(fileURLWithPath: path))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  private let data: Data

  init() throws { data = try Data() }

  private func compiled(
    _ network: Network = Network(), recipe: String? = nil, precision: Precision = .int8
  ) throws -> [UInt8] {
    let recipes = try recipe.map { [try Recipe.parse(Array($0.utf8), file: "r.json")] } ?? []
    var request = CompileRequest(
      models: ["old.onnx"], recipes: recipes, target: try Target.named(Target.defaultName),
      calibration: precision == .int8 ? data.path : nil, precision: precision)
    // What is tried is kept by the scores of all branches, or of the new one.
    request.effort = .fast
    return try Compiler.compile(network.model("old.onnx"), request).bytes
  }

  private func replaced(_ old: [UInt8], branch: String = "age", _ network: Network, recipe: String? = nil) throws -> ReplaceResult {
    try Compiler.replace(
      Bundle.opening(old), file: "old.facet", network.model(),
      ReplaceRequest(
        branch: branch, model: "new.onnx", recipe: recipe.map { try Recipe.parse(Array($0.utf8), file: "new.json") },
        calibration: data.path))
  }

  private func refusal(_ old: [UInt8], branch: String = "age", _ network: Network, recipe: String? = nil) throws -> Diagnostic? {
    do {
      _ = try replaced(old, branch: branch, network, recipe: recipe)
      return nil
    } catch let failure as FacetError {
      return failure.diagnostics.first
    }
  }

  private func renamed(_ model: ImportedModel, _ output: String) throws -> ImportedModel {
    var model = model
    model.graph.outputs[0].name = output
    return model
  }

  private var newAge: Network {
    var network = Network()
    network.heads["age"] = 40
    network.outputs = [("age", "age")]
    return network
  }

  @Test func aNewBranchIsTakenAndTheRestStays() throws {
    let old = try compiled()
    let result = try replaced(old, newAge)
    var whole = Network()
    whole.heads["age"] = 40
    let drawn = try Bundle.opening(compiled(whole))
    let new = try Bundle.opening(result.bytes)
    for (a, b) in zip(new.sections, drawn.sections) where a.kind != 8 { #expect(a.hash == b.hash) }
    #expect(result.report.sharedOperators == 3)
  }

  /// The bundle's recipe names operators of other branches; one's own is checked, and the trunk stays as it is.
  @Test func aRecipesPrecisionCountsInTheBranchAlone() throws {
    let old = try compiled(recipe: #"{"version": 1, "precision": {"gender.head": "float32"}}"#)
    #expect(try replaced(old, newAge).report.notes.allSatisfy { !$0.contains("precision") })
    let own = #"{"version": 1, "precision": {"age.head": "float32", "stem": "float32"}}"#
    let note = try replaced(old, newAge, recipe: own).report.notes.first { $0.contains("precision") }
    #expect(note?.hasPrefix("\"precision\" names 'stem' of the trunk") == true)
    // Its first layer would read what the bundle has in int8 alone.
    let first = try refusal(old, newAge, recipe: #"{"version": 1, "precision": {"age.conv": "float32"}}"#)
    #expect(first?.code == "replace.fork" && first?.message.contains("in another number type") == true)
    #expect(try refusal(old, newAge, recipe: #"{"version": 1, "precision": {"agee": "float32"}}"#)?.code == "compile.precision")
  }

  @Test func whereTheTrunksPartIsSaid() throws {
    let old = try compiled()
    var network = newAge
    network.stage = 50
    let last = try #require(try refusal(old, network))
    #expect(last.code == "replace.trunk" && last.place == "node 'stage'" && last.operatorName == "Conv")
    #expect(last.message.contains("the bundle computes 'stage' in the trunk") && last.message.contains("up to 'between' they are equal"))
    network.stem = 51
    let first = try #require(try refusal(old, network))
    #expect(first.code == "replace.trunk" && first.place == "node 'stem'" && first.message.contains("at the input"))
    var early = newAge
    early.ageReads = "stem"
    let missing = try #require(try refusal(old, early))
    #expect(missing.code == "replace.trunk" && missing.message.contains("'between'"))
  }

  @Test func aPartThatOthersShareIsMatchedNotReplaced() throws {
    let old = try compiled()
    var network = Network()
    network.pair = 30
    network.outputs = [("gender", "gender")]
    let other = try #require(try refusal(old, branch: "gender", network))
    #expect(other.code == "replace.trunk" && other.place == "node 'pair'" && other.message.contains("what 'gender', 'emotion' share"))
    network.pair = 3
    network.heads["gender"] = 31
    #expect(try refusal(old, branch: "gender", network) == nil)
  }

  @Test func aBranchThatReachesIntoAnotherIsRefused() throws {
    let old = try compiled()
    var network = newAge
    network.ageReads = "pair"
    let found = try #require(try refusal(old, network))
    #expect(found.code == "replace.reach" && found.place == "node 'pair'" && found.message.contains("'gender', 'emotion'"))
  }

  @Test func aTensorThatTheBundleDoesNotKeepIsNamed() throws {
    let old = try compiled()
    // It stands on the fork, and reads a tensor before it, too.
    var graph = try newAge.graph()
    let output = graph.outputs[0].value
    let between = try #require(graph.nodes.first { $0.name == "between" }?.output)
    let mean = try graph.addNode(name: "more", GlobalAveragePool(keepDimensions: false), [between])
    let weights = graph.addConstant(name: "more.w", Tensor(shape: [2, 4], repeating: 0.5))
    let bias = graph.addConstant(name: "more.b", Tensor(shape: [2], repeating: 0))
    let more = try graph.addNode(name: "more.head", FullyConnected(), [mean, weights, bias])
    graph.outputs[0].value = try graph.addNode(name: "sum", Binary(function: .add), [output, more])
    var model = try newAge.model()
    model.graph = graph
    do {
      _ = try Compiler.replace(
        Bundle.opening(old), file: "old.facet", model, ReplaceRequest(branch: "age", model: "new.onnx", calibration: data.path))
      Issue.record("it was taken")
    } catch let failure as FacetError {
      #expect(failure.diagnostics[0].code == "replace.fork" && failure.diagnostics[0].place == "tensor 'between'")
    }
  }

  @Test func moreRoomAroundAForkThanThereIsIsRefused() throws {
    var network = newAge
    network.kernel = 5
    let found = try #require(try refusal(compiled(), network))
    #expect(found.code == "replace.border" && found.message.contains("2, 2, 2, 2") && found.message.contains("1, 1, 1, 1"))
    network.kernel = 1
    #expect(try refusal(compiled(), network) == nil)
  }

  @Test func namesAndOutputsThatAreNotThere() throws {
    let old = try compiled()
    let branch = try #require(try refusal(old, branch: "aeg", newAge))
    #expect(branch.code == "replace.branch" && branch.remedy.contains("Did you mean 'age'?"))
    var network = newAge
    network.outputs = [("years", "age"), ("months", "age")]
    let output = try #require(try refusal(old, network))
    #expect(output.code == "replace.output" && output.remedy.contains("years, months"))
    // One output alone can only be meant.
    let years = try renamed(newAge.model(), "years")
    let report = try Compiler.replace(
      Bundle.opening(old), file: "old.facet", years, ReplaceRequest(branch: "age", model: "new.onnx", calibration: data.path)
    ).report
    #expect(report.notes.contains { $0.contains("only output, 'years', is used for 'age'") })
    let recipe = try #require(try refusal(old, newAge, recipe: #"{"version": 1, "attributes": {"years": {"output": "age"}}}"#))
    #expect(recipe.code == "replace.recipe" && recipe.file == "new.json")
  }

  @Test func bundlesThatHaveNoBranchToReplace() throws {
    let float = try #require(try refusal(compiled(precision: .float32), newAge))
    #expect(float.code == "replace.precision")
    var alone = Network()
    alone.outputs = [("age", "age")]
    #expect(try refusal(compiled(alone), newAge)?.code == "replace.no-branch")
    // Without the section of value numbers, as an older Facet wrote it.
    let bundle = try Bundle.opening(compiled())
    var writer = BundleWriter()
    for entry in bundle.sections where entry.kind != 11 {
      let content = bundle.view.part(offset: Int64(entry.offset), length: Int64(entry.length))
      writer.add(kind: entry.kind, index: entry.index, content.map { Array($0.bytes) } ?? [])
    }
    #expect(try refusal(writer.bytes(), newAge)?.code == "replace.numbers")
    // Damaged content is found before anything is done with it.
    var damaged = try compiled()
    let weights = try #require(Bundle.opening(damaged).sections.last)
    damaged[Int(weights.offset)] ^= 1
    #expect(try refusal(damaged, newAge)?.code == BundleError(.hashMismatch).fault.code)
  }

  private static let recipe = #"""
    {"version": 1, "input": {"width": 8, "height": 8, "mean": [0.5, 0.5, 0.5], "std": [0.2, 0.2, 0.2]},
     "attributes": {"age": {"labels": ["young", "old"]}, "gender": {}, "emotion": {}}}
    """#

  @Test func anotherInputIsRefused() throws {
    var network = newAge
    network.size = 10
    let size = try #require(try refusal(compiled(), network))
    #expect(size.code == "replace.input" && size.message.contains("3 x 10 x 10") && size.message.contains("3 x 8 x 8"))
    let old = try compiled(recipe: Self.recipe)
    let other = Self.recipe.replacingOccurrences(of: "0.2, 0.2, 0.2", with: "0.2, 0.2, 0.3")
    #expect(try refusal(old, newAge, recipe: other)?.code == "replace.input")
    #expect(try refusal(old, newAge, recipe: #"{"version": 1, "attributes": {"age": {}}}"#)?.code == "replace.input")
    #expect(try refusal(old, newAge, recipe: Self.recipe) == nil)
  }

  @Test func newLabelsAreWrittenUnlessSomethingElseMaySpeakOfThem() throws {
    let old = try compiled(recipe: Self.recipe)
    var network = newAge
    network.classes = 3
    // The bundle's own recipe has two.
    let labels = try #require(try refusal(old, network))
    #expect(labels.code == "recipe.labels" && labels.file == "new.onnx" && labels.place == "recipe of the bundle: attributes.age.labels")
    #expect(labels.remedy == "Give the new model's labels in a recipe of its own: --recipe.")
    let recipe = Self.recipe.replacingOccurrences(of: #""young", "old""#, with: #""child", "adult", "senior""#)
    let new = try Bundle.opening(replaced(old, network, recipe: recipe).bytes)
    let attributes = new.attributeDescriptions
    #expect(attributes.map(\.scores) == [3, 2, 2] && attributes[0].labels == ["child", "adult", "senior"] && attributes[1].labels == [])
    // From then on these labels hold, without the recipe.
    let again = try Bundle.opening(replaced(replaced(replaced(old, network, recipe: recipe).bytes, network).bytes, network).bytes)
    #expect(again.attributeDescriptions == attributes && again.replacedBranches["age"]?.recipe?.attributes.first?.labels.count == 3)
    let bundle = try Bundle.opening(old)
    var writer = BundleWriter()
    for entry in bundle.sections {
      let content = bundle.view.part(offset: Int64(entry.offset), length: Int64(entry.length))
      writer.add(kind: entry.kind, index: entry.index, content.map { Array($0.bytes) } ?? [])
    }
    writer.add(kind: 900, index: 0, [1, 2, 3])
    let later = writer.bytes()
    #expect(try refusal(later, network, recipe: recipe)?.code == "replace.labels")
    // With the same labels the unknown section stays.
    let kept = try Bundle.opening(replaced(later, newAge).bytes)
    #expect(kept.sections.contains { $0.kind == 900 && $0.length == 3 })
  }

  @Test func gatesStayAndKeepTheLabelsThatTheyRead() throws {
    let gated = Self.recipe.replacingOccurrences(of: #""emotion": {}"#, with: #""emotion": {"when": "age == young"}"#)
    let old = try compiled(recipe: gated)
    #expect(try Bundle.opening(old).header.requiredFeatures == 1)
    var emotion = Network()
    emotion.heads["emotion"] = 60
    emotion.outputs = [("emotion", "emotion")]
    for (network, branch) in [(newAge, "age"), (emotion, "emotion")] {
      let new = try Bundle.opening(replaced(old, branch: branch, network).bytes)
      #expect(new.header.requiredFeatures == 1 && new.attributeDescriptions.map(\.when) == [nil, nil, "age == young"])
      #expect(try refusal(old, branch: branch, network, recipe: gated) == nil)
    }
    let labels = gated.replacingOccurrences(of: #""young", "old""#, with: #""young", "aged""#)
    #expect(try refusal(old, newAge, recipe: labels)?.code == "replace.labels")
    let gate = try #require(
      try refusal(old, branch: "emotion", emotion, recipe: gated.replacingOccurrences(of: "age == young", with: "age == old")))
    #expect(gate.code == "replace.recipe" && gate.place == "attributes.emotion.when" && gate.message.contains("is 'age == young'"))
  }
}
