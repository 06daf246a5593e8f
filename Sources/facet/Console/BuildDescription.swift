import FacetCompiler
import FacetImport

/// What `facet --version` prints. Bundles carry `Compiler.version` alone, so that their bytes do not depend on the build.
enum BuildDescription {
  static var text: String { text(commit: buildCommit) }

  /// - Parameter commit: empty where the build had no git.
  static func text(commit: String) -> String {
    let formats = FileFormats.versions.map { "\($0.name) \($0.version)" }.joined(separator: ", ")
    return "\(Compiler.version) (\(commit.isEmpty ? "" : "commit \(commit); ")formats: \(formats))"
  }
}
