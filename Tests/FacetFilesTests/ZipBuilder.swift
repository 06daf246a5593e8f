import FacetData
import Foundation

@testable import FacetFiles

/// Zip archives made by hand, right or wrong: every field that a test lies about can be set.
struct ZipBuilder {
  struct Entry {
    var name: String
    var content: [UInt8]
    /// The bytes in the archive; the content itself when nil.
    var stored: [UInt8]?
    var method: UInt16 = 0
    var flags: UInt16 = 0
    var crc: UInt32?
    var size: UInt32?
    var storedSize: UInt32?
    var offset: UInt32?
    var localName: String?
    /// Of the directory.
    var extra: [UInt8] = []
  }

  var entries: [Entry]
  var count: UInt16?
  var directoryOffset: UInt32?
  var comment: [UInt8] = []

  init(_ entries: [Entry]) { self.entries = entries }

  var bytes: [UInt8] {
    var body: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
      let name = Array(entry.name.utf8)
      let localName = Array((entry.localName ?? entry.name).utf8)
      let stored = entry.stored ?? entry.content
      let offset = entry.offset ?? UInt32(body.count)
      body += [0x50, 0x4b, 3, 4] + le(UInt16(20), entry.flags, entry.method, 0, 0) + le(UInt32(0), 0, 0)
      body += le(UInt16(localName.count), 0) + localName + stored
      let crc = entry.crc ?? entry.content.withUnsafeBytes { checksum(0, $0) }
      directory += [0x50, 0x4b, 1, 2] + le(UInt16(20), 20, entry.flags, entry.method, 0, 0)
      directory += le(crc, entry.storedSize ?? UInt32(stored.count), entry.size ?? UInt32(entry.content.count))
      directory += le(UInt16(name.count), UInt16(entry.extra.count), 0, 0, 0) + le(UInt32(0), offset) + name + entry.extra
    }
    let number = count ?? UInt16(entries.count)
    return body + directory + [0x50, 0x4b, 5, 6] + le(UInt16(0), 0, number, number)
      + le(UInt32(directory.count), directoryOffset ?? UInt32(body.count)) + le(UInt16(comment.count)) + comment
  }

  private func le<Number: FixedWidthInteger>(_ numbers: Number...) -> [UInt8] {
    numbers.flatMap { number in withUnsafeBytes(of: number.littleEndian) { Array($0) } }
  }
}

/// A file of `Cases`, which `make_cases.py` writes.
func caseFile(_ name: String) throws -> [UInt8] {
  Array(try Data(contentsOf: Bundle.module.bundleURL.appendingPathComponent("Cases/\(name)")))
}
