import Testing

@testable import FacetDiagnostics

@Suite struct SuggestionTests {
  @Test(
    arguments: [
      ("widht", "width"), ("Heigth", "height"), ("colour", "color"), ("hight", "height"), ("banana", nil), ("", nil),
      (String(repeating: "w", count: 65), nil),
    ] as [(String, String?)])
  func theClosestNameIsMeant(_ name: String, _ meant: String?) {
    #expect(suggestion(for: name, among: ["width", "height", "color"]) == meant)
    #expect(didYouMean(name, among: ["width", "height", "color"]) == (meant.map { "Did you mean '\($0)'?" } ?? ""))
  }

  /// Optimal string alignment: one edit inserts, deletes, replaces or swaps neighbours.
  @Test(arguments: [("", "abc", 3), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "abd", 1), ("abc", "ab", 1), ("ca", "abc", 3)])
  func distancesAreThoseOfOptimalStringAlignment(_ a: String, _ b: String, _ distance: Int) {
    #expect(editDistance(Array(a.unicodeScalars), Array(b.unicodeScalars)) == distance)
    #expect(editDistance(Array(b.unicodeScalars), Array(a.unicodeScalars)) == distance)
  }
}
