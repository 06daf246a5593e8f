import FacetIR
import FacetPasses

/// A layer that reads its input in 16 bits, as two int8 planes, `x = s · (high + low / ratio)`, through the same kernels.
///
/// A layer between tensors of one pixel (pooled vectors, squeeze-and-excitation, heads) does so always: these are float32, since their time is nothing
/// and what they lose reaches all channels. Both planes are pixels, which run through the kernel at once and read each weight once; the sums of the two are
/// added in float32.
///
/// Of an image the low plane is channels behind the high ones, `Σ w · x = s · (Σ w · high + Σ (w / ratio) · low)`: twice the products, and everything else of
/// the layer as with int8. Weights of the low plane are rounded to the steps of the others: the smaller the ratio, the less is lost there, and the more
/// is lost in the low plane.
package struct WideLayer {
  package enum Form {
    /// Two pixels, and what the layer makes of each.
    case pixels(sums: ValueID)
    case channels
  }

  package var planes: ValueID
  package var form: Form

  /// What the low part is divided by. Of pixels: rounding the high one leaves at most half a step, which is 127 of its steps.
  package var ratio: Float { isImage ? 16 : 254 }
  /// Of what calibration saw, how much larger a number may be: 16 bits have room, and few images underestimate.
  var margin: Double { isImage ? 1.25 : 2 }

  package var isImage: Bool { if case .channels = form { true } else { false } }

  /// Largest zero point of an image's planes, which leaves room for the low one's codes on both sides.
  static let maximumZeroPoint: Int32 = 119
}

extension Graph {
  /// Whether a value is one number for each channel.
  func isOnePixel(_ value: ValueID) -> Bool { PixelShape(shape(value)).map { $0.height * $0.width == 1 } ?? false }
}

extension NumberTypes {
  mutating func addWideLayers() {
    for (index, node) in graph.nodes.enumerated() where !precisions(aliases.root(node.output)).isEmpty {
      func add(_ kind: String, _ shape: (channels: Int, height: Int, width: Int)) -> ValueID {
        graph.addValue(name: "\(node.name) (\(kind))", shape: [1, shape.channels, shape.height, shape.width])
      }
      guard let input = node.inputs.isEmpty ? nil : PixelShape(graph.shape(inputs(node)[0])) else { continue }
      if readsPlanes(node) {
        wideLayers[index] = WideLayer(planes: add("16 bits", (2 * input.channels, input.height, input.width)), form: .channels)
      } else if isWide(node), let output = PixelShape(graph.shape(node.output)) {
        wideLayers[index] = WideLayer(
          planes: add("16 bits", (input.channels, 2, 1)), form: .pixels(sums: add("sums", (output.channels, 2, 1))))
      }
    }
  }

  /// A node's layer as its int8 kernel computes it; nil where it is none. Of one between pixels in 16 bits: what it computes of both.
  package func layer(_ index: Int) -> WeightedLayer? {
    guard let layer = WeightedLayer(graph.nodes[index], graph, aliases) else { return nil }
    guard let wide = wideLayers[index], wide.isImage else { return layer }
    return layer.reading(wide)
  }

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

extension WeightedLayer {
  /// The same on an image's two planes.
  fileprivate func reading(_ wide: WideLayer) -> WeightedLayer {
    var result = self
    (result.input, result.groupInputs) = (wide.planes, 2 * groupInputs)
    let length = groupInputs * taps
    result.weights = (0..<outputChannels).flatMap { output in
      let own = weights[output * length..<(output + 1) * length]
      return own + own.map { $0 / wide.ratio }
    }
    return result
  }
}

extension Quantization {
  /// Of the high plane of numbers that lie within bounds.
  init(_ wide: WideLayer, _ extremes: (low: Double, high: Double)?) {
    let extremes = extremes ?? (-1, 1)
    var scale = wide.margin * max(abs(extremes.low), abs(extremes.high)) / 127
    var zero: Int32 = 0
    if wide.isImage {
      let (low, high) = (wide.margin * min(extremes.low, 0), wide.margin * max(extremes.high, 0))
      zero = max(-WideLayer.maximumZeroPoint, min(WideLayer.maximumZeroPoint, Quantization(low: low, high: high).zeroPoint))
      scale = max(high / Double(127 - zero), -low / Double(127 + zero))
    }
    let rounded = Float(scale)
    self.init(scale: rounded.isNormal && rounded < 0x1p63 ? max(rounded, 0x1p-63) : 1, zeroPoint: zero)
  }
}
