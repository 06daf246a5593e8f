/// How int8 numbers stand for real ones: real = scale * (q - zeroPoint), q in [-128, 127] (Jacob et al., "Quantization and Training of
/// Neural Networks for Efficient Integer-Arithmetic-Only Inference", 2018, section 2.1).
package struct Quantization: Sendable, Equatable {
  /// Positive, finite, normal.
  package var scale: Float
  /// In [-128, 127].
  package var zeroPoint: Int32

  package init(scale: Float, zeroPoint: Int32) {
    self.scale = scale
    self.zeroPoint = zeroPoint
  }

  /// Covers [low, high] extended to contain 0, which gets a code of its own: padding and ReLU are exact.
  package init(low: Double, high: Double) {
    let low = min(low, 0)
    let high = max(high, 0)
    let width = high - low
    guard width.isFinite, width > Double(Float.leastNormalMagnitude) * 256 else {
      self.init(scale: 1, zeroPoint: 0)
      return
    }
    let scale = Float(width / 255)
    let zero = (-128 - low / Double(scale)).rounded(.toNearestOrEven)
    self.init(scale: scale, zeroPoint: Int32(max(-128, min(127, zero))))
  }

  /// The code of a real number, rounded to nearest even and clamped. NaN gives the zero point.
  package func code(_ real: Double) -> Int32 {
    guard !real.isNaN else { return zeroPoint }
    let q = (real / Double(scale)).rounded(.toNearestOrEven) + Double(zeroPoint)
    return Int32(max(-128, min(127, q)))
  }

  package func real(_ code: Int32) -> Double { Double(scale) * Double(code - zeroPoint) }
}
