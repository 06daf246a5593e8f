/// How the engine sees a normalization: which of its two forms, of which tensor in memory.
package struct NormalizationLayout: Equatable {
  package enum Form: Equatable {
    /// The channels of an image, in each pixel.
    case eachPixel
    /// The channels of an image, in all pixels together.
    case allPixels
    /// Rows of a tensor whose elements lie in row-major order: each row alone.
    case rows(Int)
  }

  package var form: Form
  /// Of the channels (of a row's elements).
  package var groups: Int
  /// Along which gamma and beta may change, in order: their sizes multiply to the channels.
  var parameterAxes: [Int]
}

extension Normalization {
  /// Nil where the engine has no form of this normalization.
  package func layout(_ inputs: [[Int]]) -> NormalizationLayout? {
    let shape = inputs[0]
    let parameters = inputs.dropFirst().map { [Int](repeating: 1, count: shape.count - $0.count) + $0 }
    let forms = [image(shape), rows(shape)]
    // Few lines of pixels are images; batches of rows, as of words, lie in row-major order.
    for layout in (shape.count == 3 ? forms.reversed() : forms).compactMap({ $0 }) {
      let fits = parameters.allSatisfy { parameter in
        shape.indices.allSatisfy { parameter[$0] == 1 || layout.parameterAxes.contains($0) }
      }
      if fits { return layout }
    }
    return nil
  }

  private func image(_ shape: [Int]) -> NormalizationLayout? {
    guard PixelShape(shape) != nil, !shape.isEmpty else { return nil }
    let channel = shape.count == 1 ? 0 : 1
    let long = Set(shape.indices.filter { shape[$0] > 1 })
    let pixels = long.subtracting([channel])
    guard groups == 1 || axes[0] == channel else { return nil }
    if pixels.isDisjoint(with: axes), axes.contains(channel) {
      return NormalizationLayout(form: .eachPixel, groups: groups, parameterAxes: [channel])
    }
    guard pixels.isSubset(of: axes) else { return nil }
    return NormalizationLayout(
      form: .allPixels, groups: axes.contains(channel) ? groups : shape[channel], parameterAxes: [channel])
  }

  private func rows(_ shape: [Int]) -> NormalizationLayout? {
    let long = shape.indices.filter { shape[$0] > 1 }
    let kept = long.filter { !axes.contains($0) }
    let reduced = long.filter(axes.contains)
    // Only the outermost of the elements that lie side by side can be cut into groups.
    guard kept.max() ?? -1 < reduced.min() ?? .max, groups == 1 || reduced.first == axes[0] else { return nil }
    return NormalizationLayout(form: .rows(kept.reduce(1) { $0 * shape[$1] }), groups: groups, parameterAxes: reduced)
  }
}

extension NormalizationLayout {
  /// A parameter as one number for each channel (each element of a row) of x.
  package func perChannel(_ parameter: Tensor, of shape: [Int]) -> [Float] {
    let steps = broadcastSteps(parameter.shape, to: shape)
    var places = [0]
    for axis in parameterAxes { places = places.flatMap { place in (0..<shape[axis]).map { place + $0 * steps[axis] } } }
    return places.map { parameter.elements[$0] }
  }
}
