import FacetData
import FacetFormat
import FacetRuntime

/// A sample as a bundle's input takes it: pixels of the network's size, or normalized floats.
package struct NetworkInput: Sendable {
  /// uint8 HWC, or float32 CHW as little-endian bytes.
  package var bytes: [UInt8]
  package var isPixels: Bool
  package var name: String

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
      let wanted = bundle.inputChannels * bundle.inputHeight * bundle.inputWidth
      guard elements.count == wanted else {
        throw DataError(
          code: "data.input.shape", file: data, place: name,
          message: "a tensor of shape \(shape), but the network takes "
            + "[1, \(bundle.inputChannels), \(bundle.inputHeight), \(bundle.inputWidth)]",
          remedy: "Save float32 tensors in NCHW order, normalized as in training.")
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
