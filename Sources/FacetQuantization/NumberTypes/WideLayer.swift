import FacetIR

/// A layer between tensors of one pixel (pooled vectors, squeeze-and-excitation, heads): these are float32, since their time is nothing and what
/// they lose reaches all channels. Its weights stay int8: the vector is taken in 16 bits, as two int8 pixels, `x = s · (high + low / 254)`, which
/// run through the same kernel at once; its sums of the two are added in float32.
package struct WideLayer {
  /// The two int8 pixels, one below the other.
  package var planes: ValueID
  /// What the layer makes of each.
  package var sums: ValueID

  /// What the low part is divided by: rounding the high one leaves at most half a step, which is 127 of its steps.
  package static let ratio: Float = 254
  /// Of what calibration saw, how much larger a number may be: 16 bits have room, and few images underestimate.
  static let margin = 2.0
}

extension Graph {
  /// Whether a value is one number for each channel.
  func isOnePixel(_ value: ValueID) -> Bool { PixelShape(shape(value)).map { $0.height * $0.width == 1 } ?? false }
}

extension NumberTypes {
  /// Whether a node is a layer that takes its one pixel in 16 bits.
  func isWide(_ node: Node) -> Bool {
    guard computesVectors, !isKept(node), node.op is Convolution || node.op is FullyConnected, node.inputs.count == 3,
      graph.isOnePixel(node.output), graph.isOnePixel(inputs(node)[0]), let weights = graph.constant(node.inputs[1]),
      graph.constant(node.inputs[2]) != nil, graph.constant(inputs(node)[0]) == nil
    else { return false }
    guard let op = node.op as? Convolution else { return true }
    return op.groups == 1 && weights.shape[2...].allSatisfy { $0 == 1 } && op.pads.allSatisfy { $0 == 0 }
  }

  /// Whether a node computes numbers of one pixel from such numbers: in float32.
  func isVectorArithmetic(_ node: Node) -> Bool {
    guard computesVectors, graph.isOnePixel(node.output) else { return false }
    switch node.op {
    case is Unary, is Binary, is Affine, is Normalization:
      return node.fakeQuantization == nil && node.inputs.allSatisfy { graph.constant($0) != nil || graph.isOnePixel($0) }
    default: return isWide(node)
    }
  }

  /// Whether a node makes one pixel of several: its sums are float32 without a rounding.
  func makesVector(_ node: Node) -> Bool {
    computesVectors && (node.op is GlobalAveragePool || node.op is AveragePool) && graph.isOnePixel(node.output)
      && !graph.isOnePixel(node.inputs[0])
  }

  /// What a quantized model says is taken as it is.
  private var computesVectors: Bool { !isFloat32 && given.isEmpty }
}
