import FacetIR

/// Gemm (opsets 7, 9, 11, 13): y = alpha · A · B + beta · C, with A and B as they are or transposed.
///
/// Of one row and a constant B it is a fully connected layer, else a matrix product.
@Sendable func importGemm(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let (a, b) = (try call.value(0), try call.value(1))
  for (id, what) in [(a, "input"), (b, "weights")] where call.lowering.graph.shape(id).count != 2 {
    throw ONNXProblem(
      .shape, "Its \(what) has shape \(call.lowering.graph.shape(id)), expected two axes.", ONNXProblem.damaged)
  }
  let alpha = try call.float("alpha", default: 1)
  let (isTransposedA, isTransposedB) = (try call.flag("transA"), try call.flag("transB"))
  let input = isTransposedA ? try transposed(call, a, "a") : a
  guard let weights = call.lowering.graph.constant(b), call.lowering.graph.constant(input) == nil,
    call.lowering.graph.shape(input)[0] == 1
  else {
    let product = try product(call, input, isTransposedB ? transposed(call, b, "b") : b, alpha: alpha)
    return try addBias(call, to: product)
  }
  var rows = b
  if alpha != 1 || !isTransposedB {
    try call.charge(elements: weights.elements.count)
    let tensor = isTransposedB ? weights : weights.transposedMatrix()
    rows = try call.derivedConstant(
      call.node.name + ".weights", tensor.scaled(by: alpha),
      quantization: (isTransposedB ? call.grid(b) : call.grid(b)?.transposedMatrix())?.scaled(
        by: [Float](repeating: alpha, count: tensor.shape[0])))
  }
  let outputs = call.lowering.graph.shape(rows)[0]
  guard let bias = try constantBias(call, outputs) else {
    let zero = try zeroBias(call, outputs)
    return try addBias(call, to: call.step("product", FullyConnected(), [input, rows, zero]))
  }
  return try call.emit(FullyConnected(), [input, rows, bias])
}

/// MatMul (opsets 1, 9, 13): matrices along the last two axes; a vector stands for one row, or one column.
///
/// One row times a constant matrix is a fully connected layer.
@Sendable func importMatMul(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  var (a, b) = (try call.value(0), try call.value(1))
  let (shapeA, shapeB) = (call.lowering.graph.shape(a), call.lowering.graph.shape(b))
  guard let inner = shapeA.last, !shapeB.isEmpty else {
    throw ONNXProblem(.shape, "Its inputs of shapes \(shapeA) and \(shapeB) are not matrices.", ONNXProblem.damaged)
  }
  if let weights = call.lowering.graph.constant(b), call.lowering.graph.constant(a) == nil, shapeB.count == 2,
    shapeA.elementCount == inner, shapeB[0] == inner
  {
    try call.charge(elements: weights.elements.count)
    let rows = try call.derivedConstant(
      call.node.name + ".weights", weights.transposedMatrix(), quantization: call.grid(b)?.transposedMatrix())
    let bias = try zeroBias(call, shapeB[1])
    if shapeA.count == 2 { return try call.emit(FullyConnected(), [a, rows, bias]) }
    let row = try call.step("row", Reshape(shape: [1, inner]), [a])
    let result = try call.step("product", FullyConnected(), [row, rows, bias])
    return try call.emit(Reshape(shape: shapeA.dropLast() + [shapeB[1]]), [result])
  }
  if shapeA.count == 1 { a = try call.step("row", Reshape(shape: [1, inner]), [a]) }
  if shapeB.count == 1 { b = try call.step("column", Reshape(shape: [shapeB[0], 1]), [b]) }
  let last = try lastStep(call, a, b)
  guard shapeA.count == 1 || shapeB.count == 1 else { return try call.emit(last.op, last.inputs) }
  let matrix = try call.step("product", last.op, last.inputs)
  var shape = call.lowering.graph.shape(matrix)
  if shapeB.count == 1 { shape.removeLast() }
  if shapeA.count == 1 { shape.remove(at: shape.count - (shapeB.count == 1 ? 1 : 2)) }
  return try call.emit(Reshape(shape: shape), [matrix])
}

/// A matrix with its axes swapped; a vector only changes its shape.
private func transposed(_ call: ONNXCall, _ id: ValueID, _ what: String) throws(ONNXProblem) -> ValueID {
  let shape = call.lowering.graph.shape(id)
  if shape.contains(1) { return try call.step(what, Reshape(shape: shape.reversed()), [id]) }
  return try call.step(what, Transpose(permutation: [1, 0]), [id])
}

