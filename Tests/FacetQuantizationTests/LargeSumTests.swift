import FacetIR
import Testing

@testable import FacetQuantization

/// What could leave the integers of an int8 form is computed in float32, from float32.
@Suite struct LargeSumTests {
  private func types(_ shape: [Int], _ op: any Operator, operands: Int) throws -> (NumberTypes, Node) {
    var graph = Graph()
    let x = graph.addInput(name: "x", shape: shape)
    let y = try graph.addNode(name: "y", op, [ValueID](repeating: x, count: operands))
    graph.outputs = [GraphOutput(name: "y", value: y)]
    return (NumberTypes(int8: GivenQuantizations(graph)), graph.nodes[0])
  }

  @Test(arguments: [(2048, false), (2049, true)]) func normalizationsOfMoreThan4194304Elements(height: Int, isFloat: Bool) throws {
    let (types, node) = try types([1, 1, height, 2048], Normalization(axes: [2, 3], epsilon: 1e-5), operands: 1)
    #expect(types.readsFloat(node) == isFloat)
    #expect(types.precisions(node.inputs[0]) == [isFloat ? .float32 : .int8])
  }

  @Test(arguments: [(32_768, false), (32_769, true)]) func productsOfMoreThan32768Numbers(inner: Int, isFloat: Bool) throws {
    let product = try #require(StridedProduct([1, inner], [inner, 1]))
    let (types, node) = try types([inner], product, operands: 2)
    #expect(types.readsFloat(node) == isFloat)
    #expect(types.precisions(node.inputs[0]) == [isFloat ? .float32 : .int8])
  }
}
