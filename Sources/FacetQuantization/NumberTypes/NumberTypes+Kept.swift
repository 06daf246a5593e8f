import FacetIR

/// Results that somebody wants in more than 8 bits.
extension NumberTypes {
  /// Whether a node computes in float32 because somebody says so of it, or of what it reads.
  func isKept(_ node: Node) -> Bool { keptResults.contains(node.output) }

  /// Whether a layer takes its image in 16 bits, as two int8 planes: its int8 kernel then reads twice the channels. A residual beside it is int8. One pixel
  /// is read in 16 bits in any case (`isWide`).
  func readsPlanes(_ node: Node) -> Bool {
    !kept.isEmpty && !isFloat32 && kept.isInt16(inputs(node)[0]) && !isKept(node) && isDense(node) && !isWide(node)
  }

  /// What only moves elements, or chooses among them, is in `kept` itself.
  mutating func setKeptResults() {
    guard !kept.isEmpty else { return }
    for node in graph.nodes where node.fakeQuantization == nil {
      let values = inputs(node).filter { graph.constant($0) == nil }
      let read = values.compactMap { kept.precisions[$0] }
      let isFunction = node.op is Unary || node.op is Binary || node.op is Affine
      let isOfFloat = isFunction && !values.isEmpty && values.allSatisfy(keptResults.contains)
      let isComputed =
        switch kept.precisions[node.output] {
        case .float32: true
        // Sums of int8 products have more than 16 bits. A depthwise layer has few, and takes longer to make float32 of them than to compute in float32.
        case .int16: !isDense(node)
        case nil: false
        }
      if isComputed || isOfFloat || read.contains(.float32) || !read.isEmpty && !isDense(node) { keptResults.insert(node.output) }
    }
  }

  /// Whether a node is a layer whose sums are of all channels of an image: it can read two planes, and gives unrounded sums at little cost beside making them.
  package func isDense(_ node: Node) -> Bool {
    guard node.layer is Convolution || node.layer is FullyConnected, (node.layer as? Convolution)?.groups ?? 1 == 1,
      [3, 4].contains(node.inputs.count), graph.constant(node.inputs[1]) != nil, graph.constant(node.inputs[2]) != nil
    else { return false }
    let values = inputs(node)
    return PixelShape(graph.shape(values[0])) != nil && (values.count < 4 || values[3] != values[0])
  }
}
