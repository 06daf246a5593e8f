import FacetData
import FacetTestSupport
import Foundation
import Testing

func base64(_ text: String) -> [UInt8] {
  Array(Data(base64Encoded: text, options: .ignoreUnknownCharacters) ?? Data())
}

/// A folder that is removed with this object.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("facet-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  @discardableResult
  func add(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = URL(fileURLWithPath: path).appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file.path
  }
}

/// The code of the error that `body` throws; nil when it throws none.
func code(_ body: () throws(DataError) -> some Any) -> String? {
  do throws(DataError) {
    _ = try body()
    return nil
  } catch { return error.code.rawValue }
}

/// The error that `body` throws.
func failure(_ body: () throws(DataError) -> some Any) -> DataError? {
  do throws(DataError) {
    _ = try body()
    return nil
  } catch { return error }
}

/// Calls `check` with damaged copies of `bytes`: changed, inserted and removed bytes, and extreme values.
func forEachDamaged(_ bytes: [UInt8], variants: Int, seed: UInt64, _ check: ([UInt8]) -> Void) {
  var generator = SplitMix64(seed: seed)
  for _ in 0..<variants {
    var damaged = bytes
    for _ in 0..<Int.random(in: 1...6, using: &generator) where !damaged.isEmpty {
      let at = Int.random(in: 0..<damaged.count, using: &generator)
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: damaged[at] = UInt8.random(in: 0...255, using: &generator)
      case 1: damaged[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 2: damaged[at] = [0, 0x7f, 0x80, 0xff].randomElement(using: &generator) ?? 0
      case 3: damaged.insert(UInt8.random(in: 0...255, using: &generator), at: at)
      default: damaged.removeSubrange(at..<min(damaged.count, at + Int.random(in: 1...4, using: &generator)))
      }
    }
    check(damaged)
  }
}
