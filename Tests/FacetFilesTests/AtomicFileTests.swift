import FacetDiagnostics
import FacetTestSupport
import Foundation
import Testing

@testable import FacetFiles

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

  @Test("A link to what is not there yet makes that, and stays a link")
  func dangling() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path + "/below", withIntermediateDirectories: true)
    symlink("below/next", folder.path + "/link")
    symlink("new", folder.path + "/below/next")
    try writeFileAtomically(folder.path + "/link", [7])
    #expect(content(folder.path + "/below/new") == [7])
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path + "/link") == "below/next")
  }

  @Test("A file that is given up before it gets its name leaves what was there, and nothing beside it")
  func givenUp() throws {
    let folder = try TemporaryFolder()
    let path = try folder.add("out", [1])
    do {
      let pending = try PendingFile(path, [2, 3])
      #expect(!pending.isStream && content(path) == [1])
      #expect(try entries(folder).count == 2)
    }
    #expect(content(path) == [1])
    #expect(try entries(folder) == ["out"])
    let pending = try PendingFile(path, [2, 3])
    try pending.commit([2, 3])
    #expect(content(path) == [2, 3])
    #expect(try entries(folder) == ["out"])
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
    #expect(code { () throws(FacetError) in try writeFileAtomically(folder.path, [1]) } == "data.file.kind")
    #expect(
      code { () throws(FacetError) in try writeFileAtomically(folder.path + "/no/a", [1]) } == "data.file.unwritable")
    #expect(code { () throws(FacetError) in try writeFileAtomically("", [1]) } == "data.file.name")
    let long = folder.path + "/" + String(repeating: "n", count: 300)
    #expect(code { () throws(FacetError) in try writeFileAtomically(long, [1]) } == "data.file.unwritable")
    #expect(try entries(folder).isEmpty)
  }

  /// Fails at its n-th call; before each call it looks at what the name means then, as after a power cut.
  private final class FailingDisk {
    let path: String
    let failAt: Int
    var calls = 0
    var seen: Set<[UInt8]> = []

    init(_ path: String, failAt: Int) { (self.path, self.failAt) = (path, failAt) }

    private func fails() -> Bool {
      seen.insert(FileManager.default.contents(atPath: path).map(Array.init) ?? [])
      calls += 1
      errno = ENOSPC
      return calls == failAt
    }

    var operations: FileOperations {
      var operations = FileOperations()
      // Three bytes at a time, so that there is a failure at every place.
      operations.write = { [self] in fails() ? -1 : write($0, $1, min($2, 3)) }
      operations.flush = { [self] in fails() ? -1 : fsync($0) }
      operations.rename = { [self] in fails() ? -1 : rename($0, $1) }
      return operations
    }
  }

  @Test("Whatever call fails, and after each of them, the name means the whole old or the whole new file")
  func everyFailure() throws {
    let old = [UInt8](repeating: 1, count: 20)
    let new = [UInt8](repeating: 2, count: 31)
    var failures = 0
    for failAt in 1... {
      let folder = try TemporaryFolder()
      let path = try folder.add("b.facet", old)
      let disk = FailingDisk(path, failAt: failAt)
      var failed = false
      do throws(FacetError) {
        try new.withUnsafeBytes { bytes in
          Result { () throws(FacetError) in try writeFileAtomically(path, bytes, disk.operations) }
        }.get()
      } catch {
        #expect(error.code == "data.file.unwritable")
        failed = true
        failures += 1
      }
      #expect(content(path) == (failed ? old : new), "failure at call \(failAt)")
      #expect(disk.seen.isSubset(of: [old, new]))
      #expect(try entries(folder) == ["b.facet"])
      if disk.calls < failAt { break }
    }
    // Eleven writes, the file's flush and the rename. The folder's flush comes when the new file has its name.
    #expect(failures == 13)
  }
}
