import Foundation
import Testing

@testable import FacetData

@Suite struct AtomicFileTests {
  func content(_ path: String) -> [UInt8]? { FileManager.default.contents(atPath: path).map(Array.init) }

  func entries(_ folder: TemporaryFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test("A new file and a replaced one hold exactly the bytes, and nothing lies beside them")
  func replaces() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/out.facet"
    try writeFileAtomically(path, [1, 2, 3])
    #expect(content(path) == [1, 2, 3])
    try writeFileAtomically(path, [])
    #expect(content(path) == [])
    #expect(try entries(folder) == ["out.facet"])
  }

  @Test("A link stays a link, and permissions stay")
  func keeps() throws {
    let folder = try TemporaryFolder()
    let path = try folder.add("real", [0])
    chmod(path, 0o640)
    symlink("real", folder.path + "/link")
    try writeFileAtomically(folder.path + "/link", [7])
    #expect(content(path) == [7])
    var status = stat()
    lstat(folder.path + "/link", &status)
    #expect(status.st_mode & S_IFMT == S_IFLNK)
    stat(path, &status)
    #expect(status.st_mode & 0o777 == 0o640)
  }

  @Test("A device is written, not replaced")
  func device() throws {
    try writeFileAtomically("/dev/null", [1])
    var status = stat()
    stat("/dev/null", &status)
    #expect(status.st_mode & S_IFMT == S_IFCHR)
  }

  @Test("What cannot be written is an error and leaves nothing behind")
  func refused() throws {
    let folder = try TemporaryFolder()
    #expect(code { () throws(DataError) in try writeFileAtomically(folder.path, [1]) } == "data.file.kind")
    #expect(
      code { () throws(DataError) in try writeFileAtomically(folder.path + "/no/a", [1]) } == "data.file.unwritable")
    #expect(code { () throws(DataError) in try writeFileAtomically("", [1]) } == "data.file.name")
    let long = folder.path + "/" + String(repeating: "n", count: 300)
    #expect(code { () throws(DataError) in try writeFileAtomically(long, [1]) } == "data.file.unwritable")
    #expect(try entries(folder).isEmpty)
  }
}
