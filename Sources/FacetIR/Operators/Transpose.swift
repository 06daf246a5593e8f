/// ONNX `Transpose`: axis `i` of the output is axis `permutation[i]` of the input.
package struct Transpose: RearrangingOperator, Equatable {
  package var permutation: [Int]

  package init(permutation: [Int]) { self.permutation = permutation }

  package var name: String { "Transpose" }
  package var attributes: String { "permutation=\(permutation.commaSeparated)" }

  package var inverse: Transpose {
    var result = self
    for (axis, from) in permutation.enumerated() { result.permutation[from] = axis }
    return result
  }

  package func resultShape(_ input: [Int]) throws(ShapeError) -> [Int] {
    guard permutation.sorted() == Array(input.indices) else {
      throw ShapeError("\(permutation.prefix(16)) is not a permutation of the axes of shape \(input)")
    }
    return permutation.map { input[$0] }
  }

  package func rearrangement(_ input: [Int]) throws(ShapeError) -> Rearrangement {
    let strides = rowMajorStrides(input)
    return try Rearrangement(output: outputShape([input])) { strides[permutation[$0]] * $1 }
  }
}
