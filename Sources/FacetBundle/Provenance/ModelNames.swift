import FacetFiles
import Glibc

/// What models are called among themselves: the file's name without folder and ending, with as many folders before it as tell
/// them apart: `age`, or `a/model` and `b/model`.
package enum ModelNames {
  /// As many as `paths`, all different where the paths are.
  package static func names(of paths: [String]) -> [String] {
    let parts = paths.map(components)
    return parts.indices.map { index in
      var count = 1
      func name(_ parts: [Substring]) -> String { parts.suffix(count).joined(separator: "/") }
      while count < parts[index].count,
        parts.indices.contains(where: { $0 != index && name(parts[$0]) == name(parts[index]) })
      {
        count += 1
      }
      return name(parts[index])
    }
  }

  private static func components(_ path: String) -> [Substring] {
    var parts = path.split(separator: "/").filter { $0 != "." }
    if let file = parts.last, let dot = file.lastIndex(of: "."), dot > file.startIndex { parts[parts.count - 1] = file[..<dot] }
    return parts.isEmpty ? ["model"] : parts
  }

  /// The index of the first path that names the same file as an earlier one, and that one's.
  package static func repeated(in paths: [String]) -> (index: Int, first: Int)? {
    var files: [FileIdentity: Int] = [:]
    for (index, path) in paths.enumerated() {
      var status = stat()
      guard FileName.withBytes(path, { stat($0, &status) }) == 0 else { continue }
      let file = FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
      if let first = files[file] { return (index, first) }
      files[file] = index
    }
    return nil
  }

  private struct FileIdentity: Hashable {
    var device: UInt64
    var inode: UInt64
  }
}
