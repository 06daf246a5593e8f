import FacetDiagnostics
import FacetIR
import FacetImport
import Testing

/// What hostile or unusual sizes give: a reason, not a trap.
@Suite struct ShapeRefusalTests {
  private func codes(_ nodes: [Message], _ lists: [(String, [Int64])] = [], opset: Int64 = 13) -> [String] {
    let tensors = lists.map { tensor($0.0, integers: $0.1) }
    return diagnostics(model(nodes, tensors: tensors, opset: opset)).map(\.code)
  }

  @Test func sizesBeyondAllBoundsAreRefused() {
    let shape = ["import.onnx.shape"]
    #expect(codes([node("Tile", ["x", "s"], ["y"])], [("s", [1, 1])]) == shape)
    #expect(codes([node("Pad", ["x", "s"], ["y"])], [("s", [0, 0, .min, 0, 0, 0, .min, 0])]) == shape)
    #expect(codes([node("Gather", ["x", "s"], ["y"])], [("s", [.min])]) == shape)
    let slice = [node("Slice", ["x", "s", "e"], ["y"])]
    #expect(codes(slice, [("s", [.max]), ("e", [.min])]) == shape)
    #expect(codes(slice, [("s", [0]), ("e", [1, 2])]) == shape)
    #expect(codes([node("Transpose", ["x"], ["y"], [attribute("perm", [0, 0, 1, 2])])]) == shape)
    #expect(codes([node("Expand", ["x", "s"], ["y"])], [("s", [-1, 1, 1, 1])]) == shape)
  }

  /// What Facet bounds and ONNX does not: the file is not called broken.
  @Test func aLimitOfFacetIsNoFaultOfTheFile() {
    func refused(_ nodes: [Message], _ lists: [(String, [Int64])] = []) {
      let found = diagnostics(model(nodes, tensors: lists.map { tensor($0.0, integers: $0.1) }))
      #expect(found.map(\.code) == ["import.onnx.limit"], "\(found)")
      #expect(found.allSatisfy { $0.remedy.contains("limit of Facet") && !$0.remedy.contains("breaks the ONNX format") }, "\(found)")
    }
    refused([node("Expand", ["x", "s"], ["y"])], [("s", [.max, 1, 1, 1, 1])])
    refused([node("Expand", ["x", "s"], ["y"])], [("s", [1 << 20, 1 << 20, 1, 1, 1])])
    refused([node("Tile", ["x", "s"], ["y"])], [("s", [1, .max, 1, 1])])
    refused([node("Tile", ["x", "s"], ["y"])], [("s", [1, 1 << 20, 1 << 20, 1])])
    refused([node("Pad", ["x", "s"], ["y"])], [("s", [0, 0, 0, .max, 0, 0, 0, .max])])
    refused([node("Pad", ["x", "s"], ["y"])], [("s", [0, 0, 0, 1 << 30, 0, 0, 0, 1 << 30])])
    refused([node("SpaceToDepth", ["x"], ["y"], [attribute("blocksize", int: .max)])])
    refused([node("Resize", ["x", "", "", "s"], ["y"])], [("s", [1, 3, .max, 4])])
    refused([node("ConstantOfShape", ["s"], ["c"]), node("Mul", ["x", "c"], ["y"])], [("s", [.max, .max])])
    refused([node("MaxPool", ["x"], ["y"], [attribute("kernel_shape", [40_000, 40_000])])])
    let weights = tensor("w", [3, 1, 1, 1], [1, 1, 1])
    let stretched = model([node("ConvTranspose", ["x", "w"], ["y"], [attribute("strides", [40_000, 1])])], tensors: [weights])
    #expect(diagnostics(stretched).map(\.code) == ["import.onnx.limit"])
  }

  @Test func constantsBeyondTheirMemoryAreNoFaultOfTheFileEither() {
    let made = [node("ConstantOfShape", ["s"], ["c"]), node("Mul", ["x", "c"], ["y"])]
    let found = diagnostics(model(made, tensors: [tensor("s", integers: [1 << 15, 1 << 15])]))
    #expect(found.map(\.code) == ["import.onnx.memory"])
    #expect(found.allSatisfy { $0.remedy.contains("limit of Facet") }, "\(found)")
  }

  @Test func arithmeticOnSizesThatLeaves64BitsIsRefused() {
    for (op, b) in [("Add", Int64.max), ("Mul", .max), ("Div", 0), ("Sub", .min), ("Mod", 0)] {
      let nodes = [node(op, ["a", "b"], ["s"]), node("Reshape", ["x", "s"], ["y"])]
      #expect(codes(nodes, [("a", [2]), ("b", [b])]) == ["import.onnx.shape"], "\(op)")
    }
    for bounds in [[0, 10, 0], [.min, .max, 1], [0, .max, 1], [0, .min, -1]] as [[Int64]] {
      let nodes = [node("Range", ["a", "b", "c"], ["s"]), node("Reshape", ["x", "s"], ["y"])]
      #expect(codes(nodes, [("a", [bounds[0]]), ("b", [bounds[1]]), ("c", [bounds[2]])]).count == 1)
    }
  }

  @Test func formsThatAreNotSupportedSaySo() {
    let form = ["import.onnx.unsupported-form"]
    #expect(codes([node("Cast", ["x"], ["y"], [attribute("to", int: 2)])]) == ["import.onnx.unsupported-operator"])
    #expect(codes([node("Pad", ["x", "s"], ["y"], [attribute("mode", "mirror")])], [("s", [0, 0, 0, 0, 0, 0, 0, 1])]) == form)
    #expect(codes([node("Mod", ["x", "x"], ["y"])]) == ["import.onnx.unsupported-operator"])
    #expect(codes([node("Gather", ["x", "x"], ["y"])]) == ["import.onnx.not-constant"])
    #expect(codes([node("Upsample", ["x", "x"], ["y"])]) == ["import.onnx.unsupported-operator"])
  }

  @Test func anInputGivenAsAConstantIsNoInputOfTheGraph() throws {
    let bytes = model(
      [node("Mul", ["x", "k"], ["y"])], inputs: [input("x", [1, 3]), input("k", [1, 3])])
    func imported(_ constants: [String: Tensor]) throws -> Graph {
      try bytes.withUnsafeBytes {
        try importONNX(bytes: $0, file: "m.onnx", options: ImportOptions(constants: constants)).graph
      }
    }
    let graph = try imported(["k": Tensor(shape: [1, 3], elements: [1, 2, 3])])
    #expect(graph.inputs.count == 1)
    #expect(graph.nodes.count == 1 && graph.constant(graph.nodes[0].inputs[1])?.elements == [1, 2, 3])
    #expect(throws: FacetError.self) { try imported(["k": Tensor([1, 2])]) }
    #expect(throws: FacetError.self) { try imported(["other": Tensor([1])]) }
  }
}
