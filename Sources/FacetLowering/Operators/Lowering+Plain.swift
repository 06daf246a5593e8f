import FacetFormat
import FacetIR
import FacetQuantization

extension Lowering {
  /// Sizes for a record: at least one axis.
  mutating func grid(_ shape: [Int], _ node: Node) -> [Int]? {
    guard shape.count <= maximumRank else {
      problem(node, "\(shape.count) dimensions are more than the \(maximumRank) that the engine has")
      return nil
    }
    return shape.isEmpty ? [1] : shape
  }

  func words(_ values: [Int]) -> InlineArray<8, UInt32> {
    var result = InlineArray<8, UInt32>(repeating: 1)
    for (index, value) in values.enumerated() { result[index] = UInt32(value) }
    return result
  }

  mutating func refuse(_ constant: ValueID, _ node: Node) {
    problem(node, "the constant '\(graph[constant].name)' of shape \(graph.shape(constant)) cannot be used here")
  }
}
