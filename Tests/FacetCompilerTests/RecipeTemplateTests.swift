import FacetIR
import FacetImport
import FacetRuntime
import Testing

@testable import FacetCompiler
@testable import FacetRecipe

@Suite struct RecipeTemplateTests {
  private func report(input: [Int], outputs: [(String, [Int])]) throws -> InspectReport {
    let source = ModelSource(file: "m.onnx", fileSize: 0, format: "test", operatorSet: 0, producer: "", name: "")
    var report = InspectReport(ImportedModel(graph: Graph(), source: source, notes: []))
    report.inputs = [.init(name: "im\"age", shape: input)]
    report.outputs = outputs.map { .init(name: $0.0, shape: $0.1) }
    return report
  }

  @Test func aTemplateIsARecipeOfTheModel() throws {
    let report = try report(input: [1, 3, 48, 64], outputs: [("Age/logits:0", [1, 3]), ("age_logits_0", [1, 1]), ("5", [1, 4, 8, 8])])
    let (text, advice) = Recipe.template(for: report, model: "a b\\c.onnx")
    let recipe = try Recipe.parse(Array(text.utf8), file: "r.json")
    #expect(recipe.model == "a b\\c.onnx")
    #expect(recipe.input == .init(name: "im\"age", width: 64, height: 48, layout: .nchw, mean: [0, 0, 0], std: [1, 1, 1]))
    #expect(recipe.attributes.map(\.name) == ["age_logits_0", "age_logits_0_2", "a5"])
    #expect(recipe.attributes.map(\.output) == ["Age/logits:0", "age_logits_0", "5"])
    #expect(recipe.attributes.map(\.labels) == [["0", "1", "2"], [], []])
    #expect(!advice.isEmpty)
  }

  @Test func theLayoutIsGuessedAndSaid() throws {
    let (text, advice) = try Recipe.template(for: report(input: [1, 48, 64, 3], outputs: [("y", [1, 2])]), model: "m.onnx")
    let input = try #require(try Recipe.parse(Array(text.utf8), file: "r.json").input)
    #expect(input.layout == .nhwc && (input.width, input.height) == (64, 48))
    #expect(advice.contains { $0.contains("NHWC, as TensorFlow") && $0.contains("axis 3 has 3 channels") })
  }

  @Test func everyFieldHasALineThatExplainsIt() throws {
    let (text, _) = try Recipe.template(for: report(input: [1, 3, 8, 8], outputs: [("y", [1, 2])]), model: "m.onnx")
    for key in ["name", "width", "height", "layout", "color", "resize", "scale", "mean", "std", "attributes", "subgroups", "calibration"] {
      let lines = text.split(separator: "\n").map { $0.drop { $0 == " " } }
      let place = try #require(lines.firstIndex { $0.hasPrefix("\"\(key)\":") })
      #expect(lines[place - 1].hasPrefix("\"// \(key)\":"), "\(key)")
    }
  }

  @Test func optionsAndOtherInputsGoIntoTheRecipe() throws {
    var several = try report(input: [1, 3, 8, 8], outputs: [("y", [1, 2])])
    several.inputs.append(.init(name: "threshold", shape: [1]))
    let options = ModelOptions(
      shapes: ["im\"age": [1, 3, 8, 8]], constants: ["grid": .numbers(shape: [2, 1], [1, 2.5]), "k": .file("k.npy")])
    let (text, advice) = Recipe.template(for: several, model: "m.onnx", options: options)
    let recipe = try Recipe.parse(Array(text.utf8), file: "r.json")
    #expect(recipe.shapes == options.shapes && recipe.constants == options.constants)
    #expect(text.contains("Still to be given: threshold [1]") && advice.contains { $0.contains("threshold [1]") })
  }

  @Test func aModelWithoutImageGetsNoInput() throws {
    let (text, advice) = try Recipe.template(for: report(input: [1, 16], outputs: [("y", [1, 2])]), model: "m.onnx")
    #expect(try Recipe.parse(Array(text.utf8), file: "r.json").input == nil)
    #expect(advice.contains { $0.contains("input") && $0.contains(".npy") })
  }

  @Test func outputsBeyondWhatABundleHoldsAreLeftOut() throws {
    let different = (0..<70).map { ("out\($0)", [1, $0 + 1]) }
    let (good, advice) = try Recipe.template(for: report(input: [1, 1, 8, 8], outputs: different), model: "m.onnx")
    #expect(try Recipe.parse(Array(good.utf8), file: "r.json").attributes.count == 64)
    #expect(advice.contains { $0.contains("70 outputs") })
  }
}

@Suite struct RecipeInspectionTests {
  @Test func aModelThatCannotBecomeABundleIsDescribedWithItsProblems() throws {
    var graph = Graph()
    let a = graph.addInput(name: "a", shape: [1, 4])
    let b = graph.addInput(name: "b", shape: [1, 4])
    let sum = try graph.addNode(name: "sum", Binary(function: .add), [a, b])
    graph.outputs = [GraphOutput(name: "y", value: sum)]
    let source = ModelSource(file: "m.onnx", fileSize: 0, format: "test", operatorSet: 17, producer: "p", name: "")
    let report = Compiler.inspect(ImportedModel(graph: graph, source: source, notes: ["n"]))
    #expect(report.operatorTypes == ["Add": 1] && report.operators == 1 && report.operatorSet == 17)
    #expect(report.inputs == [.init(name: "a", shape: [1, 4]), .init(name: "b", shape: [1, 4])])
    #expect(report.problems.map(\.code) == ["compile.inputs"] && report.notes == ["n"])
  }
}
