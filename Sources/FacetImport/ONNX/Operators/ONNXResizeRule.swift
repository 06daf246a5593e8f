import FacetIR

/// One axis that is resized.
struct ONNXResizeAxis {
  var axis: Int
  /// Of the output.
  var size: Int
  var input: Int
  /// As the file says: not always `size / input`.
  var scale: Float
  /// Start and end of the part that is taken, in sizes of the input; nil for all of it.
  var region: (start: Float, end: Float)?
}

/// Which elements of the input make one of the output (ONNX "Resize", attributes and their defaults resolved).
struct ONNXResizeRule {
  var mode: String
  var coordinates: String
  /// `simple` is the rule of opset 10: up where the axis shrinks, else down.
  var nearest: String
  var cubic: Float
  var excludesOutside: Bool

  /// Zeros where a region (`tf_crop_and_resize`) reaches beyond the input.
  ///
  /// - Throws: where a mode is unknown.
  func operation(_ axis: ONNXResizeAxis) throws(ONNXProblem) -> any Operator {
    let places = try places(axis)
    guard axis.region != nil else { return try operation(axis, places) }
    let outside = places.indices.filter { isOutside(places[$0], axis) }
    guard !outside.isEmpty else { return try operation(axis, places) }
    switch try operation(axis, places) {
    case let pick as PickNearest:
      var weights = [Float](repeating: 1, count: axis.size)
      for index in outside { weights[index] = 0 }
      return Resample(axis: axis.axis, size: axis.size, taps: 1, indices: pick.indices, weights: weights)
    case let resample as Resample:
      var weights = resample.weights
      for index in outside {
        for tap in 0..<resample.taps { weights[index * resample.taps + tap] = 0 }
      }
      return Resample(
        axis: resample.axis, size: resample.size, taps: resample.taps, indices: resample.indices, weights: weights)
    case let other: return other
    }
  }

  /// Whether an element of the output lies beyond the input.
  func reachesOutside(_ axis: ONNXResizeAxis) throws(ONNXProblem) -> Bool {
    guard axis.region != nil else { return false }
    return try places(axis).contains { isOutside($0, axis) }
  }

  private func isOutside(_ place: Float, _ axis: ONNXResizeAxis) -> Bool { !(place >= 0 && place <= Float(axis.input - 1)) }

  private func places(_ axis: ONNXResizeAxis) throws(ONNXProblem) -> [Float] {
    var places: [Float] = []
    for index in 0..<axis.size { places.append(try place(Float(index), axis)) }
    return places
  }

  private func operation(_ axis: ONNXResizeAxis, _ places: [Float]) throws(ONNXProblem) -> any Operator {
    switch mode {
    case "nearest":
      var indices: [Int] = []
      for place in places { indices.append(clamped(try rounded(place, axis), axis)) }
      return PickNearest(axis: axis.axis, indices: indices)
    case "linear": return resample(axis, places, first: 0, count: 2) { [1 - $0, $0] }
    case "cubic": return resample(axis, places, first: -1, count: 4, cubicWeights)
    default: throw unknown("mode", mode)
    }
  }

  /// Where an element of the output lies in the input. In float32, as runtimes compute it: ties are decided by it.
  private func place(_ x: Float, _ axis: ONNXResizeAxis) throws(ONNXProblem) -> Float {
    let (size, input) = (Float(axis.size), Float(axis.input))
    if axis.region == nil, axis.scale == 1 { return x }
    switch coordinates {
    case "half_pixel": return (x + 0.5) / axis.scale - 0.5
    case "pytorch_half_pixel": return axis.size > 1 ? (x + 0.5) / axis.scale - 0.5 : 0
    case "align_corners": return axis.size == 1 ? 0 : x * (input - 1) / (size - 1)
    case "asymmetric": return x / axis.scale
    case "tf_half_pixel_for_nn": return (x + 0.5) / axis.scale
    case "half_pixel_symmetric":
      let adjustment = size / (axis.scale * input)
      return input / 2 * (1 - adjustment) + (x + 0.5) / axis.scale - 0.5
    case "tf_crop_and_resize":
      guard let region = axis.region else { throw unknown("coordinate_transformation_mode", coordinates) }
      guard axis.size > 1 else { return 0.5 * (region.start + region.end) * (input - 1) }
      return region.start * (input - 1) + x * (region.end - region.start) * (input - 1) / (size - 1)
    default: throw unknown("coordinate_transformation_mode", coordinates)
    }
  }

  private func rounded(_ place: Float, _ axis: ONNXResizeAxis) throws(ONNXProblem) -> Float {
    switch nearest {
    case "simple": return axis.scale < 1 ? place.rounded(.up) : place.rounded(.down)
    case "floor": return place.rounded(.down)
    case "ceil": return place.rounded(.up)
    case "round_prefer_floor": return place == place.rounded(.down) + 0.5 ? place.rounded(.down) : place.rounded()
    case "round_prefer_ceil": return (place + 0.5).rounded(.down)
    default: throw unknown("nearest_mode", nearest)
    }
  }

  private func clamped(_ place: Float, _ axis: ONNXResizeAxis) -> Int {
    // NaN (from a damaged scale) becomes 0.
    place >= 0 ? Int(min(place, Float(axis.input - 1))) : 0
  }

  /// Weighted sums of `count` neighbours from the one at `floor(place) + first` on; beyond the ends the last element counts.
  private func resample(
    _ axis: ONNXResizeAxis, _ places: [Float], first: Int, count: Int, _ weights: (Float) -> [Float]
  ) -> Resample {
    var indices: [Int] = []
    var all: [Float] = []
    for given in places {
      let place = given.isFinite ? max(min(given, Float(axis.input)), -1) : 0
      let base = place.rounded(.down)
      var row = weights(place - base)
      let neighbours = (0..<count).map { Int(base) + first + $0 }
      if excludesOutside && mode == "cubic" {
        for (tap, index) in neighbours.enumerated() where index < 0 || index >= axis.input { row[tap] = 0 }
        let sum = row.reduce(0, +)
        row = row.map { $0 / sum }
      }
      indices += neighbours.map { max(0, min($0, axis.input - 1)) }
      all += row
    }
    return Resample(axis: axis.axis, size: axis.size, taps: count, indices: indices, weights: all)
  }

  /// Keys, "Cubic convolution interpolation for digital image processing", 1981, with a free coefficient.
  private func cubicWeights(_ t: Float) -> [Float] {
    let a = cubic
    func near(_ x: Float) -> Float { ((a + 2) * x - (a + 3)) * x * x + 1 }
    func far(_ x: Float) -> Float { ((a * x - 5 * a) * x + 8 * a) * x - 4 * a }
    return [far(t + 1), near(t), near(1 - t), far(2 - t)]
  }

  private func unknown(_ name: String, _ value: String) -> ONNXProblem {
    ONNXProblem(.unsupportedForm, "The attribute '\(name)' is '\(value)'.", "Export the model with another rule of resizing.")
  }
}
