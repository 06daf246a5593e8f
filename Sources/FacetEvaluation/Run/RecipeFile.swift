import FacetBundle
import FacetData
import FacetDiagnostics
import FacetFiles
import Glibc

/// Files that commands write.
package enum RecipeFile {
  /// Writes a recipe, aside and renamed.
  ///
  /// - Parameter replacing: otherwise a file that exists is an error: it may hold an hour of somebody's work.
  package static func write(
    _ text: String, to path: String, replacing: Bool, announcing: () throws(FacetError) -> Void = {}
  ) throws(FacetError) {
    if !replacing, FileName.withBytes(path, { access($0, F_OK) }) == 0 {
      throw FacetError(
        Diagnostic(
          code: RunErrorCode.initExists, file: path, message: "it exists already",
          remedy: "Name another file, or give --force to replace it."))
    }
    try OutputFile.write([(path, Array(text.utf8))], announcing: announcing)
  }
}

package enum OutputFile {
  /// Whether `path` may be written, as far as that is known before the work: it is no folder, its folder exists and may be written to, and it is none of the command's own
  /// inputs, which a slip of the hand would replace.
  ///
  /// - Parameter inputs: files or folders that the command reads.
  package static func check(_ path: String, notOneOf inputs: [String]) throws(FacetError) {
    let folder = folder(of: path)
    guard path.isEmpty || FileName.withBytes(folder, { access($0, F_OK) }) == 0 else {
      throw FacetError(
        Diagnostic(
          code: RunErrorCode.outputFolder, file: path, message: "the folder '\(folder)' does not exist",
          remedy: "Make it first, or name another file."))
    }
    var output = stat()
    let exists = FileName.withBytes(path, { stat($0, &output) }) == 0
    let kind = output.st_mode & S_IFMT
    if exists && kind == S_IFDIR {
      throw FacetError(
        Diagnostic(
          code: RunErrorCode.outputFolder, file: path, message: "it is a folder", remedy: "Name the file to write, in it or elsewhere."))
    }
    // What is there and no regular file, such as /dev/null, is written to directly.
    guard exists && kind != S_IFREG || FileName.withBytes(folder, { access($0, W_OK | X_OK) }) == 0 else {
      throw FacetError(
        Diagnostic(
          code: RunErrorCode.outputFolder, file: path,
          message: "the folder '\(folder)' cannot be written to (\(String(cString: strerror(errno))))",
          remedy: "Change its permissions, or name a file elsewhere."))
    }
    guard exists, kind == S_IFREG else { return }
    let isData = Dataset.isRead(String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]))
    for input in inputs {
      guard isSame(input, output) || (isData && isSame(input, as: folder)) else { continue }
      throw FacetError(
        Diagnostic(
          code: RunErrorCode.outputIsInput, file: path, message: "it is read as '\(input)', and would be replaced",
          remedy: "Name another file for the result."))
    }
  }

  private static func isSame(_ path: String, _ other: stat) -> Bool {
    var status = stat()
    return FileName.withBytes(path, { stat($0, &status) }) == 0 && status.st_dev == other.st_dev && status.st_ino == other.st_ino
  }

  private static func isSame(_ path: String, as folder: String) -> Bool {
    var status = stat()
    return FileName.withBytes(folder, { stat($0, &status) }) == 0 && isSame(path, status)
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Each name means either the whole old content or the whole new one. All are on the disk before the first gets its name.
  ///
  /// - Parameter announcing: prints the report, between the two: where that fails, nothing was written.
  package static func write(
    _ files: [(path: String, bytes: [UInt8])], announcing: () throws(FacetError) -> Void = {}
  ) throws(FacetError) {
    let pending: [PendingFile]
    pending = try files.map { file throws(FacetError) in try PendingFile(file.path, file.bytes) }
    try announcing()
    for (file, pending) in zip(files, pending) { try pending.commit(file.bytes) }
  }

  /// Whether a file is a device or pipe that is the standard output, too: a report there would be part of it.
  package static func isStandardOutput(_ path: String) -> Bool {
    var (file, output) = (stat(), stat())
    return FileName.withBytes(path, { stat($0, &file) }) == 0 && fstat(STDOUT_FILENO, &output) == 0 && file.st_mode & S_IFMT != S_IFREG
      && file.st_dev == output.st_dev && file.st_ino == output.st_ino && file.st_rdev == output.st_rdev
  }
}
