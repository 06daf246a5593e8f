import FacetDiagnostics
import FacetIR
import FacetImport
import Testing

/// Operators that Facet does not convert: one error for all, with where to cut before them.
@Suite struct ScopeTests {
  private let volume = tensor("w", [2, 3, 1, 1, 1], [1, 2, 3, 4, 5, 6])

  @Test func allAreListedInOneErrorWithCountsAndFirstNodes() {
    let nodes = [
      node("Relu", ["x"], ["features"]), node("GridSample", ["features"], ["a"], name: "warp"), node("Det", ["a"], ["b"]),
      node("Sigmoid", ["features"], ["scores"]), node("Det", ["scores"], ["c"]), node("Loop", ["b", "c"], ["y"], name: "all"),
    ]
    let found = diagnostics(model(nodes))
    #expect(found.map(\.code) == ["import.onnx.unsupported-operator"])
    #expect(
      found.first?.message == "4 operators are not supported: GridSample (node 'warp'), 2 Det (first node 'Det_2'), Loop (node 'all').")
    #expect(
      found.first?.remedy.hasPrefix(
        "To cut the graph before them, at the last values that convert, give --outputs features,scores. ") == true)
    #expect(found.first?.remedy.contains("Control flow is not supported: export the model by tracing it.") == true)
    // What it says is so.
    #expect(diagnostics(model(nodes), options: ImportOptions(outputs: ["features", "scores"])).isEmpty)
  }

  @Test func oneAloneKeepsItsPlaceAndShapes() throws {
    let found = diagnostics(model([node("Relu", ["x"], ["r"]), node("Det", ["r"], ["y"], name: "d")]))
    let first = try #require(found.first)
    #expect(found.count == 1 && first.place == "node 'd'" && first.operatorName == "Det" && first.shapes == ["1x3x4x4"])
    #expect(first.message == "This operator is not supported." && first.remedy.contains("cut the graph before it"))
    #expect(first.remedy.contains("--outputs r."))
  }

  @Test func outputsThatConvertStayAmongTheCutValues() {
    let nodes = [node("Relu", ["x"], ["good"]), node("Relu", ["x"], ["r"]), node("NonMaxSuppression", ["r"], ["y"])]
    #expect(diagnostics(model(nodes, outputs: ["good", "y"])).first?.remedy.contains("--outputs r,good.") == true)
  }

  @Test func withNothingBeforeThemThereIsNothingToCut() {
    let found = diagnostics(model([node("LSTM", ["x"], ["y"])]))
    #expect(found.first?.remedy == "Nothing before it could be kept by cutting the graph. Recurrent layers are not supported.")
  }

  @Test func behindAnotherProblemTheValuesAreNotKnownYet() {
    let nodes = [node("Relu", ["x"], ["r"]), node("LSTM", ["r"], ["y"])]
    let found = diagnostics(model(nodes, inputs: [input("x", [1, 3, "h", "w"])]))
    #expect(found.map(\.code) == ["import.onnx.symbolic-size", "import.onnx.unsupported-operator"])
    #expect(found[1].remedy.hasPrefix("'--outputs a,b' cuts the graph before it; once the other problems are solved"))
  }

  @Test func threeDimensionalConvolutionsAreAmongThem() {
    let nodes = [
      node("Conv", ["x", "w"], ["a"]), node("MaxPool", ["a"], ["b"], [attribute("kernel_shape", [2, 2, 2])]),
      node("Conv", ["b", "w"], ["c"]), node("If", ["c"], ["y"]),
    ]
    let found = diagnostics(model(nodes, tensors: [volume], inputs: [input("x", [1, 3, 4, 4, 4])]))
    #expect(
      found.map(\.message) == [
        "4 operators are not supported: 2 3-D Conv (first node 'Conv_0'), 3-D MaxPool (node 'MaxPool_1'), If (node 'If_3')."
      ])
  }

  @Test func customOperatorsAreNamedWithTheirDomain() {
    let found = diagnostics(
      model([node("Relu", ["x"], ["a"], domain: "com.example"), node("Relu", ["a"], ["y"], domain: "com.example")]))
    #expect(found.first?.message == "2 operators are not supported: 2 com.example.Relu (first node 'Relu_0').")
  }

  @Test func namesForAShellAreQuoted() {
    let found = diagnostics(model([node("Relu", ["x"], ["a b'c"]), node("Det", ["a b'c"], ["y"])]))
    #expect(found.first?.remedy.contains(#"--outputs 'a b'\''c'."#) == true)
  }
}
