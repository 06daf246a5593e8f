import FacetData
import FacetDiagnostics
import FacetFiles
import FacetIR
import FacetImport
import Foundation
import Testing

@testable import FacetBundle
@testable import FacetCompiler
@testable import FacetRecipe

/// The one input that changes: its layout, and what is said where there are several.
@Suite struct InputBindingTests {
  /// A convolution as TensorFlow's converter writes it: from NHWC, through a Transpose.
  private func nhwc() throws -> ImportedModel {
    var graph = Graph()
    let input = graph.addInput(name: "pixels", shape: [1, 4, 6, 3])
    let turned = try graph.addNode(name: "turn", Transpose(permutation: [0, 3, 1, 2]), [input])
    let weights = graph.addConstant(name: "w", Tensor(shape: [2, 3, 4, 6], elements: (0..<144).map { Float($0 % 7) - 3 }))
    let bias = graph.addConstant(name: "b", Tensor(shape: [2], elements: [1, -1]))
    let map = try graph.addNode(name: "conv", Convolution(), [turned, weights, bias])
    let flat = try graph.addNode(name: "flat", Reshape(shape: [1, 2]), [map])
    graph.outputs = [GraphOutput(name: "scores", value: flat)]
    return imported(graph)
  }

  private func imported(_ graph: Graph) -> ImportedModel {
    ImportedModel(graph: graph, source: ModelSource(file: "m.onnx", fileSize: 0, format: "ONNX", operatorSet: 17, producer: "", name: ""))
  }

  private func recipe(_ input: String) throws -> Recipe {
    try Recipe.parse(Array(#"{ "version": 1, "input": { "width": 6, "height": 4\#(input) } }"#.utf8), file: "r.json")
  }

  @Test(arguments: ["", #", "layout": "nhwc""#]) func anNHWCInputBecomesNCHWAndTheTransposesGo(_ layout: String) throws {
    let model = try nhwc()
    let prepared = try PreparedModel(model, recipe: recipe(layout), stopAfter: nil)
    let graph = prepared.graph
    #expect(graph.inputs.map(graph.shape) == [[1, 3, 4, 6]] && prepared.input.name == "pixels")
    #expect(!graph.nodes.contains { $0.op is Transpose })
    let image = Tensor(shape: [1, 3, 4, 6], elements: (0..<72).map { Float($0) / 9 })
    let turned = Transpose(permutation: [0, 2, 3, 1]).reference([image])
    let before = model.graph.evaluateReference([turned])[model.graph.outputs[0].value]
    #expect(graph.evaluateReference([image])[graph.outputs[0].value] == before)
  }

  @Test func withoutARecipeTheInputStaysAsTheModelHasIt() throws {
    let prepared = try PreparedModel(nhwc(), recipe: nil, stopAfter: nil)
    #expect(prepared.graph.inputs.map(prepared.graph.shape) == [[1, 4, 6, 3]])
    let report = try Compiler.inspect(nhwc())
    #expect(report.layoutTransposes == 1 && report.remainingLayoutTransposes == ["turn"] && report.takesNHWC)
  }

  @Test func aLayoutThatDoesNotFitIsAnError() throws {
    let failure = #expect(throws: FacetError.self) {
      try PreparedModel(nhwc(), recipe: recipe(#", "layout": "nchw""#), stopAfter: nil)
    }
    #expect(failure?.diagnostics.map(\.code) == ["recipe.input"])
    #expect(failure?.diagnostics.first?.message.contains("[1, 3, 4, 6] (batch, channels, height, width)") == true)
  }

  @Test func severalInputsSayWhatToWrite() throws {
    var graph = Graph()
    let threshold = graph.addInput(name: "threshold", shape: [1])
    let image = graph.addInput(name: "image", shape: [1, 3, 4, 4])
    graph.outputs = [GraphOutput(name: "y", value: try graph.addNode(name: "add", Binary(function: .add), [image, threshold]))]
    let failure = #expect(throws: FacetError.self) { try PreparedModel(imported(graph), recipe: nil, stopAfter: nil) }
    let first = try #require(failure?.diagnostics.first)
    #expect(first.message == "The model has 2 inputs: 'threshold' [1], 'image' [1, 3, 4, 4].")
    #expect(first.remedy.contains("here perhaps 'image'") && first.remedy.contains("--constant threshold=FILE.npy"))
    #expect(first.remedy.contains(#""constants": {"threshold": 0.5}"#) && first.remedy.contains("not supported"))
  }

  @Test func shapesOfImagesAreGuessedByTheirChannels() {
    #expect(ImageGuess([1, 3, 8, 9])?.layout == .nchw && ImageGuess([1, 8, 9, 3])?.layout == .nhwc)
    #expect(ImageGuess([1, 8, 9, 1])?.width == 9 && ImageGuess([1, 1, 8, 9])?.height == 8)
    #expect(ImageGuess([1, 8, 9, 4]) == nil && ImageGuess([1, 3, 8]) == nil && ImageGuess([2, 3, 8, 9]) == nil)
    #expect(ImageGuess([1, 3, 20_000, 9]) == nil)
  }

  @Test func constantsComeFromFilesOfAnyNumberType() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("facet-\(UUID().uuidString).npy").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    func read(_ array: NPYArray?) throws -> Tensor {
      try #require(array).write(to: file)
      return try Tensor(constant: file)
    }
    #expect(try read(NPYArray(shape: [2], elements: .int64([320, -4]))) == Tensor([320, -4]))
    #expect(try read(NPYArray(shape: [1, 2], elements: .uint8([7, 255]))) == Tensor(shape: [1, 2], elements: [7, 255]))
    #expect(try read(NPYArray(shape: [], elements: .float32([0.5]))) == Tensor(shape: [], elements: [0.5]))
    #expect(throws: FacetError.self) { try read(NPYArray(shape: [1], elements: .int32([16_777_217]))) }
    #expect(throws: FacetError.self) { try read(NPYArray(shape: [0], elements: .float32([]))) }
  }
}
