import FacetDiagnostics
import FacetIR
import FacetImport
import Testing

/// Models that were exported for a batch of several images.
@Suite struct BatchTests {
  private let weights = tensor("w", [2, 3, 1, 1], [1, 2, 3, 4, 5, 6])

  private func imported(_ bytes: [UInt8], _ options: ImportOptions = ImportOptions()) throws -> ImportedModel {
    try bytes.withUnsafeBytes { try importONNX(bytes: $0, file: "m.onnx", options: options) }
  }

  private func batch(_ nodes: [Message], tensors: [Message] = [], size: Size = 4) -> [UInt8] {
    model([node("Conv", ["x", "w"], ["c"])] + nodes, tensors: [weights] + tensors, inputs: [input("x", [size, 3, 2, 2])])
  }

  @Test func aBatchIsTakenAsOneImageAndANoteSaysSo() throws {
    let model = try imported(batch([node("Relu", ["c"], ["y"])]))
    #expect(model.graph.inputs.map(model.graph.shape) == [[1, 3, 2, 2]])
    #expect(model.graph.outputs.map { model.graph.shape($0.value) } == [[1, 2, 2, 2]])
    #expect(
      model.notes == [
        "The model was exported for a batch of 4; it is taken as 1: each image is computed for itself, and the bundle takes one."
      ])
  }

  @Test func storedSizesAndTensorsLoseTheBatch() throws {
    let nodes = [
      node("Reshape", ["c", "s"], ["r"]), node("Concat", ["r", "k"], ["l"], [attribute("axis", int: 1)]), node("Add", ["l", "k2"], ["y"]),
    ]
    let tensors = [
      tensor("s", integers: [4, 8, 1], dims: [3]), tensor("k", [4, 1, 1], [9, 9, 9, 9]), tensor("k2", [4, 1, 1], [1, 1, 1, 1]),
    ]
    let model = try imported(batch(nodes, tensors: tensors))
    #expect(model.graph.outputs.map { model.graph.shape($0.value) } == [[1, 9, 1]])
    let x = Tensor(shape: [1, 3, 2, 2], repeating: 1)
    #expect(model.graph.outputs.map { model.graph.evaluateReference([x])[$0.value]?.elements } == [[7, 7, 7, 7, 16, 16, 16, 16, 10]])
  }

  @Test func aShapeThatIsGivenTakesTheBatchOutOfStoredSizesToo() throws {
    let bytes = batch([node("Reshape", ["c", "s"], ["y"])], tensors: [tensor("s", integers: [4, -1], dims: [2])])
    let model = try imported(bytes, ImportOptions(inputShapes: ["x": [1, 3, 2, 2]]))
    #expect(model.graph.outputs.map { model.graph.shape($0.value) } == [[1, 8]])
    #expect(model.notes.isEmpty)
  }

  static let joining: [(String, [Message], [Message])] = [
    ("sum over the batch", [node("ReduceSum", ["c", "a"], ["y"])], [tensor("a", integers: [0], dims: [1])]),
    ("softmax over the batch", [node("Softmax", ["c"], ["y"], [attribute("axis", int: 0)])], []),
    (
      "first image", [node("Slice", ["c", "a", "b"], ["y"])],
      [tensor("a", integers: [0], dims: [1]), tensor("b", integers: [1], dims: [1])]
    ),
    ("one image by its index", [node("Gather", ["c", "a"], ["y"], [attribute("axis", int: 0)])], [tensor("a", integers: [0], dims: [])]),
    ("images in halves", [node("Reshape", ["c", "a"], ["y"])], [tensor("a", integers: [2, -1], dims: [2])]),
    (
      "all images behind a 1", [node("Reshape", ["c", "s"], ["f"]), node("ReduceMean", ["f"], ["y"], [attribute("axes", [1])])],
      [tensor("s", integers: [1, -1], dims: [2])]
    ),
    ("images as channels", [node("Transpose", ["c"], ["y"], [attribute("perm", [1, 0, 2, 3])])], []),
    ("copies beside it", [node("Concat", ["c", "c"], ["y"], [attribute("axis", int: 0)])], []),
    ("another number for each image", [node("Add", ["c", "a"], ["y"])], [tensor("a", [4, 1, 1, 1], [1, 2, 3, 4])]),
    (
      "products between images", [node("Flatten", ["c"], ["f"]), node("Transpose", ["f"], ["t"]), node("MatMul", ["f", "t"], ["y"])], []
    ),
  ]

  @Test(arguments: joining) func whatJoinsOrPicksImagesIsNoBatchOfOne(_ name: String, _ nodes: [Message], _ tensors: [Message]) throws {
    let found = diagnostics(batch(nodes, tensors: tensors))
    #expect(found.first?.code == "import.onnx.batch", "\(name): \(found)")
    #expect(found.first?.remedy.contains("onnx.checker") == false)
  }

  @Test func axesThatMoveAndComeBackKeepTheBatchApart() throws {
    let nodes = [
      node("Reshape", ["c", "s"], ["r"]), node("Transpose", ["r"], ["t"], [attribute("perm", [2, 0, 1, 3])]),
      node("Gather", ["t", "i"], ["g"], [attribute("axis", int: 0)]), node("Softmax", ["g"], ["y"], [attribute("axis", int: 1)]),
    ]
    let model = try imported(
      batch(nodes, tensors: [tensor("s", integers: [4, 2, 2, 2], dims: [4]), tensor("i", integers: [1], dims: [])]))
    #expect(model.graph.outputs.map { model.graph.shape($0.value) } == [[1, 2, 2]])
  }

  @Test func theMessageOfAFlippedCopyNamesNodeAndCut() throws {
    let nodes = [
      node("Conv", ["x", "stem"], ["r"]), node("Concat", ["r", "r"], ["b"], [attribute("axis", int: 0)]),
      node("Conv", ["b", "w"], ["y"], name: "first"),
    ]
    let stem = tensor("stem", [3, 3, 1, 1], [Float](repeating: 1, count: 9))
    let found = try #require(diagnostics(model(nodes, tensors: [weights, stem], inputs: [input("x", [1, 3, 2, 2])])).first)
    #expect(found.code == "import.onnx.batch" && found.place == "node 'first'")
    #expect(found.message == "It works on a batch of 2 images; a bundle computes one image at a time.")
    #expect(found.remedy.hasPrefix("To cut the graph before it, at the last values that convert, give --outputs b."))
    #expect(!found.remedy.contains("onnx.checker"))
  }

  /// Test-time augmentation copies the image itself: what a cut there would leave is no network.
  @Test func aCutThatWouldLeaveNoWeightsIsToldAsSuch() throws {
    let nodes = [
      node("Relu", ["x"], ["r"]), node("Concat", ["r", "r"], ["b"], [attribute("axis", int: 0)]), node("Conv", ["b", "w"], ["y"]),
    ]
    let found = try #require(diagnostics(model(nodes, tensors: [weights], inputs: [input("x", [1, 3, 2, 2])])).first)
    #expect(found.code == "import.onnx.batch")
    #expect(
      found.remedy.hasPrefix(
        "No operator with weights comes before it: --outputs b would cut the graph there and leave none. "))
  }

  @Test func whatNeedsNoBatchOfOneStaysAsItIs() throws {
    let model = try imported(model([node("Relu", ["x"], ["y"])], inputs: [input("x", [4, 3])]))
    #expect(model.graph.inputs.map(model.graph.shape) == [[4, 3]] && model.notes.isEmpty)
  }
}
