import FacetIR
import Testing

@testable import FacetQuantization

/// Operators that a recipe has compute in float32.
@Suite struct KeptOperatorTests {
  private func types(_ names: Set<String>) throws -> NumberTypes {
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
    return NumberTypes(int8: GivenQuantizations(graph, float32: names))
  }

  private func floats(_ types: NumberTypes) -> Set<String> {
    Set(types.graph.nodes.filter { !types.precisions($0.output).isEmpty && types.computesFloat($0) }.map(\.name))
  }

  @Test func withoutNamesAllIsInt8() throws {
    #expect(try floats(types([])) == [])
    #expect(try types([]).graph.nodes.contains { $0.op is LayerWithFunction })
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
    let types = NumberTypes(int8: GivenQuantizations(graph, float32: ["first"]))
    #expect(floats(types) == ["first", "second", "sigmoid", "swish"])
  }

  @Test func whatOnlyMovesPassesOnWhatIsKept() throws {
    // What it reads comes unrounded, too.
    let found = try floats(types(["second"]))
    #expect(found == ["active", "second", "moved", "last"])
  }

  @Test func namesAreThoseOfTheModelAndOfWhatBecameOne() throws {
    let graph = try types([]).graph
    #expect(GivenQuantizations.operatorNames(graph).isSuperset(of: ["first", "second", "moved", "last", "third"]))
    #expect(try floats(types(["nobody"])) == [])
  }
}
