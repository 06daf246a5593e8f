import FacetIR
import Testing

@testable import FacetQuantization

/// Operators that a recipe has compute in float32.
@Suite struct KeptOperatorTests {
  private func types(_ names: Set<String>) throws -> NumberTypes {
    try types(Dictionary(uniqueKeysWithValues: names.map { ($0, .float32) }))
  }

  private func types(_ precisions: [String: ResultPrecision]) throws -> NumberTypes {
    var graph = Graph()
    func layer(_ name: String, _ x: ValueID, kernel: Int = 3) throws -> ValueID {
      let w = graph.addConstant(name: name + ".w", Tensor(shape: [2, 2, kernel, kernel], repeating: 0.25))
      return try graph.addNode(
        name: name, Convolution(pads: [Int](repeating: kernel / 2, count: 4)),
        [x, w, graph.addConstant(name: name + ".b", Tensor([0, 0]))])
    }
    let first = try layer("first", graph.addInput(name: "x", shape: [1, 2, 8, 8]))
    let active = try graph.addNode(name: "active", Unary(function: .hardSwish), [first])
    let second = try layer("second", active)
    let moved = try graph.addNode(name: "moved", Transpose(permutation: [0, 1, 3, 2]), [second])
    graph.outputs = [GraphOutput(name: "y", value: try layer("third", try layer("last", moved), kernel: 1))]
    return NumberTypes(int8: GivenQuantizations(graph, precisions: precisions))
  }

  private func floats(_ types: NumberTypes) -> Set<String> {
    Set(types.graph.nodes.filter { !types.precisions($0.output).isEmpty && types.computesFloat($0) }.map(\.name))
  }

  @Test func withoutNamesAllIsInt8() throws {
    #expect(try floats(types([String: ResultPrecision]())) == [])
    #expect(try types([String: ResultPrecision]()).graph.nodes.contains { $0.op is LayerWithFunction })
  }

  /// It, the function that would be a part of it, and what reads that.
  @Test func aNamedLayerAndItsReadersAreFloat() throws {
    let types = try types(["first"])
    #expect(floats(types) == ["first", "active", "second"])
    #expect(!types.graph.nodes.contains { $0.op is LayerWithFunction })
  }

  /// Rounding comes behind the function of what a reader computes, as in an int8 layer.
  @Test func aFunctionOfWhatAReaderComputesIsFloat() throws {
    var graph = Graph()
    func layer(_ name: String, _ x: ValueID) throws -> ValueID {
      let w = graph.addConstant(name: name + ".w", Tensor(shape: [2, 2, 1, 1], repeating: 0.25))
      return try graph.addNode(name: name, Convolution(), [x, w, graph.addConstant(name: name + ".b", Tensor([0, 0]))])
    }
    let second = try layer("second", layer("first", graph.addInput(name: "x", shape: [1, 2, 8, 8])))
    let gate = try graph.addNode(name: "sigmoid", Unary(function: .sigmoid), [second])
    let product = try graph.addNode(name: "swish", Binary(function: .multiply), [second, gate])
    graph.outputs = [GraphOutput(name: "y", value: try layer("last", product))]
    let types = NumberTypes(int8: GivenQuantizations(graph, precisions: ["first": .float32]))
    #expect(floats(types) == ["first", "second", "sigmoid", "swish"])
  }

  @Test func whatOnlyMovesPassesOnWhatIsKept() throws {
    // What it reads comes unrounded, too.
    let found = try floats(types(["second"]))
    #expect(found == ["active", "second", "moved", "last"])
  }

  @Test func namesAreThoseOfTheModelAndOfWhatBecameOne() throws {
    let graph = try types([String: ResultPrecision]()).graph
    #expect(GivenQuantizations.operatorNames(graph).isSuperset(of: ["first", "second", "moved", "last", "third"]))
    #expect(try floats(types(["nobody"])) == [])
  }

  private func wide(_ types: NumberTypes) -> Set<String> {
    Set(types.wideLayers.filter(\.value.isImage).keys.map { types.graph.nodes[$0].name })
  }

  /// The layer itself stays int8, and so do its readers, which take two planes; only the function between them is float32.
  @Test func aNamedLayerIsReadIn16Bits() throws {
    let types = try types(["first": .int16])
    #expect(floats(types) == ["active"])
    #expect(wide(types) == ["second"])
    let (index, wide) = try #require(types.wideLayers.first)
    #expect(types.graph.shape(wide.planes) == [1, 4, 8, 8])
    let layer = try #require(types.layer(index))
    #expect(layer.groupInputs == 4)
    // Of each output: the weights, and the same by 16.
    #expect(Array(layer.weights.prefix(36)) == (0..<36).map { $0 < 18 ? Float(0.25) : 0.25 / 16 })
  }

  @Test func whatOnlyMovesPasses16BitsOn() throws {
    let found = try types(["second": .int16])
    #expect(floats(found) == ["moved"])
    #expect(wide(found) == ["last"])
  }

  /// Depthwise layers, sums and functions read float32; a residual beside a layer's own input stays int8.
  @Test func otherReadersOf16BitsComputeInFloat() throws {
    var graph = Graph()
    func layer(_ name: String, _ x: ValueID, groups: Int = 1, plus residual: ValueID? = nil) throws -> ValueID {
      let w = graph.addConstant(name: name + ".w", Tensor(shape: [2, 2 / groups, 1, 1], repeating: 0.25))
      let b = graph.addConstant(name: name + ".b", Tensor([0, 0]))
      return try graph.addNode(name: name, Convolution(groups: groups), [x, w, b] + (residual.map { [$0] } ?? []))
    }
    let first = try layer("first", graph.addInput(name: "x", shape: [1, 2, 8, 8]))
    let depthwise = try layer("depthwise", first, groups: 2)
    let sum = try graph.addNode(name: "sum", Binary(function: .add), [first, depthwise])
    let residual = try layer("residual", sum, plus: first)
    let both = try layer("both", first, plus: residual)
    graph.outputs = [GraphOutput(name: "y", value: try layer("last", both))]
    let types = NumberTypes(int8: GivenQuantizations(graph, precisions: ["first": .int16]))
    #expect(floats(types) == ["depthwise", "sum"])
    #expect(wide(types) == ["both"])
    #expect(types.precisions(first) == [.int8, .float32])
    // A depthwise layer's own result: computing in float32 costs less than unrounded sums.
    #expect(floats(NumberTypes(int8: GivenQuantizations(graph, precisions: ["depthwise": .int16]))) == ["depthwise", "sum"])
  }
}
