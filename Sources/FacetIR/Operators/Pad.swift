/// What a `Pad` puts around its input.
package enum PadMode: String, Sendable {
  /// One number.
  case constant
  /// The input mirrored at its first and last element, which are not repeated.
  case reflect
  /// The first and last element.
  case edge
  /// The input again and again.
  case wrap
}

/// ONNX `Pad` without cropping: along each axis `before` elements, the input, `after` elements.
package struct Pad: RearrangingOperator, Equatable {
  /// For every axis of the input, at least 0.
  package var before: [Int]
  package var after: [Int]
  package var mode: PadMode
  /// What `constant` puts around. In int8 it saturates to the input's range.
  package var value: Float

  package init(before: [Int], after: [Int], mode: PadMode = .constant, value: Float = 0) {
    self.before = before
    self.after = after
    self.mode = mode
    self.value = value
  }

  package var name: String { "Pad" }
  package var attributes: String {
    "before=\(before.commaSeparated) after=\(after.commaSeparated) mode=\(mode.rawValue)"
      + (mode == .constant ? " value=\(value)" : "")
  }

  package func resultShape(_ input: [Int]) throws(ShapeError) -> [Int] {
    try checkPerAxis(before, input, "before")
    try checkPerAxis(after, input, "after")
    guard value.isFinite else { throw ShapeError("the padding is \(value), expected a finite number") }
    var result: [Int] = []
    for (axis, size) in input.enumerated() {
      let (first, last) = (before[axis], after[axis])
      guard first >= 0, last >= 0, mode != .reflect || max(first, last) < size else {
        throw ShapeError("axis \(axis) of shape \(input) cannot be padded by \(first) and \(last) in mode \(mode.rawValue)")
      }
      result.append(try checkedSize(checkedSize(size, plus: first), plus: last))
    }
    return result
  }

  package func rearrangement(_ input: [Int]) throws(ShapeError) -> Rearrangement {
    let strides = rowMajorStrides(input)
    return try Rearrangement(output: outputShape([input]), fill: mode == .constant ? value : 0) { axis, index in
      let at = index - before[axis]
      let last = input[axis] - 1
      guard at < 0 || at > last else { return strides[axis] * at }
      switch mode {
      case .constant: return -1
      case .reflect: return strides[axis] * (at < 0 ? -at : 2 * last - at)
      case .edge: return at < 0 ? 0 : strides[axis] * last
      case .wrap: return strides[axis] * (at % input[axis] + (at % input[axis] < 0 ? input[axis] : 0))
      }
    }
  }
}
