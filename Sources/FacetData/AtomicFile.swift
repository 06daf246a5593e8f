import Glibc

/// Writes a file so that its name always means either the whole old or the whole new content: beside it under another
/// name, flushed to the disk, then renamed. A failure leaves what was there untouched and nothing beside it.
///
/// A symbolic link is followed; a device or pipe (`/dev/stdout`, `/dev/null`) is written directly.
package func writeFileAtomically(_ path: String, _ bytes: [UInt8]) throws(DataError) {
  var failure: DataError?
  bytes.withUnsafeBytes { buffer in
    do throws(DataError) { try writeFileAtomically(path, buffer) } catch { failure = error }
  }
  if let failure { throw failure }
}

package func writeFileAtomically(_ path: String, _ bytes: UnsafeRawBufferPointer) throws(DataError) {
  try writeFileAtomically(path, bytes, FileOperations())
}

func writeFileAtomically(_ path: String, _ bytes: UnsafeRawBufferPointer, _ system: FileOperations) throws(DataError) {
  guard !path.isEmpty, !path.utf8.contains(0) else {
    throw DataError(code: .fileName, file: path, message: "not a file name", remedy: "Name the file to write.")
  }
  var target = path
  switch fileKind(path) {
  case .folder:
    throw DataError(code: .fileKind, file: path, message: "is a folder", remedy: "Name the file to write.")
  case .other:
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unwritable(path, errno) }
    defer { close(descriptor) }
    return try writeAll(descriptor, bytes, path, system)
  case .file:
    guard let resolved = realpath(path, nil) else { throw unwritable(path, errno) }
    target = String(cString: resolved)
    free(resolved)
  case .missing: break
  }

  let (descriptor, aside) = try createAside(target, for: path)
  var finished = false
  defer { if !finished { unlink(aside) } }
  try fill(descriptor, like: target, bytes, path, system)
  guard system.rename(aside, target) == 0 else { throw unwritable(path, errno) }
  finished = true
  // The rename itself reaches the disk with the folder. Some file systems cannot flush a folder; the content is safe.
  let folder = open(folderOf(target), O_RDONLY | O_CLOEXEC | O_DIRECTORY)
  if folder >= 0 {
    _ = system.flush(folder)
    close(folder)
  }
}

/// Writes, flushes and closes. What was shared stays shared, what was private stays private.
private func fill(
  _ descriptor: Int32, like target: String, _ bytes: UnsafeRawBufferPointer, _ path: String, _ system: FileOperations
) throws(DataError) {
  defer { close(descriptor) }
  var status = stat()
  if stat(target, &status) == 0 { fchmod(descriptor, status.st_mode & 0o777) }
  try writeAll(descriptor, bytes, path, system)
  guard system.flush(descriptor) == 0 else { throw unwritable(path, errno) }
}

private func folderOf(_ path: String) -> String {
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// A new file in the target's folder, with the permissions that the process gives new files.
private func createAside(_ target: String, for path: String) throws(DataError) -> (descriptor: Int32, name: String) {
  let folder = folderOf(target)
  for _ in 0..<100 {
    let name = "\(folder)/.facet-\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
    let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    if descriptor >= 0 { return (descriptor, name) }
    guard errno == EEXIST else { throw unwritable(path, errno) }
  }
  throw unwritable(path, EEXIST)
}

private func writeAll(
  _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, _ path: String, _ system: FileOperations
) throws(DataError) {
  guard let base = bytes.baseAddress else { return }
  var done = 0
  while done < bytes.count {
    let wrote = system.write(descriptor, base + done, bytes.count - done)
    if wrote < 0 && errno == EINTR { continue }
    guard wrote > 0 else { throw unwritable(path, wrote < 0 ? errno : EIO) }
    done += wrote
  }
}

private func unwritable(_ path: String, _ number: Int32) -> DataError {
  DataError(
    code: .fileUnwritable, file: path, message: "cannot be written (\(String(cString: strerror(number))))",
    remedy: number == ENOENT ? "Make its folder first." : "Check permissions and free space.")
}
