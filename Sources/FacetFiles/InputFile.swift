import FacetDiagnostics
import FacetFiles
import Glibc

/// An open regular file. Everything that FacetData reads passes here: sizes are known before memory is taken, and a
/// pipe or device cannot make the reader wait.
final class InputFile: Sendable {
  let path: String
  let byteCount: Int
  private let descriptor: Int32
  /// The content where it is in memory already; nil for a file.
  private let bytes: [UInt8]?

  /// Bytes that stand for a file.
  init(bytes: [UInt8], name: String) {
    path = name
    byteCount = bytes.count
    descriptor = -1
    self.bytes = bytes
  }

  init(path: String) throws(FacetError) {
    guard !path.utf8.contains(0), !path.isEmpty else {
      throw FacetError(
        code: .fileName, file: path, message: "not a file name", remedy: "Name a file that exists.")
    }
    let descriptor = FileName.withBytes(path) { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else { throw unreadable(path, errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw FacetError(
        code: .fileKind, file: path, message: "not a regular file",
        remedy: "Give a file, not a folder or device.")
    }
    self.path = path
    self.byteCount = Int(status.st_size)
    self.descriptor = descriptor
    bytes = nil
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Fills `buffer` from `offset` on.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(FacetError) {
    guard let base = buffer.baseAddress else { return }
    if let bytes {
      guard offset >= 0, offset <= bytes.count, buffer.count <= bytes.count - offset else { throw shortened(bytes.count) }
      bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + buffer.count])) }
      return
    }
    var done = 0
    while done < buffer.count {
      let got = pread(descriptor, base + done, buffer.count - done, off_t(offset + done))
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw unreadable(path, errno) }
      guard got > 0 else { throw shortened(offset + done) }
      done += got
    }
  }

  private func shortened(_ count: Int) -> FacetError {
    FacetError(
      code: .fileChanged, file: path, message: "the file ends after \(count) bytes, but had \(byteCount)",
      remedy: "It was changed while it was read; try again.")
  }

  /// `count` elements of a trivial type from `offset` on, which must lie within the file.
  func readArray<T: BitwiseCopyable>(of type: T.Type, count: Int, at offset: Int, zero: T) throws(FacetError) -> [T] {
    try AvailableMemory.check(count * MemoryLayout<T>.stride, for: "reading it", file: path)
    var result = [T](repeating: zero, count: count)
    try result.fill(count) { buffer throws(FacetError) in try read(into: buffer, at: offset) }
    return result
  }
}

extension Array where Element: BitwiseCopyable {
  /// Lets `read` fill the first `count` elements, which the array must have.
  mutating func fill(_ count: Int, _ read: (UnsafeMutableRawBufferPointer) throws(FacetError) -> Void) throws(FacetError) {
    var failure: FacetError?
    withUnsafeMutableBytes { buffer in
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<(count * MemoryLayout<Element>.stride)])
      do throws(FacetError) { try read(part) } catch { failure = error }
    }
    if let failure { throw failure }
  }
}

package func unreadable(_ path: String, _ number: Int32) -> FacetError {
  let reason = String(cString: strerror(number))
  if number == ENOENT || number == ENOTDIR {
    return FacetError(
      code: .fileMissing, file: path, message: "no such file or folder", remedy: "Check the name.")
  }
  return FacetError(
    code: .fileUnreadable, file: path, message: "cannot be read (\(reason))", remedy: "Check its permissions.")
}

/// The whole of a regular file of at most `limit` bytes.
package func readFile(_ path: String, limit: Int) throws(FacetError) -> [UInt8] {
  let file = try InputFile(path: path)
  guard file.byteCount <= limit else {
    throw FacetError(
      code: .fileTooLarge, file: path, message: "\(file.byteCount) bytes; the limit is \(limit)",
      remedy: "Split it or make it smaller.")
  }
  return try file.readArray(of: UInt8.self, count: file.byteCount, at: 0, zero: 0)
}

package enum FileKind: Equatable {
  case file, folder, other
  /// With the reason as `errno` tells it.
  case missing(Int32)
}

package func fileKind(_ path: String) -> FileKind {
  var status = stat()
  guard !path.utf8.contains(0) else { return .missing(ENOENT) }
  guard FileName.withBytes(path, { stat($0, &status) }) == 0 else { return .missing(errno) }
  switch status.st_mode & S_IFMT {
  case S_IFREG: return .file
  case S_IFDIR: return .folder
  default: return .other
  }
}

/// Names in a folder, sorted by their bytes, without those that start with a dot, and how many of these there are.
package func folderEntries(_ path: String, limit: Int) throws(FacetError) -> (names: [String], hidden: Int) {
  guard let handle = FileName.withBytes(path, { opendir($0) }) else { throw unreadable(path, errno) }
  defer { closedir(handle) }
  var names: [[UInt8]] = []
  var hidden = 0
  while let entry = readdir(handle) {
    let name = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
    if name.first == UInt8(ascii: ".") {
      if name != Array(".".utf8), name != Array("..".utf8) { hidden += 1 }
      continue
    }
    guard names.count < limit else {
      throw FacetError(
        code: .folderTooLarge, file: path, message: "more than \(limit) entries",
        remedy: "Split the folder, or list its files in a labels.csv.")
    }
    names.append(name)
  }
  return (names.sorted { $0.lexicographicallyPrecedes($1) }.map { FileName.text($0) }, hidden)
}
