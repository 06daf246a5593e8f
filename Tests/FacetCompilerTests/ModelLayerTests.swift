import FacetBundle
import FacetDiagnostics
import FacetIR
import FacetQuantization
import FacetRuntime
import Foundation
import Testing

@testable import FacetCompiler
@testable import FacetRecipe

@Suite struct ModelLayerTests {
  private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let detector = repository.appending(path: "Tests/Commands/detector.onnx").path
  private static let options = ModelOptions(shapes: ["image": [1, 3, 32, 32]])

  @Test func operatorsAreListedWithTheirValues() throws {
    var options = Self.options
    options.outputs = ["boxes"]
    let (layers, problems) = try Compiler.layers(model: Self.detector, options: options)
    #expect(problems.isEmpty)
    #expect(layers.map(\.value) == ["map", "features", "box_map", "box_rows", "boxes"])
    #expect(layers.map(\.operatorName) == ["Conv", "Relu", "Conv", "Reshape", "Transpose"])
    #expect(layers.map(\.shape) == [[1, 8, 8, 8], [1, 8, 8, 8], [1, 4, 8, 8], [1, 4, 64], [1, 64, 4]])
    #expect(layers.map(\.inputs) == [["image"], ["map"], ["features"], ["box_map"], ["box_rows"]])
    // 8 x 3 x 3 x 3 weights at 8 x 8 places; 4 x 8 at as many.
    #expect(layers[0].parameters >= 216 && layers[0].multiplyAccumulates == 216 * 64 && layers[2].multiplyAccumulates == 32 * 64)
  }

  /// Where it is needed most: the model does not convert, and has to be cut.
  @Test func whatCanBeReadOfAModelThatDoesNotConvertIsListed() throws {
    let (layers, problems) = try Compiler.layers(model: Self.detector, options: Self.options)
    #expect(!problems.isEmpty)
    #expect(layers.map(\.value).contains("boxes"))
  }

  @Test func everyValueThatCanBeAnOutputIsOne() throws {
    let model = Self.repository.appending(path: "Tests/FuzzModels/keras.onnx").path
    let layers = try Compiler.layers(model: model).layers
    #expect(layers.contains { $0.canBeOutput })
    for layer in layers where layer.canBeOutput {
      var options = ModelOptions()
      options.outputs = [layer.value]
      #expect(throws: Never.self) { try Compiler.layers(model: model, options: options) }
      #expect(try Compiler.layers(model: model, options: options).problems.isEmpty, "\(layer.value)")
    }
  }

  @Test func aBundlesInstructionsAddUpToItsCost() throws {
    let merged = Self.repository.appending(path: "Tests/Commands/merged").path
    let request = CompileRequest(
      models: [merged + "/age.onnx", merged + "/eyes.onnx"], target: try Target.named("pi4"), precision: .float32)
    let bundle = try Bundle.opening(Compiler.compile(request).bytes)
    let layers = bundle.instructionDescriptions
    #expect(layers.reduce(0) { $0 + $1.multiplyAccumulates } == bundle.fragments.reduce(0) { $0 + $1.multiplyAccumulates })
    #expect(layers.count == bundle.fragments.reduce(0) { $0 + $1.instructions.count })
    #expect(Set(layers.map(\.part)) == ["trunk", "age.scores", "eyes.scores"])
    #expect(
      layers[0].operation.hasPrefix("convolution 3x3 /2") && layers[0].inputShape == [3, 16, 16] && layers[0].outputShape == [8, 8, 8])
  }
}

/// `facet init` of several models.
@Suite struct MergedTemplateTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(
    path: "Commands/merged"
  )
  .path

  @Test func aTemplateOfSeveralModelsCompilesThem() throws {
    let models = [Self.folder + "/age.onnx", Self.folder + "/eyes.onnx"]
    let (report, owners) = try Compiler.inspect(models: models)
    let (text, _) = Recipe.template(for: report, model: "age.onnx, eyes.onnx", owners: owners)
    let recipe = try Recipe.parse(Array(text.utf8), file: "r.json")
    #expect(recipe.attributes.map(\.name) == ["age", "eyes"])
    #expect(recipe.attributes.map(\.output) == ["scores", "scores"] && recipe.attributes.map(\.model) == ["age", "eyes"])
    #expect(recipe.attributes.map(\.labels.count) == [3, 2])
    let result = try Compiler.compile(
      CompileRequest(models: models, recipes: [recipe], target: Target.named("pi4"), precision: .float32))
    #expect(try Bundle.opening(result.bytes).attributes.map(\.name.text) == ["age", "eyes"])
  }

  @Test func ofSeveralOutputsOfOneModelEachKeepsItsName() throws {
    let reports = [("scores", "age"), ("scores", "eyes"), ("extra", "eyes")]
    var report = try Compiler.inspect(models: [Self.folder + "/age.onnx"]).report
    report.outputs = reports.map { .init(name: $0.0, shape: [1, 2]) }
    let (text, _) = Recipe.template(for: report, model: "m", owners: [reports[0].1, reports[1].1, reports[2].1])
    #expect(try Recipe.parse(Array(text.utf8), file: "r.json").attributes.map(\.name) == ["age", "eyes_scores", "eyes_extra"])
  }

  @Test func oneModelHasTheTemplateThatItHad() throws {
    let (report, owners) = try Compiler.inspect(models: [Self.folder + "/age.onnx"])
    #expect(
      owners.isEmpty && Recipe.template(for: report, model: "m", owners: owners).text == Recipe.template(for: report, model: "m").text)
  }

  @Test func modelsThatDoNotFitAreRefusedAsByCompile() throws {
    let failure = #expect(throws: FacetError.self) {
      try Compiler.inspect(models: [Self.folder + "/age.onnx", Self.folder + "/../nhwc.onnx"])
    }
    #expect(failure?.diagnostics.map(\.code) == ["merge.input"])
  }
}
