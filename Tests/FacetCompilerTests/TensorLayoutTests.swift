import FacetData
import FacetDiagnostics
import FacetEvaluation
import FacetIR
import FacetImport
import FacetQuantization
import FacetRuntime
import FacetTestSupport
import Testing

@testable import FacetBundle
@testable import FacetCompiler
@testable import FacetRecipe

/// What is said of tensors whose axes stand in another order than the bundle's.
@Suite struct TensorLayoutTests {
  /// A model that takes NHWC.
  private func bundle(recipe: Bool) throws -> [UInt8] {
    var graph = Graph()
    let input = graph.addInput(name: "pixels", shape: [1, 4, 6, 3])
    let turned = try graph.addNode(name: "turn", Transpose(permutation: [0, 3, 1, 2]), [input])
    let weights = graph.addConstant(name: "w", Tensor(shape: [2, 3, 1, 1], repeating: 1))
    let bias = graph.addConstant(name: "b", Tensor([1, -1]))
    graph.outputs = [GraphOutput(name: "y", value: try graph.addNode(name: "conv", Convolution(), [turned, weights, bias]))]
    let model = ImportedModel(
      graph: graph, source: ModelSource(file: "m.onnx", fileSize: 0, format: "ONNX", operatorSet: 17, producer: "", name: ""))
    let text = #"{ "version": 1, "input": { "width": 6, "height": 4 } }"#
    let request = CompileRequest(
      models: ["m.onnx"], recipes: recipe ? [try Recipe.parse(Array(text.utf8), file: "r.json")] : [],
      target: try Target.named(Target.defaultName), precision: .float32)
    return try Compiler.compile(model, request).bytes
  }

  /// The remedy for a tensor of a shape; nil where it is taken.
  private func remedy(_ shape: [Int], recipe: Bool) throws -> String? {
    let bundle = try Bundle.opening(bundle(recipe: recipe))
    let sample = Sample.tensor([Float](repeating: 0, count: shape.reduce(1, *)), shape: shape, name: "x.npy[0]")
    do throws(FacetError) {
      _ = try NetworkInput(sample, for: bundle, data: "x.npy")
      return nil
    } catch {
      #expect(error.code == "data.input.shape")
      return error.remedy
    }
  }

  @Test func aBundleWithARecipeTakesNCHWWhateverTheModelHas() throws {
    #expect(try remedy([1, 3, 4, 6], recipe: true) == nil)
    let found = try #require(try remedy([1, 4, 6, 3], recipe: true))
    #expect(
      found.hasPrefix("The sample is NHWC, and the bundle takes NCHW, whatever the model's own order is: save x.transpose(0, 3, 1, 2)."))
    #expect(!found.contains("Save float32 tensors in NCHW order"))
  }

  @Test func aBundleWithoutOneTakesTheModelsOwnOrder() throws {
    #expect(try remedy([1, 4, 6, 3], recipe: false) == nil)
    let turned = try #require(try remedy([1, 3, 4, 6], recipe: false))
    #expect(
      turned.hasPrefix("The sample is NCHW: save x.transpose(0, 2, 3, 1). The model takes NHWC: save float32 tensors of [1, 4, 6, 3]"))
    let other = try #require(try remedy([1, 3, 8, 8], recipe: false))
    #expect(other.hasPrefix("The model takes NHWC") && !other.contains("NCHW order"))
  }
}
