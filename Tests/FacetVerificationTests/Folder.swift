import FacetData
import FacetFiles
import Foundation

/// A folder that is gone after its test.
final class Folder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "facet-verification-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)")) }

  func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

  /// An input of the tiny network: 2 x 2 places of each of these values.
  func write(_ name: String, channels: [Float]) throws {
    let values = channels.flatMap { Array(repeating: $0, count: 4) }
    let array = NPYArray(shape: [1, channels.count, 2, 2], elements: .float32(values))
    try write(name, array?.serialized() ?? [])
  }
}
