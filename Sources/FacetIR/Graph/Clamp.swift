/// A fused activation: `y = min(max(x, low), high)`. ReLU and Clip are clamps.
package struct Clamp: Sendable, Equatable {
  package var low: Float
  package var high: Float

  package init(low: Float, high: Float) {
    self.low = low
    self.high = high
  }

  /// Changes nothing.
  package static let none = Clamp(low: -.infinity, high: .infinity)
  package static let relu = Clamp(low: 0, high: .infinity)

  package var isNone: Bool { low == -.infinity && high == .infinity }

  /// This clamp followed by `next`, as one clamp.
  ///
  /// Equal to the common interval where there is one. Where the intervals are disjoint the result is the end of `next`
  /// that is nearer, as applying one after the other gives.
  package func intersection(_ next: Clamp) -> Clamp { Clamp(low: next.apply(low), high: next.apply(high)) }

  /// Where `low` is above `high` the result is `high`, as ONNX defines Clip.
  package func apply(_ x: Float) -> Float { min(max(x, low), high) }
  package func apply(_ x: Double) -> Double { min(max(x, Double(low)), Double(high)) }

  /// `clamp=0.0,6.0`, or nothing for `none`.
  var attribute: String? { isNone ? nil : "clamp=\(low),\(high)" }

  func check() throws(ShapeError) {
    if low.isNaN || high.isNaN { throw ShapeError("the bounds of the activation are \(low) and \(high)") }
  }
}
