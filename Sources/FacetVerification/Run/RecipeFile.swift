import FacetCompiler
import FacetData
import Glibc

/// Files that commands write.
package enum RecipeFile {
  /// Writes a recipe, aside and renamed.
  ///
  /// - Parameter replacing: otherwise a file that exists is an error: it may hold an hour of somebody's work.
  package static func write(_ text: String, to path: String, replacing: Bool) throws(CompileFailure) {
    if !replacing, access(path, F_OK) == 0 {
      throw CompileFailure(
        DataError(
          code: "init.exists", file: path, message: "it exists already", remedy: "Name another file, or give --force to replace it."))
    }
    try OutputFile.write(Array(text.utf8), to: path)
  }
}

package enum OutputFile {
  /// The name means either the whole old content or the whole new one.
  package static func write(_ bytes: [UInt8], to path: String) throws(CompileFailure) {
    do {
      try writeFileAtomically(path, bytes)
    } catch {
      throw CompileFailure(error)
    }
  }
}
