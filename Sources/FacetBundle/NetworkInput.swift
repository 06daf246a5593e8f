import FacetDiagnostics
import FacetFormat
import FacetRuntime

/// A sample as a bundle's input takes it: pixels of the network's size, or normalized floats.
package struct NetworkInput: Sendable {
  /// uint8 HWC, or float32 CHW as little-endian bytes.
  package var bytes: [UInt8]
  package var isPixels: Bool
  package var name: String

  package init(bytes: [UInt8], isPixels: Bool, name: String) {
    self.bytes = bytes
    self.isPixels = isPixels
    self.name = name
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
