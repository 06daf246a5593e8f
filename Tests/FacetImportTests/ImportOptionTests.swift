import FacetDiagnostics
import FacetIR
import FacetImport
import Testing

/// What users say about a model beyond its file: outputs, shapes, constants.
@Suite struct ImportOptionTests {
  private let chain = [
    node("Relu", ["x"], ["a"], name: "first"), node("Sigmoid", ["a"], ["b"]), node("Det", ["b"], ["y"]), node("Neg", ["a"], ["z"]),
  ]

  private func imported(_ bytes: [UInt8], _ options: ImportOptions) throws -> ImportedModel {
    try bytes.withUnsafeBytes { try importONNX(bytes: $0, file: "m.onnx", options: options) }
  }

  // MARK: outputs

  @Test func innerValuesCutTheGraph() throws {
    let model = try imported(model(chain, outputs: ["y", "z"]), ImportOptions(outputs: ["b"]))
    #expect(model.graph.outputs.map(\.name) == ["b"] && model.graph.nodes.map(\.op.name) == ["Relu", "Sigmoid"])
    #expect(model.notes.contains("Outputs left out, because --outputs does not name them: 'y', 'z'."))
  }

  @Test func declaredOutputsComeFirstInTheFilesOrderAndEachOnce() throws {
    let model = try imported(
      model([node("Relu", ["x"], ["a"]), node("Neg", ["a"], ["y"]), node("Neg", ["y"], ["z"])], outputs: ["y", "z"]),
      ImportOptions(outputs: ["a", "z", "y", "a"]))
    #expect(model.graph.outputs.map(\.name) == ["y", "z", "a"])
  }

  @Test func unknownNamesAreToldAtOnceWithWhatWasMeant() {
    var options = ImportOptions(outputs: ["bb", "first", "nothing_like_it"])
    options.outputsOrigin = "r.json"
    let found = diagnostics(model(chain, outputs: ["z"]), options: options)
    #expect(found.map(\.code) == [String](repeating: "import.onnx.unknown-output", count: 3))
    #expect(found.map(\.place) == ["output 'bb'", "output 'first'", "output 'nothing_like_it'"])
    #expect(
      found.map(\.remedy) == [
        "Did you mean 'b'?", "A node has this name; its result is called 'a'.",
        "Any result of a node can be named ('facet inspect MODEL --layers' lists them); the model's own outputs are 'z'.",
      ])
    #expect(found[0].message == "The model has no value of this name, which r.json asks for.")
  }

  @Test func inputsTensorsAndNothingAreNoOutputs() {
    #expect(diagnostics(model(chain), options: ImportOptions(outputs: ["x"])).map(\.code) == ["import.onnx.constant-output"])
    #expect(diagnostics(model(chain), options: ImportOptions(outputs: [])).map(\.code) == ["import.onnx.no-outputs"])
  }

  // MARK: shapes

  private let open = model([node("Relu", ["x"], ["y"])], inputs: [input("x", ["N", 3, "height", "width"])])

  @Test func openSizesSayWhatToWrite() {
    #expect(
      diagnostics(open).first?.remedy == "Give it: --shape x=1x3x224x224, or in the recipe \"shapes\": {\"x\": [1, 3, 224, 224]}, "
        + "with the sizes that you want.")
    let vector = model([node("Relu", ["x"], ["y"])], inputs: [input("a b", [1, "n"]), input("x", [1, 3])])
    #expect(diagnostics(vector).isEmpty)
  }

  @Test func theSizeOfTheImageFillsOpenSizesInEitherLayout() throws {
    let options = ImportOptions(image: ImageSize(name: nil, channels: 3, height: 32, width: 48))
    func shape(_ sizes: [Size]) throws -> [Int] {
      let graph = try imported(model([node("Relu", ["x"], ["y"])], inputs: [input("x", sizes)]), options).graph
      return graph.shape(graph.inputs[0])
    }
    #expect(try shape(["N", 3, "h", "w"]) == [1, 3, 32, 48])
    #expect(try shape(["N", "h", "w", 3]) == [1, 32, 48, 3])
    #expect(try shape(["", "", "", ""]) == [1, 3, 32, 48])
    #expect(try shape(["N", 3, 8, 8]) == [1, 3, 8, 8])
    let other = ImportOptions(image: ImageSize(name: "y", channels: 3, height: 32, width: 48))
    #expect(diagnostics(open, options: other).map(\.code) == ["import.onnx.symbolic-size"])
    let gray = ImportOptions(image: ImageSize(name: nil, channels: 1, height: 32, width: 48))
    #expect(diagnostics(open, options: gray).map(\.code) == ["import.onnx.symbolic-size"])
  }

  @Test func shapesThatCannotBeAreRefused() {
    let rank = diagnostics(open, options: ImportOptions(inputShapes: ["x": [3, 8, 8]]))
    #expect(rank.map(\.code) == ["import.onnx.input-shape"] && rank[0].message.contains("has 3 sizes; the file says [?, 3, ?, ?]"))
    let name = diagnostics(open, options: ImportOptions(inputShapes: ["xx": [1, 3, 8, 8], "x": [1, 3, 8, 8]]))
    #expect(name.map(\.remedy) == ["Did you mean 'x'? Its inputs are 'x'."])
  }

  // MARK: constants

  private func sum(_ sizes: [Size], type: Int64 = 1) -> [UInt8] {
    model([node("Add", ["x", "c"], ["y"])], inputs: [input("x", [1, 3]), input("c", sizes, type: type)])
  }

  @Test func aConstantTakesThePlaceOfAnInput() throws {
    let options = ImportOptions(constants: ["c": Tensor([1, 2, 3])])
    let graph = try imported(sum([1, 3]), options).graph
    #expect(graph.inputs.count == 1 && graph.constants.values.map(\.shape) == [[1, 3]])
    #expect(graph.evaluateReference([Tensor(shape: [1, 3], elements: [10, 20, 30])])[graph.outputs[0].value]?.elements == [11, 22, 33])
  }

  @Test(arguments: [[], [1], [1, 1], ["N"]] as [[Size]]) func aNumberFitsAnInputOfOneElement(_ sizes: [Size]) throws {
    let graph = try imported(sum(sizes), ImportOptions(constants: ["c": Tensor(shape: [], elements: [5])])).graph
    #expect(graph.constants.values.first?.shape.count == sizes.count)
  }

  @Test func constantsOfOtherShapesOrTypesAreRefused() {
    func found(_ sizes: [Size], _ tensor: Tensor, type: Int64 = 1) -> [String] {
      diagnostics(sum(sizes, type: type), options: ImportOptions(constants: ["c": tensor])).map(\.message)
    }
    #expect(found([1, 3], Tensor([1, 2])) == ["The constant given for it has shape [2], and the file says [1, 3]."])
    #expect(found([3, 1], Tensor(shape: [1, 3], repeating: 0)).isEmpty)
    #expect(found([2, 3], Tensor(shape: [3, 2], repeating: 0)).count == 1)
    #expect(found([.fixed(.max), .fixed(.max)], Tensor([1])).count == 1)
    #expect(found([1], Tensor([0.5]), type: 7) == ["It holds int64, and the constant given is not integral."])
    #expect(
      diagnostics(sum([1]), options: ImportOptions(constants: ["cc": Tensor([1])])).first?.remedy.hasPrefix("Did you mean 'c'?") == true)
  }
}
