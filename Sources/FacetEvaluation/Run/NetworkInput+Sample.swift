import FacetBundle
import FacetData
import FacetDiagnostics
import FacetFormat
import FacetRecipe
import FacetRuntime

extension NetworkInput {
  /// Resizes frames, or their regions, as the bundle says; takes tensors of the network's shape as they are.
  ///
  /// - Parameter data: what the user named, for messages.
  package init(_ sample: Sample, for bundle: Bundle, data: String) throws(FacetError) {
    switch sample {
    case .frame(let frame, let name, let region):
      guard bundle.takesPixels else {
        throw FacetError(
          code: .inputPixels, file: data, place: name, message: "an image, but the bundle takes only normalized tensors",
          remedy:
            "Compile with --recipe, which says how pixels are normalized ('facet init MODEL -o recipe.json' writes one to start from), "
            + "or give .npy tensors (float32, normalized).")
      }
      let bytes = try frame.resized(
        width: bundle.inputWidth, height: bundle.inputHeight,
        rule: ResizeRule(rawValue: bundle.input.resizeRule) ?? .stretch, color: ColorOrder(rawValue: bundle.input.colorOrder) ?? .rgb,
        fill: UInt8(truncatingIfNeeded: bundle.input.fill), region: region)
      self.init(bytes: bytes, isPixels: true, name: name)
    case .tensor(let elements, let shape, let name):
      let wanted = [1, bundle.inputChannels, bundle.inputHeight, bundle.inputWidth]
      // Axes of one element do not matter: a vector may come as [1, N]. The order of the others does.
      guard shape.filter({ $0 != 1 }) == wanted.filter({ $0 != 1 }), elements.count == wanted.reduce(1, *) else {
        throw FacetError(
          code: .inputShape, file: data, place: name,
          message: "a sample of shape \(shape), but the network takes \(wanted)",
          remedy: Self.layoutRemedy(shape, wanted))
      }
      try Self.checkFinite(elements, shape, file: data, place: name)
      self.init(bytes: elements.withUnsafeBytes(Array.init), isPixels: false, name: name)
    }
  }

  /// One such number spreads over all scores, and in int8 it becomes any number.
  private static func checkFinite(_ elements: [Float], _ shape: [Int], file: String, place: String) throws(FacetError) {
    guard let first = elements.firstIndex(where: { !$0.isFinite }) else { return }
    var (rest, index) = (first, [Int](repeating: 0, count: shape.count))
    for axis in shape.indices.reversed() { (rest, index[axis]) = (rest / shape[axis], rest % shape[axis]) }
    let count = elements.count { !$0.isFinite }
    throw FacetError(
      code: .inputNotFinite, file: file, place: "\(place), element \(index.dropFirst().map(String.init).joined(separator: ", "))",
      message: "it is \(elements[first].isNaN ? "not a number (NaN)" : "infinite")"
        + (count == 1 ? "" : ", the first of \(count) in this sample that are not finite"),
      remedy:
        "Correct or leave out this sample: numpy.isfinite(x).all() must hold. It often comes from a division by a standard deviation of 0.")
  }

  /// - Parameter wanted: of the bundle; without a recipe in the order of the model's own axes.
  private static func layoutRemedy(_ shape: [Int], _ wanted: [Int]) -> String {
    let takesNHWC = ImageGuess(wanted)?.layout == .nhwc
    let order =
      takesNHWC
      ? "The model takes NHWC: save float32 tensors of \(wanted), the first axis counting samples, normalized as in training. "
        + "Compiled with a recipe that has \"input\", the bundle takes NCHW instead, and images."
      : "Save float32 tensors in NCHW order, the first axis counting samples, normalized as in training."
    if shape.count == 4, [shape[0], shape[3], shape[1], shape[2]] == wanted {
      return "The sample is NHWC, and the bundle takes NCHW, whatever the model's own order is: save x.transpose(0, 3, 1, 2). "
        + "An image is better given as it is, or as a uint8 tensor in NHWC, which the recipe normalizes."
    }
    if shape.count == 4, [shape[0], shape[2], shape[3], shape[1]] == wanted {
      return "The sample is NCHW: save x.transpose(0, 2, 3, 1). \(order)"
    }
    return (shape.dropFirst() == wanted.dropFirst(2) && wanted[1] == 1 ? "Save x[:, None]. " : "") + order
  }
}