/// What is left to do for a · b. Constants stand on the right in the engine: where only a is one, it is (bᵀ · aᵀ)ᵀ.
private func lastStep(
  _ call: ONNXCall, _ a: ValueID, _ b: ValueID
) throws(ONNXProblem) -> (op: any Operator, inputs: [ValueID]) {
  func swap(_ id: ValueID) -> Transpose {
    let rank = call.lowering.graph.shape(id).count
    return Transpose(permutation: Array(0..<rank - 2) + [rank - 1, rank - 2])
  }
  guard call.lowering.graph.constant(a) != nil, call.lowering.graph.constant(b) == nil else { return (MatrixProduct(), [a, b]) }
  let swapped = [try call.step("right", swap(b), [b]), try call.step("left", swap(a), [a])]
  let product = try call.step("swapped", MatrixProduct(), swapped)
  return (swap(product), [product])
}

/// alpha · a · b.
private func product(_ call: ONNXCall, _ a: ValueID, _ b: ValueID, alpha: Float) throws(ONNXProblem) -> ValueID {
  let last = try lastStep(call, a, b)
  let result = try call.step("product", last.op, last.inputs)
  guard alpha != 1 else { return result }
  return try call.step("scaled", Unary(function: .affine(alpha: alpha, beta: 0)), [result])
}

/// beta · C added to a product, which C broadcasts to.
private func addBias(_ call: ONNXCall, to product: ValueID) throws(ONNXProblem) -> ONNXValue {
  let beta = try call.float("beta", default: 1)
  guard call.has(2) else { return try call.emit(Identity(), [product]) }
  let shape = call.lowering.graph.shape(product)
  var bias = try call.value(2)
  let stored = call.lowering.graph.shape(bias)
  guard (try? broadcast(shape, stored)) == shape else {
    throw ONNXProblem(.shape, "Its bias of shape \(stored) does not broadcast to \(shape).", ONNXProblem.damaged)
  }
  if beta != 1 { bias = try call.step("bias", Unary(function: .affine(alpha: beta, beta: 0)), [bias]) }
  return try call.emit(Binary(function: .add), [product, bias])
}

/// beta · C as a vector, where C is constant: left out, one number, [N] or [1, N]. Nil where it is computed.
private func constantBias(_ call: ONNXCall, _ outputs: Int) throws(ONNXProblem) -> ValueID? {
  guard call.has(2) else { return try zeroBias(call, outputs) }
  let stored = try call.value(2)
  guard let tensor = call.lowering.graph.constant(stored) else { return nil }
  let beta = try call.float("beta", default: 1)
  if beta == 1, tensor.shape == [outputs] { return stored }
  let name = call.node.name + ".bias"
  try call.charge(elements: outputs)
  if tensor.elements.count == 1 {
    return try call.derivedConstant(name, Tensor(shape: [outputs], repeating: tensor.elements[0] * beta))
  }
  guard tensor.shape == [outputs] || tensor.shape == [1, outputs] else {
    throw ONNXProblem(
      .shape, "Its bias has shape \(tensor.shape), expected [\(outputs)] or [1, \(outputs)].", ONNXProblem.damaged)
  }
  return try call.derivedConstant(name, Tensor(tensor.elements.map { $0 * beta }))
}

private func zeroBias(_ call: ONNXCall, _ outputs: Int) throws(ONNXProblem) -> ValueID {
  try call.charge(elements: outputs)
  return try call.derivedConstant(call.node.name + ".bias", Tensor(shape: [outputs], repeating: 0))
}

extension ConstantQuantization {
  /// Of a matrix whose axes are swapped.
  fileprivate func transposedMatrix() -> ConstantQuantization { ConstantQuantization(scales: scales, axis: 1 - axis) }
}

extension Tensor {
  /// Precondition: two axes.
  fileprivate func transposedMatrix() -> Tensor {
    let (rows, columns) = (shape[0], shape[1])
    let elements = [Float](unsafeUninitializedCapacity: elements.count) { buffer, initialized in
      var next = 0
      for column in 0..<columns {
        for row in 0..<rows {
          buffer.initializeElement(at: next, to: self.elements[row * columns + column])
          next += 1
        }
      }
      initialized = next
    }
    return Tensor(shape: [columns, rows], elements: elements)
  }

  fileprivate func scaled(by factor: Float) -> Tensor {
    factor == 1 ? self : Tensor(shape: shape, elements: elements.map { $0 * factor })
  }
}
