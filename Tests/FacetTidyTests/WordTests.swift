import Foundation
import Testing

/// A word means one thing (docs/structure.md, "Words").
@Suite struct WordTests {
  @Test func noTypeNameIsGivenInTwoParts() {
    var parts: [Substring: Set<String>] = [:]
    for part in Repository.folders("Sources") {
      for file in Repository.files("Sources/\(part)", "swift") {
        for match in Repository.code(file).matches(
          of: /(?m)^((?:(?:public|package|final|indirect|private|fileprivate) )*)(?:struct|enum|class|protocol|typealias|actor) (\w+)/)
        where !match.output.1.contains("private") { parts[match.output.2, default: []].insert(part) }
      }
    }
    #expect(parts.filter { $0.value.count > 1 }.map { "\($0.key): \($0.value.sorted())" }.sorted() == [])
  }

  /// Turns of other languages, or of an earlier version, with what stands in their place.
  private static let turns: [(old: String, new: String)] = [
    ("is no JSON", "is not JSON"), ("held against", "compared with"), ("hold against", "compare with"), ("holds against", "compares with"),
  ]

  @Test(arguments: turns.map(\.old)) func textsSayItInEnglish(_ turn: String) {
    let files =
      Repository.files("Sources", "swift", "c", "h") + Repository.files("docs", "md") + Repository.files("Formats", "md", "json")
      + ["README.md", "BENCHMARKS.md", "CONTRIBUTING.md", "SECURITY.md"]
    #expect(files.filter { Repository.text($0).localizedCaseInsensitiveContains(turn) } == [])
  }
}
