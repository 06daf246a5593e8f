/// ONNX `MatMul`: a `[..., M, K]` times b `[..., K, N]`, both computed or one constant; the axes before broadcast.
///
/// Of vectors the importer makes matrices. A fully connected layer of a constant is `FullyConnected`.
package struct MatrixProduct: Operator, Equatable {
  package init() {}

  package var name: String { "MatMul" }
  package var quantization: QuantizationRule { .floatOnly }

  package func outputShape(_ inputs: [[Int]]) throws(ShapeError) -> [Int] {
    try checkInputs(inputs, count: 2...2)
    let (a, b) = (inputs[0], inputs[1])
    guard a.count >= 2, b.count >= 2 else { throw ShapeError("\(a) and \(b) are not both matrices") }
    guard a[a.count - 1] == b[b.count - 2] else {
      throw ShapeError("a matrix of \(a[a.count - 1]) columns is multiplied by one of \(b[b.count - 2]) rows")
    }
    let result = try broadcast(Array(a.dropLast(2)), Array(b.dropLast(2))) + [a[a.count - 2], b[b.count - 1]]
    try checkShape(result, "the output")
    return result
  }

  package func multiplyAccumulates(_ inputs: [[Int]], output: [Int]) -> Int {
    // Each factor is at most 2^31.
    output.elementCount * (inputs[0].last ?? 1)
  }

  package func reference(_ inputs: [Tensor]) -> Tensor {
    let (a, b) = (inputs[0], inputs[1])
    guard let shape = try? outputShape([a.shape, b.shape]) else { preconditionFailure("the input shapes do not fit") }
    let (rows, columns, inner) = (shape[shape.count - 2], shape[shape.count - 1], a.shape[a.shape.count - 1])
    let batch = Array(shape.dropLast(2))
    var elements: [Float] = []
    elements.reserveCapacity(shape.elementCount)
    forEachBroadcast(Array(a.shape.dropLast(2)), Array(b.shape.dropLast(2)), to: batch) { atA, atB in
      for row in 0..<rows {
        for column in 0..<columns {
          var sum = 0.0
          for k in 0..<inner {
            let x = Double(a.elements[(atA * rows + row) * inner + k])
            sum += x * Double(b.elements[(atB * inner + k) * columns + column])
          }
          elements.append(Float(sum))
        }
      }
    }
    return Tensor(shape: shape, elements: elements)
  }
}
