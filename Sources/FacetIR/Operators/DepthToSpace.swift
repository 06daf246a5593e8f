/// ONNX `DepthToSpace`: `[N, C·b², H, W]` to `[N, C, H·b, W·b]`. PyTorch's pixel shuffle is the one with `columnsFirst`.
package struct DepthToSpace: RearrangingOperator, Equatable {
  package var block: Int
  /// Whether the input's channel is `(c·b + i)·b + j` (mode CRD) or `(i·b + j)·C + c` (mode DCR) for the pixel (i, j) of a block.
  package var columnsFirst: Bool

  package init(block: Int, columnsFirst: Bool = false) {
    self.block = block
    self.columnsFirst = columnsFirst
  }

  package var name: String { "DepthToSpace" }
  package var attributes: String { "block=\(block) mode=\(columnsFirst ? "CRD" : "DCR")" }

  package func resultShape(_ input: [Int]) throws(ShapeError) -> [Int] {
    try checkRank(input, [4], "the input")
    try checkBlock(block)
    guard input[1] % (block * block) == 0 else {
      throw ShapeError("\(input[1]) channels are not a multiple of \(block) x \(block)")
    }
    return [
      input[0], input[1] / (block * block), try checkedSize(input[2], times: block), try checkedSize(input[3], times: block),
    ]
  }

  package func rearrangement(_ input: [Int]) throws(ShapeError) -> Rearrangement {
    let output = try outputShape([input])
    let (from, to) = (rowMajorStrides(input), rowMajorStrides(output))
    let channels = output[1]
    // n, c, y, i, x, j
    let inputSteps =
      columnsFirst
      ? [from[0], from[1] * block * block, from[2], from[1] * block, from[3], from[1]]
      : [from[0], from[1], from[2], from[1] * channels * block, from[3], from[1] * channels]
    let outputSteps = [to[0], to[1], to[2] * block, to[2], to[3] * block, to[3]]
    return try Rearrangement(
      [input[0], channels, input[2], block, input[3], block], input: { inputSteps[$0] * $1 }, output: { outputSteps[$0] * $1 })
  }
}

/// ONNX `SpaceToDepth`: `[N, C, H·b, W·b]` to `[N, C·b², H, W]`; pixel (i, j) of a block is channel `(i·b + j)·C + c`.
package struct SpaceToDepth: RearrangingOperator, Equatable {
  package var block: Int

  package init(block: Int) { self.block = block }

  package var name: String { "SpaceToDepth" }
  package var attributes: String { "block=\(block)" }

  package func resultShape(_ input: [Int]) throws(ShapeError) -> [Int] {
    try checkRank(input, [4], "the input")
    try checkBlock(block)
    guard input[2] % block == 0, input[3] % block == 0 else {
      throw ShapeError("height and width of \(input) are not multiples of \(block)")
    }
    return [input[0], try checkedSize(input[1], times: block * block), input[2] / block, input[3] / block]
  }

  package func rearrangement(_ input: [Int]) throws(ShapeError) -> Rearrangement {
    let output = try outputShape([input])
    let (from, to) = (rowMajorStrides(input), rowMajorStrides(output))
    // n, c, y, i, x, j
    let inputSteps = [from[0], from[1], from[2] * block, from[2], from[3] * block, from[3]]
    let outputSteps = [to[0], to[1], to[2], to[1] * input[1] * block, to[3], to[1] * input[1]]
    return try Rearrangement(
      [input[0], input[1], output[2], block, output[3], block], input: { inputSteps[$0] * $1 }, output: { outputSteps[$0] * $1 })
  }
}

private func checkBlock(_ block: Int) throws(ShapeError) {
  guard (1...maximumWindowAttribute).contains(block) else {
    let message = "the block is \(block), expected 1 to \(maximumWindowAttribute)"
    throw block < 1 ? ShapeError(message) : .limit(message)
  }
}
