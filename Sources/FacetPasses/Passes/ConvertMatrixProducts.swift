import FacetIR

/// MatMul by a constant matrix → 1 × 1 convolution between transposes: a linear layer on the last axis (ConvNeXt, Swin, vision transformers)
/// runs in the convolution's kernels, with an int8 scale for each output and whatever fuses into a convolution.
///
/// The rows of the left operand become pixels, its last axis their channels. In an engine whose images have their channels last, these transposes
/// move nothing. An addition of a constant for each output becomes the bias.
struct ConvertMatrixProducts: Pass {
  let name = "matmul-to-conv"
  let stage = PassStage.fold

  func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    guard node.op is MatrixProduct, let matrix = graph.constant(node.inputs[1]), graph.constant(node.inputs[0]) == nil else { return nil }
    let (from, to) = (graph.shape(node.inputs[0]), graph.shape(node.output))
    let inner = from[from.count - 1]
    // Of [..., M, K] and [K, N], perhaps with axes of 1 before them.
    guard matrix.shape.dropLast(2).allSatisfy({ $0 == 1 }), matrix.shape.count <= from.count, to.elementCount > 0, inner > 0 else {
      return nil
    }
    let columns = matrix.shape[matrix.shape.count - 1]
    let bias = bias(behind: index, columns, in: graph, uses)
    let detail = bias.map { "with \(graph.nodes[$0.node].title)" } ?? "\(inner) to \(columns) channels"
    return Patch(name, node: node.name, detail: detail) {
      let weights = $0.addConstant(
        name: $0[node.inputs[1]].name, Tensor(shape: [columns, inner, 1, 1], elements: transposed(matrix.elements, inner, columns)))
      if let given = $0.constantQuantizations[node.inputs[1]]?.transposed(rank: matrix.shape.count) {
        $0.constantQuantizations[weights] = given
      }
      let shifts = bias?.values ?? [Float](repeating: 0, count: columns)
      let biasID = $0.addConstant(name: bias?.name ?? "\(node.name).bias", Tensor(shifts))
      let last = bias.map { $0.node } ?? index
      let result = $0.nodes[last].output
      var nodes: [Node] = []
      func step(_ what: String, _ op: any Operator, _ inputs: [ValueID], _ shape: [Int], in graph: inout PassGraph) -> ValueID {
        let id = graph.addValue(name: "\(node.name).\(what)", shape: shape)
        // What counts keeps the name.
        let name = op is Convolution ? node.name : "\(node.name).\(what)"
        nodes.append(Node(name: name, op: op, inputs: inputs, output: id))
        return id
      }
      let form = Form(from)
      var x = node.inputs[0]
      if form.rows != from { x = step("rows", Reshape(shape: form.rows), [x], form.rows, in: &$0) }
      x = step("pixels", Transpose(permutation: form.toChannels), [x], form.channelsFirst(inner), in: &$0)
      if form.isLine { x = step("image", Reshape(shape: form.image(inner)), [x], form.image(inner), in: &$0) }
      x = step("conv", Convolution(), [x, weights, biasID], form.image(columns), in: &$0)
      if form.isLine { x = step("line", Reshape(shape: form.channelsFirst(columns)), [x], form.channelsFirst(columns), in: &$0) }
      let back = Transpose(permutation: form.toRows)
      if form.rows == from {
        nodes.append(Node(name: "\(node.name).back", op: back, inputs: [x], output: result))
      } else {
        x = step("back", back, [x], form.rows.dropLast() + [columns], in: &$0)
        nodes.append(Node(name: "\(node.name).shape", op: Reshape(shape: to), inputs: [x], output: result))
      }
      for new in nodes { $0.nodes.insert(new, before: last) }
      $0.nodes.remove(at: last)
      if last != index { $0.nodes.remove(at: index) }
    }
  }

  /// How rows of channels become pixels.
  private struct Form {
    /// The operand, of which the last axis is to become the second one.
    var rows: [Int]
    /// `[1, L, K]`: what is transposed is a line, of which the convolution gets an image.
    var isLine: Bool { rows.count == 3 }
    var toChannels: [Int] { isLine ? [0, 2, 1] : [0, 3, 1, 2] }
    var toRows: [Int] { isLine ? [0, 2, 1] : [0, 2, 3, 1] }

    init(_ shape: [Int]) {
      let isImage = (shape.count == 3 || shape.count == 4) && shape[0] == 1
      rows = isImage ? shape : [1, shape.dropLast().reduce(1, *), shape[shape.count - 1]]
    }

    func channelsFirst(_ channels: Int) -> [Int] { [1, channels] + rows[1..<(rows.count - 1)] }

    func image(_ channels: Int) -> [Int] { isLine ? [1, channels, 1, rows[1]] : channelsFirst(channels) }
  }

  /// The addition of one constant an output that alone reads a product.
  private func bias(
    behind index: Int, _ columns: Int, in graph: PassGraph, _ uses: GraphUses
  ) -> (node: Int, name: String, values: [Float])? {
    let product = graph.nodes[index].output
    guard let reader = uses.soleReader(product), let op = graph.nodes[reader].op as? Binary, op.function == .add, op.clamp.isNone else {
      return nil
    }
    let node = graph.nodes[reader]
    guard let other = node.inputs.first(where: { $0 != product }), let constant = graph.constant(other), constant.shape.last == columns,
      constant.elements.count == columns, graph.shape(node.output) == graph.shape(product), constant.elements.allSatisfy(\.isFinite)
    else { return nil }
    return (reader, graph[other].name, constant.elements)
  }

  private func transposed(_ elements: [Float], _ rows: Int, _ columns: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: elements.count) { buffer, initialized in
      for column in 0..<columns {
        for row in 0..<rows { buffer.initializeElement(at: column * rows + row, to: elements[row * columns + column]) }
      }
      initialized = elements.count
    }
  }
}

extension ConstantQuantization {
  /// Of a matrix `[..., K, N]`, for `[N, K, 1, 1]`; nil where its scales are of another axis.
  fileprivate func transposed(rank: Int) -> ConstantQuantization? {
    if scales.count == 1 { return ConstantQuantization(scales: scales) }
    return axis == rank - 1 ? ConstantQuantization(scales: scales, axis: 0) : nil
  }
}
