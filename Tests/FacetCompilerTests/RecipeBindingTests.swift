import FacetDiagnostics
import FacetFormat
import FacetIR
import FacetImport
import Testing

@testable import FacetCompiler
@testable import FacetRecipe

/// What a recipe says about a model is held against the model, all of it at once.
@Suite struct RecipeBindingTests {
  private func model() throws -> ImportedModel {
    var graph = Graph()
    let input = graph.addInput(name: "image", shape: [1, 3, 8, 8])
    let weights = graph.addConstant(name: "w", Tensor(shape: [2, 3, 8, 8], repeating: 0.1))
    let bias = graph.addConstant(name: "b", Tensor(shape: [2], repeating: 0))
    let map = try graph.addNode(name: "conv", Convolution(), [input, weights, bias])
    let flat = try graph.addNode(name: "flat", Reshape(shape: [1, 2]), [map])
    graph.outputs = [GraphOutput(name: "logits", value: flat), GraphOutput(name: "spare", value: flat)]
    return ImportedModel(
      graph: graph, source: ModelSource(file: "m.onnx", fileSize: 0, format: "ONNX", operatorSet: 17, producer: "", name: ""), notes: [])
  }

  private func diagnostics(_ recipe: String) throws -> [String] {
    do {
      _ = try PreparedModel(model(), recipe: Recipe.parse(Array(recipe.utf8), file: "r.json"), stopAfter: nil)
      return []
    } catch let failure as FacetError {
      return failure.diagnostics.map { "\($0.code) \($0.place ?? "")" }
    }
  }

  @Test func allMismatchesComeAtOnce() throws {
    let found = try diagnostics(
      """
      { "version": 1, "input": { "name": "picture", "width": 9, "height": 8 },
        "attributes": { "eyes": { "output": "logit" }, "mood": { "output": "logits", "labels": ["a", "b", "c"] } } }
      """)
    #expect(
      found == ["recipe.output attributes.eyes", "recipe.input input.name", "recipe.input input", "recipe.labels attributes.mood.labels"])
  }

  /// Whether there is a confidence, the model decides, too: then it is checked when that is known.
  @Test func aThresholdWithoutAConfidenceIsRefused() throws {
    func found(_ fields: String) throws -> [String] {
      try diagnostics(#"{ "version": 1, "attributes": { "mood": { "output": "logits", "threshold": 0.5\#(fields) } } }"#)
    }
    #expect(try found("") == ["recipe.threshold attributes.mood.threshold"])
    #expect(try found(#", "labels": ["a", "b"]"#) == [])
    #expect(try found(#", "confidence": "sigmoid""#) == [])
    var probable = try model()
    probable.graph.outputs[0].value = try probable.graph.addNode(name: "soft", Softmax(), [probable.graph.outputs[0].value])
    let text = #"{ "version": 1, "attributes": { "mood": { "output": "logits", "threshold": 0.5 } } }"#
    let recipe = try Recipe.parse(Array(text.utf8), file: "r.json")
    #expect(try PreparedModel(probable, recipe: recipe, stopAfter: nil).attributes.map(\.confidence) == [.identity])
  }

  @Test func outputsThatNoAttributeNamesAreLeftOut() throws {
    let recipe = try Recipe.parse(
      Array(#"{ "version": 1, "attributes": { "mood": { "output": "logits", "labels": ["a", "b"] } } }"#.utf8), file: "r.json")
    let prepared = try PreparedModel(model(), recipe: recipe, stopAfter: nil)
    #expect(prepared.attributes.map(\.name) == ["mood"])
    #expect(prepared.attributes[0].confidence == .softmax)
    #expect(prepared.report.notes.contains { $0.contains("'spare'") })
  }

  @Test func withoutARecipeEveryOutputIsAnAttributeWithRawScores() throws {
    let prepared = try PreparedModel(model(), recipe: nil, stopAfter: nil)
    #expect(prepared.attributes.map(\.name) == ["logits", "spare"])
    #expect(prepared.attributes.allSatisfy { $0.confidence == .none })
    #expect(prepared.input.pixels == nil)
  }
}
