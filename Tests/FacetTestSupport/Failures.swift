import FacetDiagnostics
import FacetFiles
import Foundation

package func base64(_ text: String) -> [UInt8] {
  Array(Data(base64Encoded: text, options: .ignoreUnknownCharacters) ?? Data())
}

/// A folder that is removed with this object.
package final class TemporaryFolder {
  package let path: String

  package init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("facet-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  @discardableResult
  package func add(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = URL(fileURLWithPath: path).appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file.path
  }
}

/// The code of the error that `body` throws; nil when it throws none.
package func code(_ body: () throws(FacetError) -> some Any) -> String? {
  do throws(FacetError) {
    _ = try body()
    return nil
  } catch { return error.diagnostics.first?.code }
}

/// The only reason of the error that `body` throws; nil when it throws none.
package func failure(_ body: () throws(FacetError) -> some Any) -> Diagnostic? {
  do throws(FacetError) {
    _ = try body()
    return nil
  } catch { return error.diagnostics.count == 1 ? error.diagnostics[0] : nil }
}

/// Calls `check` with damaged copies of `bytes`: changed, inserted and removed bytes, and extreme values.
package func forEachDamaged(_ bytes: [UInt8], variants: Int, seed: UInt64, _ check: ([UInt8]) -> Void) {
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

/// The first reason: for tests of what has only one.
extension FacetError {
  package var code: String { diagnostics[0].code }
  package var file: String { diagnostics[0].file }
  package var place: String? { diagnostics[0].place }
  package var message: String { diagnostics[0].message }
  package var remedy: String { diagnostics[0].remedy }
}
