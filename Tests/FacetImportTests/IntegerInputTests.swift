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
    #expect(graph.nodes.map(\.op.name) == ["Abs"])
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
