import FacetFiles
import FacetFormat
import Glibc

/// SHA-256 of a file, in hexadecimal. Empty where the file cannot be read any more.
package func fileHash(_ path: String) -> String {
  let descriptor = FileName.withBytes(path) { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
  guard descriptor >= 0 else { return "" }
  defer { close(descriptor) }
  var hasher = SHA256()
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    if count < 0 && errno == EINTR { continue }
    guard count >= 0 else { return "" }
    if count == 0 { return String(decoding: hasher.finish().hexadecimal, as: UTF8.self) }
    buffer.withUnsafeBytes { hasher.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
  }
}
