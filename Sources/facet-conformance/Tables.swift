import FacetData
import FacetFiles

/// The committed lists of cases.
enum Tables {
  /// Lines that are neither empty nor comments (`#`).
  private static func lines(_ path: String) throws -> [String] {
    String(decoding: try readFile(path, limit: 1 << 20), as: UTF8.self)
      .split(whereSeparator: \.isNewline).map(String.init).filter { !$0.hasPrefix("#") }
  }

  static func cases(_ path: String) throws -> [String] { try lines(path) }

  /// Reasons by case, from lines `case<TAB>reason`.
  static func excluded(_ path: String) throws -> [String: String] {
    var reasons: [String: String] = [:]
    for line in try lines(path) {
      let parts = line.split(separator: "\t", maxSplits: 1).map(String.init)
      guard parts.count == 2, !parts[1].isEmpty else { throw CaseProblem("\(path): '\(line)' is not a case, a tab and a reason") }
      guard reasons.updateValue(parts[1], forKey: parts[0]) == nil else { throw CaseProblem("\(path): '\(parts[0])' is there twice") }
    }
    return reasons
  }
}
