import FacetDiagnostics
import FacetIR
import FacetImport
import Testing

@Suite struct IntegerInputTests {
  private func graph(_ bytes: [UInt8], _ options: ImportOptions = ImportOptions()) throws -> Graph {
    try bytes.withUnsafeBytes { try importONNX(bytes: $0, file: "m.onnx", options: options) }.graph
  }

  @Test(arguments: [2, 3, 6, 7] as [Int64]) func integersThatOnlyMoveAreExact(_ type: Int64) throws {
    let graph = try graph(model([node("Flatten", ["x"], ["y"])], inputs: [input("x", [1, 2, 2], type: type)]))
    let values = graph.evaluateReference([Tensor(shape: [1, 2, 2], elements: [3, 1, 120, 7])])
    #expect(graph.outputs.map { values[$0.value] } == [Tensor(shape: [1, 4], elements: [3, 1, 120, 7])])
  }

  @Test func arithmeticOnIntegersIsRefusedBehindAMoveToo() {
    let bytes = model(
      [node("Flatten", ["x"], ["f"]), node("Abs", ["f"], ["y"])], inputs: [input("x", [1, 2, 2], type: 3)])
    #expect(diagnostics(bytes).map(\.code) == ["import.onnx.input-type"])
  }

  @Test func arithmeticAfterACastToFloatIsNot() throws {
    let bytes = model(
      [node("Cast", ["x"], ["f"], [attribute("to", int: 1)]), node("Abs", ["f"], ["y"])], inputs: [input("x", [1, 2, 2], type: 2)])
    let graph = try graph(bytes)
    let values = graph.evaluateReference([Tensor(shape: [1, 2, 2], elements: [3, 1, 200, 0])])
    #expect(graph.outputs.map { values[$0.value]?.elements } == [[3, 1, 200, 0]])
  }

  @Test func anOutputThatANodeTakesFromTheInputUnchangedIsThere() throws {
    let graph = try graph(model([node("Clip", ["x"], ["y"])], inputs: [input("x", [2])], opset: 13))
    let values = graph.evaluateReference([Tensor([4, -5])])
    #expect(graph.outputs.map(\.name) == ["y"])
    #expect(graph.outputs.map { values[$0.value] } == [Tensor([4, -5])])
  }

  @Test func operatorsOfOldOpsetsThatHaveNotChangedAreTaken() throws {
    let graph = try graph(model([node("GlobalAveragePool", ["x"], ["y"])], inputs: [input("x", [1, 1, 1, 2])], opset: 1))
    let values = graph.evaluateReference([Tensor(shape: [1, 1, 1, 2], elements: [1, 4])])
    #expect(graph.outputs.map { values[$0.value]?.elements } == [[2.5]])
  }

  @Test func softmaxOverTheFirstAxisSumsToOneThere() throws {
    let graph = try graph(
      model([node("Softmax", ["x"], ["y"], [attribute("axis", int: 0)])], inputs: [input("x", [2, 1, 2])], opset: 13))
    let values = graph.evaluateReference([Tensor(shape: [2, 1, 2], elements: [0, 5, 0, 5])])
    #expect(graph.outputs.map { values[$0.value] } == [Tensor(shape: [2, 1, 2], elements: [0.5, 0.5, 0.5, 0.5])])
  }
}

/// Integers that the network makes of truth values.
@Suite struct ComputedIntegerTests {
  private func counted(_ last: Message) -> [UInt8] {
    model(
      [node("Greater", ["x", "k"], ["m"]), node("Cast", ["m"], ["i"], [attribute("to", int: 7)]), last], tensors: [tensor("k", [1], [2])],
      inputs: [input("x", [1, 4])])
  }

  @Test func whatFloat32CountsExactlyIsTaken() throws {
    let bytes = counted(node("Add", ["i", "i"], ["y"]))
    let graph = try bytes.withUnsafeBytes { try importONNX(bytes: $0, file: "m.onnx") }.graph
    let values = graph.evaluateReference([Tensor(shape: [1, 4], elements: [3, 1, 2, 7])])
    #expect(graph.outputs.map { values[$0.value]?.elements } == [[2, 0, 0, 2]])
  }

  @Test func quotientsOfIntegersAreNotAndTheMessageNamesTheCut() throws {
    let found = try #require(diagnostics(counted(node("Div", ["i", "i"], ["y"]))).first)
    #expect(found.code == "import.onnx.unsupported-operator" && found.message.contains("int64"))
    #expect(found.remedy.hasPrefix("To cut the graph before it, at the last values that convert, give --outputs i."))
  }

  @Test func aCastToBytesNamesTheCut() throws {
    let bytes = model([node("Relu", ["x"], ["r"]), node("Cast", ["r"], ["y"], [attribute("to", int: 2)])])
    let found = try #require(diagnostics(bytes).first)
    #expect(found.remedy.contains("--outputs r."))
  }

  @Test func anOutputOfTruthValuesIsNoted() throws {
    let bytes = model([node("Greater", ["x", "x"], ["y"])], inputs: [input("x", [1, 4])])
    let notes = try bytes.withUnsafeBytes { try importONNX(bytes: $0, file: "m.onnx") }.notes
    #expect(notes == ["The output 'y' of bool is given as float32: 0 or 1."])
  }
}
