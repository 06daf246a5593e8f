import FacetDiagnostics
import FacetFiles
import FacetRuntime
import Glibc

/// A bundle in a file, mapped as a board maps it.
package struct BundleFile {
  /// As the user named it.
  package let path: String
  /// Keeps the mapping as long as it lives itself.
  package let bundle: Bundle
  package let byteCount: Int

  /// The bytes of a file, until nobody needs them.
  private final class Mapping {
    let bytes: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }
  }

  /// - Throws: the errors of files, or the fault that the bundle's check found, with its place.
  package init(_ path: String) throws(FacetError) {
    let mapping = try Self.map(path)
    do {
      bundle = try Bundle(bytes: mapping.bytes, owner: mapping)
    } catch {
      let diagnostic = Diagnostic(error, file: path)
      throw FacetError([error.fault == .notABundle ? diagnostic.naming(path, wanted: .bundle) : diagnostic])
    }
    self.path = path
    byteCount = mapping.bytes.count
  }

  /// Whether a file begins as a bundle does; else it is taken for a model.
  package static func isBundle(_ path: String) -> Bool {
    let descriptor = FileName.withBytes(path) { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else { return path.hasSuffix(".facet") }
    defer { close(descriptor) }
    var start = [UInt8](repeating: 0, count: 6)
    return pread(descriptor, &start, 6, 0) == 6 && start == [0x89, 0x46, 0x41, 0x43, 0x45, 0x54] || path.hasSuffix(".facet")
  }

  private static func map(_ path: String) throws(FacetError) -> Mapping {
    let descriptor = FileName.withBytes(path) { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else { throw unreadable(path, String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw unreadable(path, "not a regular file")
    }
    let byteCount = Int(status.st_size)
    guard byteCount > 0 else { throw unreadable(path, "the file is empty") }
    guard let mapping = mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0), mapping != MAP_FAILED else {
      throw unreadable(path, String(cString: strerror(errno)))
    }
    return Mapping(UnsafeRawBufferPointer(start: mapping, count: byteCount))
  }

  private static func unreadable(_ path: String, _ reason: String) -> FacetError {
    FacetError(
      Diagnostic(
        code: RunErrorCode.bundleUnreadable, file: path, message: "cannot be opened (\(reason))",
        remedy: "Name a .facet file that 'facet compile' wrote."))
  }
}

extension Diagnostic {
  /// A refused bundle. The code is the engine's own (`B12`).
  package init(_ error: BundleError, file: String) {
    let places = [
      ("section", error.section), ("fragment", error.fragment), ("instruction", error.instruction), ("item", error.item),
    ]
    let place = places.filter { $0.1 >= 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    self.init(
      code: error.fault, file: file, place: place.isEmpty ? nil : place,
      message: sentence("\(error.fault.message)"),
      remedy: "Copy or download the bundle again, or compile it again.")
  }
}

extension FacetError {
  package init(_ error: BundleError, file: String) { self.init([Diagnostic(error, file: file)]) }

  /// A bundle that opens, but whose content is not what was compiled.
  package static func changedBundle(_ file: String) -> FacetError { FacetError(BundleError(.hashMismatch), file: file) }

  /// A session that could not be made or asked.
  package init(_ error: SessionError, file: String) {
    let left =
      error == .outOfMemory ? AvailableMemory.now().map { "; \(max(0, $0.bytes) / 1_000_000) MB are left (\($0.limit))" } ?? "" : ""
    self.init([
      Diagnostic(
        code: error, file: file, message: sentence("\(error.message)\(left)"),
        remedy: error == .outOfMemory || error == .threadsNotAvailable
          ? "End other programs, raise the limit (ulimit -v), or use a machine with more memory."
          : "'facet inspect \(file)' shows what the bundle takes and gives.")
    ])
  }
}
