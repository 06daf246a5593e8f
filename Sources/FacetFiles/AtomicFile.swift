import CProcess
import FacetDiagnostics
import FacetFiles
import Glibc

/// Writes a file so that its name always means either the whole old or the whole new content: beside it under another
/// name, flushed to the disk, then renamed. A failure leaves what was there untouched and nothing beside it.
///
/// A symbolic link is followed; a device or pipe (`/dev/stdout`, `/dev/null`) is written directly.
package func writeFileAtomically(_ path: String, _ bytes: [UInt8]) throws(FacetError) {
  var failure: FacetError?
  bytes.withUnsafeBytes { buffer in
    do throws(FacetError) { try writeFileAtomically(path, buffer) } catch { failure = error }
  }
  if let failure { throw failure }
}

package func writeFileAtomically(_ path: String, _ bytes: UnsafeRawBufferPointer) throws(FacetError) {
  try writeFileAtomically(path, bytes, FileOperations())
}

func writeFileAtomically(_ path: String, _ bytes: UnsafeRawBufferPointer, _ system: FileOperations) throws(FacetError) {
  let file = try PendingFile(path, bytes, system)
  try file.commit(bytes)
}

/// A file whose content is on the disk under another name beside its own, until `commit` gives it its name. Given up before, also by a signal
/// that ends the process, it leaves nothing.
package final class PendingFile {
  private let path: String
  private let target: String
  private let system: FileOperations
  /// Where the content is, and its number among the files to remove; nil for a device or pipe, and once all is done.
  private var aside: (name: String, number: Int32)?

  /// Writes and flushes the content, but for a device or pipe.
  package convenience init(_ path: String, _ bytes: [UInt8]) throws(FacetError) {
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(FacetError) in try Self.Content(path, bytes, FileOperations()) }
    }
    self.init(try result.get())
  }

  convenience init(_ path: String, _ bytes: UnsafeRawBufferPointer, _ system: FileOperations) throws(FacetError) {
    self.init(try Content(path, bytes, system))
  }

  private init(_ content: Content) {
    (path, target, system, aside) = (content.path, content.target, content.system, content.aside)
  }

  deinit { discard() }

  /// Whether it is a device or pipe, which takes the bytes as they come and cannot give them back.
  package var isStream: Bool { aside == nil }

  private func discard() {
    guard let aside else { return }
    _ = FileName.withBytes(aside.name) { unlink($0) }
    facet_temporary_forget(aside.number)
    self.aside = nil
  }

  /// - Parameter bytes: the content again, for a device or pipe.
  package func commit(_ bytes: UnsafeRawBufferPointer) throws(FacetError) {
    guard let aside else {
      let descriptor = FileName.withBytes(path) { open($0, O_WRONLY | O_CLOEXEC) }
      guard descriptor >= 0 else { throw unwritable(path, errno) }
      defer { close(descriptor) }
      return try writeAll(descriptor, bytes, path, system)
    }
    guard system.rename(aside.name, target) == 0 else {
      let number = errno
      discard()
      throw unwritable(path, number)
    }
    facet_temporary_forget(aside.number)
    self.aside = nil
    // The rename itself reaches the disk with the folder. Some file systems cannot flush a folder; the content is safe.
    let folder = FileName.withBytes(folderOf(target)) { open($0, O_RDONLY | O_CLOEXEC | O_DIRECTORY) }
    if folder >= 0 {
      _ = system.flush(folder)
      close(folder)
    }
  }

  package func commit(_ bytes: [UInt8]) throws(FacetError) {
    try bytes.withUnsafeBytes { bytes in Result { () throws(FacetError) in try commit(bytes) } }.get()
  }

  /// What `init` makes before there is an object.
  private struct Content {
    var path: String
    var target: String
    var system: FileOperations
    var aside: (name: String, number: Int32)?

    init(_ path: String, _ bytes: UnsafeRawBufferPointer, _ system: FileOperations) throws(FacetError) {
      guard !path.isEmpty, !path.utf8.contains(0) else {
        throw FacetError(code: .fileName, file: path, message: "not a file name", remedy: "Name the file to write.")
      }
      (self.path, target, self.system) = (path, path, system)
      switch fileKind(path) {
      case .folder:
        throw FacetError(code: .fileKind, file: path, message: "is a folder", remedy: "Name the file to write.")
      case .other: return
      case .file: target = try resolved(path)
      // A link that leads to no file yet: the file, not the link, is made.
      case .missing: target = try destination(path)
      }
      let (descriptor, name, number) = try createAside(target, for: path)
      do {
        try fill(descriptor, like: target, bytes, path, system)
      } catch {
        _ = FileName.withBytes(name) { unlink($0) }
        facet_temporary_forget(number)
        throw error
      }
      aside = (name, number)
    }
  }
}

