import FacetFiles
import Glibc

/// The calls by which a file reaches the disk: those of the system, or of a test that lets each of them fail.
struct FileOperations {
  /// As `write(2)`: the number of bytes taken, or -1 with `errno`.
  var write: (Int32, UnsafeRawPointer, Int) -> Int = { Glibc.write($0, $1, $2) }
  /// As `fsync(2)`.
  var flush: (Int32) -> Int32 = { Glibc.fsync($0) }
  /// As `rename(2)`.
  var rename: (String, String) -> Int32 = { old, new in
    FileName.withBytes(old) { old in FileName.withBytes(new) { Glibc.rename(old, $0) } }
  }
}
