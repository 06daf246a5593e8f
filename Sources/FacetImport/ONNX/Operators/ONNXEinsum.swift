import FacetDiagnostics
import FacetIR

/// Einsum (opset 12) of one or two operands: a permutation, a sum, a product of elements or of matrices.
@Sendable func importEinsum(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  guard let equation = try call.string("equation") else {
    throw ONNXProblem(.attribute, "The attribute 'equation' is missing.", ONNXProblem.damaged)
  }
  var operands: [EinsumOperand] = []
  for index in 0..<call.inputCount { operands.append(EinsumOperand(id: try call.value(index), labels: [])) }
  guard operands.count <= 2 else {
    throw unsupported(equation, "has \(operands.count) operands", "Write it as several of two operands")
  }
  let labels = try EinsumEquation(equation, shapes: operands.map { call.lowering.graph.shape($0.id) })
  for index in operands.indices { operands[index].labels = labels.inputs[index] }
  return try EinsumTranslation(call: call, equation: labels).build(operands)
}

private func unsupported(_ equation: String, _ what: String, _ remedy: String) -> ONNXProblem {
  ONNXProblem(
    .unsupportedForm, "Its equation '\(equation)' \(what).", "\(remedy), or spell it with MatMul, Mul, Transpose and ReduceSum.")
}

/// An operand with a label for each of its axes.
private struct EinsumOperand {
  var id: ValueID
  var labels: [Int]
}

/// The equation with numbers as labels: those of letters, and from 1,000 on the axes of an ellipsis, counted from the last.
private struct EinsumEquation {
  var inputs: [[Int]]
  var output: [Int]
  var sizes: [Int: Int] = [:]

  init(_ equation: String, shapes: [[Int]]) throws(ONNXProblem) {
    let text = equation.filter { $0 != " " }
    let sides = text.components(by: "->")
    let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard sides.count <= 2, terms.count == shapes.count else {
      throw ONNXProblem(
        .attribute, "Its equation '\(equation)' is for \(plural(terms.count, "operand")), and it has \(shapes.count).", ONNXProblem.damaged)
    }
    inputs = []
    output = []
    var widest = 0
    for (term, shape) in zip(terms, shapes) {
      let letters = term.unicodeScalars.filter { $0 != "." }
      let wide = term.contains("...") ? shape.count - letters.count : 0
      guard wide >= 0, letters.count + wide == shape.count, let labels = Self.labels(term, wide: wide) else {
        throw ONNXProblem(
          .shape, "The term '\(term)' of its equation '\(equation)' does not fit an operand of shape \(shape).", ONNXProblem.damaged)
      }
      guard Set(labels).count == labels.count else {
        throw unsupported(equation, "uses a label twice in one operand (a diagonal)", "That is not supported: extract the diagonal first")
      }
      widest = max(widest, wide)
      for (label, size) in zip(labels, shape) {
        let known = sizes[label] ?? 1
        guard known == size || known == 1 || size == 1 else {
          throw ONNXProblem(
            .shape, "Its equation '\(equation)' gives one label the sizes \(known) and \(size).", ONNXProblem.damaged)
        }
        sizes[label] = max(known, size)
      }
      inputs.append(labels)
    }
    if sides.count == 2 {
      guard let labels = Self.labels(sides[1], wide: widest), Set(labels).count == labels.count,
        labels.allSatisfy({ sizes[$0] != nil })
      else {
        throw ONNXProblem(.attribute, "The result '\(sides[1])' of its equation '\(equation)' is not possible.", ONNXProblem.damaged)
      }
      output = labels
    } else {
      // Those that stand once, by the alphabet, behind those of the ellipsis.
      let all = inputs.flatMap(\.self)
      output =
        (0..<widest).reversed().map { 1_000 + $0 } + Set(all).filter { label in label < 1_000 && all.count { $0 == label } == 1 }.sorted()
    }
  }

  private static func labels(_ term: String, wide: Int) -> [Int]? {
    let parts = term.components(by: "...")
    guard parts.count <= 2 else { return nil }
    var result: [Int] = []
    for (index, part) in parts.enumerated() {
      if index == 1 { result += (0..<wide).reversed().map { 1_000 + $0 } }
      for scalar in part.unicodeScalars {
        guard scalar.isASCII, scalar.properties.isAlphabetic else { return nil }
        result.append(Int(scalar.value))
      }
    }
    return result
  }
}

extension String {
  fileprivate func components(by separator: String) -> [String] {
    var parts: [String] = []
    var rest = self[...]
    while let found = rest.firstRange(of: separator) {
      parts.append(String(rest[..<found.lowerBound]))
      rest = rest[found.upperBound...]
    }
    return parts + [String(rest)]
  }
}

private struct EinsumTranslation {
  let call: ONNXCall
  let equation: EinsumEquation

  private func size(_ label: Int) -> Int { equation.sizes[label] ?? 1 }