private func resolved(_ path: String) throws(FacetError) -> String {
  guard let resolved = FileName.withBytes(path, { realpath($0, nil) }) else { throw unwritable(path, errno) }
  defer { free(resolved) }
  return FileName.text(UnsafeBufferPointer(start: resolved, count: strlen(resolved)).map { UInt8(bitPattern: $0) })
}

/// Where symbolic links lead whose last one points to nothing.
private func destination(_ path: String) throws(FacetError) -> String {
  var path = path
  for _ in 0..<40 {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = buffer.withUnsafeMutableBytes { buffer in
      buffer.baseAddress.map { start in FileName.withBytes(path) { readlink($0, start.assumingMemoryBound(to: CChar.self), buffer.count) } }
        ?? -1
    }
    guard count > 0 else { return path }
    let next = FileName.text(buffer[..<count])
    path = next.hasPrefix("/") ? next : folderOf(path) + "/" + next
  }
  throw unwritable(path, ELOOP)
}

/// Writes, flushes and closes. What was shared stays shared, what was private stays private.
private func fill(
  _ descriptor: Int32, like target: String, _ bytes: UnsafeRawBufferPointer, _ path: String, _ system: FileOperations
) throws(FacetError) {
  defer { close(descriptor) }
  var status = stat()
  if FileName.withBytes(target, { stat($0, &status) }) == 0 { fchmod(descriptor, status.st_mode & 0o777) }
  try writeAll(descriptor, bytes, path, system)
  guard system.flush(descriptor) == 0 else { throw unwritable(path, errno) }
}

private func folderOf(_ path: String) -> String {
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// A new file in the target's folder, with the permissions that the process gives new files.
private func createAside(_ target: String, for path: String) throws(FacetError) -> (descriptor: Int32, name: String, number: Int32) {
  let folder = folderOf(target)
  for _ in 0..<100 {
    let name = "\(folder)/.facet-\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
    // Named before it is there: a signal may come in between.
    let number = FileName.withBytes(name) { facet_temporary_add($0) }
    let descriptor = FileName.withBytes(name) { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
    if descriptor >= 0 { return (descriptor, name, number) }
    let reason = errno
    facet_temporary_forget(number)
    guard reason == EEXIST else { throw unwritable(path, reason) }
  }
  throw unwritable(path, EEXIST)
}

private func writeAll(
  _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, _ path: String, _ system: FileOperations
) throws(FacetError) {
  guard let base = bytes.baseAddress else { return }
  var done = 0
  while done < bytes.count {
    let wrote = system.write(descriptor, base + done, bytes.count - done)
    if wrote < 0 && errno == EINTR { continue }
    guard wrote > 0 else { throw unwritable(path, wrote < 0 ? errno : EIO) }
    done += wrote
  }
}

private func unwritable(_ path: String, _ number: Int32) -> FacetError {
  FacetError(
    code: .fileUnwritable, file: path, message: "cannot be written (\(String(cString: strerror(number))))",
    remedy: number == ENOENT ? "Make its folder first." : "Check permissions and free space.")
}
