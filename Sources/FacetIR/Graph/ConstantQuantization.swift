/// The int8 grid that a constant came with: its elements are its scale times integers of -127 to 127.
///
/// A quantized model's weights keep their codes by it: int8 takes these scales where it would choose its own.
package struct ConstantQuantization: Sendable, Equatable {
  /// One for all elements, or one for each index of `axis`; 0 where the elements are on no such grid.
  package var scales: [Float]
  package var axis: Int

  package init(scales: [Float], axis: Int = 0) {
    self.scales = scales
    self.axis = axis
  }

  /// One scale for each index of axis 0, `count` of them; nil where the scales are those of another axis.
  package func perOutput(_ count: Int) -> [Float]? {
    if scales.count == 1 { return [Float](repeating: scales[0], count: count) }
    return axis == 0 && scales.count == count ? scales : nil
  }

  /// The grid where each index of axis 0 is multiplied by a number of its own; nil where the scales are those of another axis.
  package func scaled(by factors: [Float]) -> ConstantQuantization? {
    guard let scales = perOutput(factors.count) else { return nil }
    return ConstantQuantization(
      scales: zip(scales, factors).map {
        let scale = abs(Float(Double($0) * Double($1)))
        return scale.isNormal ? scale : 0
      })
  }
}
