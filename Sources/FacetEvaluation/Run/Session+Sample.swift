import FacetBundle
import FacetData
import FacetDiagnostics
import FacetFrames
import FacetRuntime

extension Session {
  /// Sets a sample as a board sets what its camera gives: a frame as it is, with the part of it to look at (`setFrame`), where the bundle takes
  /// pixels; anything else as `NetworkInput` has it.
  ///
  /// - Parameter data: what the user named, for messages.
  package func set(_ sample: Sample, data: String) throws {
    guard bundle.takesPixels, case .frame(let frame, _, let region) = sample else {
      return try NetworkInput(sample, for: bundle, data: data).set(on: self)
    }
    try frame.pixels.withUnsafeBytes { pixels in
      Result { () throws(SessionError) in
        try setFrame(pixels, width: frame.width, height: frame.height, rowStride: frame.width * 3, channels: 3, region: region)
      }
    }.get()
  }
}