  private func sizes(_ labels: [Int]) -> [Int] { labels.map(size) }

  func build(_ given: [EinsumOperand]) throws(ONNXProblem) -> ONNXValue {
    var operands: [EinsumOperand] = []
    for (index, operand) in given.enumerated() {
      let others = given.indices.filter { $0 != index }.flatMap { given[$0].labels }
      operands.append(try reduced(operand, keeping: Set(equation.output + others), "operand\(index)"))
    }
    guard operands.count == 2 else { return try finish(operands[0]) }
    let (a, b) = (operands[0], operands[1])
    let summed = a.labels.filter { b.labels.contains($0) && !equation.output.contains($0) }
    if summed.isEmpty {
      let wide = [try spread(a, "left"), try spread(b, "right")]
      let product = try call.step("product", Binary(function: .multiply), wide)
      return try finish(EinsumOperand(id: product, labels: equation.output))
    }
    return try finish(matrixProduct(a, b, over: summed))
  }

  /// Sums over labels that stand nowhere else, and drops axes of size 1 that are longer elsewhere.
  private func reduced(_ operand: EinsumOperand, keeping: Set<Int>, _ name: String) throws(ONNXProblem) -> EinsumOperand {
    var result = operand
    let axes = result.labels.indices.filter { !keeping.contains(result.labels[$0]) }
    if !axes.isEmpty {
      result.id = try call.step("\(name).sum", Reduce(function: .sum, axes: axes, keepDimensions: false), [result.id])
      result.labels = result.labels.filter(keeping.contains)
    }
    let shape = call.lowering.graph.shape(result.id)
    let stretched = result.labels.indices.filter { shape[$0] != size(result.labels[$0]) }
    guard !stretched.isEmpty else { return result }
    result.labels = result.labels.indices.filter { !stretched.contains($0) }.map { result.labels[$0] }
    result.id = try call.step("\(name).flat", Reshape(shape: sizes(result.labels)), [result.id])
    return result
  }

  /// An operand with its axes in this order.
  private func ordered(_ operand: EinsumOperand, _ labels: [Int], _ name: String) throws(ONNXProblem) -> ValueID {
    let order = labels.compactMap { operand.labels.firstIndex(of: $0) }
    return order == Array(order.indices) ? operand.id : try call.step("\(name).order", Transpose(permutation: order), [operand.id])
  }

  /// An operand in the order of the output, with size 1 where it has no such axis.
  private func spread(_ operand: EinsumOperand, _ name: String) throws(ONNXProblem) -> ValueID {
    let labels = equation.output.filter(operand.labels.contains)
    let id = try ordered(operand, labels, name)
    guard labels.count < equation.output.count else { return id }
    let shape = equation.output.map { operand.labels.contains($0) ? size($0) : 1 }
    return try call.step("\(name).wide", Reshape(shape: shape), [id])
  }

  /// `[batch, rows, summed] · [batch, summed, columns]`
  private func matrixProduct(_ a: EinsumOperand, _ b: EinsumOperand, over summed: [Int]) throws(ONNXProblem) -> EinsumOperand {
    // The label of one image is no batch.
    let batch = equation.output.filter { a.labels.contains($0) && b.labels.contains($0) }
    let rows = equation.output.filter { a.labels.contains($0) && !b.labels.contains($0) }
    let columns = equation.output.filter { b.labels.contains($0) && !a.labels.contains($0) }
    func matrix(_ operand: EinsumOperand, _ first: [Int], _ second: [Int], _ name: String) throws(ONNXProblem) -> ValueID {
      let id = try ordered(operand, batch + first + second, name)
      let shape = (batch.isEmpty ? [] : [sizes(batch).elementCount]) + [sizes(first).elementCount, sizes(second).elementCount]
      return call.lowering.graph.shape(id) == shape ? id : try call.step("\(name).matrix", Reshape(shape: shape), [id])
    }
    let left = try matrix(a, rows, summed, "left")
    let right = try matrix(b, summed, columns, "right")
    let product = try call.imported(as: "MatMul", [(0, left), (1, right)], step: "product")
    let labels = batch + rows + columns
    let shape = sizes(labels)
    guard call.lowering.graph.shape(product) != shape else { return EinsumOperand(id: product, labels: labels) }
    return EinsumOperand(id: try call.step("axes", Reshape(shape: shape), [product]), labels: labels)
  }

  private func finish(_ operand: EinsumOperand) throws(ONNXProblem) -> ONNXValue {
    let missing = equation.output.contains { !operand.labels.contains($0) }
    guard !missing else {
      return try call.emit(Reshape(shape: sizes(equation.output)), [operand.id])
    }
    let order = equation.output.compactMap { operand.labels.firstIndex(of: $0) }
    guard order != Array(order.indices) else { return try call.emit(Identity(), [operand.id]) }
    return try call.emit(Transpose(permutation: order), [operand.id])
  }
}
