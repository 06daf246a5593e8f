import FacetFiles
import Glibc

/// Bytes of a file, or a range of one, outside of Swift's heap so that they go back to the system when dropped.
struct ModelFile: ~Copyable {
  private let storage: UnsafeMutableRawBufferPointer

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(storage) }

  /// Why a file could not be read, as a sentence.
  struct Unreadable: Error {
    var message: String
    var remedy = "Check the path and that the file may be read."
  }

  /// Protocol buffers end at 2 GiB, and so does every ONNX file.
  static let maximumSize = Int(Int32.max)

  /// Reads a whole regular file of at most `maximumSize` bytes.
  init(path: String) throws(Unreadable) {
    let (descriptor, size) = try Self.open(path)
    defer { close(descriptor) }
    guard size <= Self.maximumSize else {
      throw Unreadable(
        message: "The file has \(size) bytes, more than the 2 GiB that a model file can have.",
        remedy: "Check that this is the model; a larger one keeps its weights in files of their own (external data).")
    }
    storage = try Self.read(descriptor, offset: 0, count: size)
  }

  /// Reads `count` bytes from `offset` of an open file.
  init(descriptor: Int32, offset: Int, count: Int) throws(Unreadable) {
    storage = try Self.read(descriptor, offset: offset, count: count)
  }

  deinit { storage.deallocate() }

  /// Lets `body` read the bytes for the last time and leave anything in them.
  consuming func withDiscardedBytes<Result>(_ body: (UnsafeMutablePointer<UInt8>?) -> Result) -> Result {
    body(storage.assumingMemoryBound(to: UInt8.self).baseAddress)
  }

  /// Opens a regular file for reading and gives its size.
  static func open(_ path: String) throws(Unreadable) -> (descriptor: Int32, size: Int) {
    // O_NONBLOCK: a named pipe must not make us wait for a writer; it is refused below.
    let descriptor = FileName.withBytes(path) { Glibc.open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else { throw Unreadable(message: "The file cannot be opened: \(errorText()).") }
    var information = stat()
    guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw Unreadable(message: "This is not a regular file.")
    }
    return (descriptor, Int(information.st_size))
  }

  private static func read(_ descriptor: Int32, offset: Int, count: Int) throws(Unreadable) -> UnsafeMutableRawBufferPointer {
    // Zeroed pages are only touched as they are read, and a failure is a nil, not a trap.
    guard let start = calloc(max(count, 1), 1) else {
      throw Unreadable(message: "There is not enough memory for its \(count) bytes.")
    }
    var done = 0
    while done < count {
      let got = pread(descriptor, start + done, count - done, off_t(offset + done))
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else {
        let reason = got == 0 ? "it ends early" : errorText()
        free(start)
        throw Unreadable(message: "The file cannot be read: \(reason).")
      }
      done += got
    }
    return UnsafeMutableRawBufferPointer(start: start, count: count)
  }

  private static func errorText() -> String { String(cString: strerror(errno)) }
}
