import FacetData
import FacetFormat
import FacetRuntime

/// A sample as a bundle's input takes it: pixels of the network's size, or normalized floats.
package struct NetworkInput: Sendable {
  /// uint8 HWC, or float32 CHW as little-endian bytes.
  package var bytes: [UInt8]
  package var isPixels: Bool
  package var name: String

  init(bytes: [UInt8], isPixels: Bool, name: String) {
    self.bytes = bytes
    self.isPixels = isPixels
    self.name = name
  }

  /// Resizes frames as the bundle says; takes tensors of the network's shape as they are.
  ///
  /// - Parameter data: what the user named, for messages.
  package init(_ sample: Sample, for bundle: Bundle, data: String) throws(DataError) {
    name = sample.name
    switch sample {
    case .frame(let frame, let name):
      guard bundle.takesPixels else {
        throw DataError(
          code: "data.input.pixels", file: data, place: name, message: "an image, but the bundle takes only normalized tensors",
          remedy: "Compile with a recipe that says how pixels are normalized, or give .npy tensors (float32, NCHW).")
      }
      isPixels = true
      bytes = try frame.resized(
        width: bundle.inputWidth, height: bundle.inputHeight,
        rule: ResizeRule(rawValue: bundle.input.resizeRule) ?? .stretch, color: ColorOrder(rawValue: bundle.input.colorOrder) ?? .rgb,
        fill: UInt8(truncatingIfNeeded: bundle.input.fill))
    case .tensor(let elements, let shape, let name):
      let wanted = [1, bundle.inputChannels, bundle.inputHeight, bundle.inputWidth]
      // Axes of one element do not matter: a vector may come as [1, N]. The order of the others does.
      guard shape.filter({ $0 != 1 }) == wanted.filter({ $0 != 1 }), elements.count == wanted.reduce(1, *) else {
        throw DataError(
          code: "data.input.shape", file: data, place: name,
          message: "a sample of shape \(shape), but the network takes \(wanted)",
          remedy: "Save float32 tensors in NCHW order, the first axis counting samples, normalized as in training.")
      }
      isPixels = false
      bytes = elements.withUnsafeBytes(Array.init)
    }
  }

  /// Gives it to a session of that bundle.
  package func set(on session: Session) throws(SessionError) {
    try bytes.withUnsafeBytes { raw in
      Result { () throws(SessionError) in
        if isPixels {
          try session.setPixels(raw)
        } else {
          try session.setTensor(raw.bindMemory(to: Float.self))
        }
      }
    }.get()
  }
}
