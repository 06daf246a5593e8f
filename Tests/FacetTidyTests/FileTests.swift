import Testing

/// Files are read in one sitting, and say what they are for.
@Suite struct FileTests {
  /// Tables: generated, or data of one kind.
  private static let tables: Set<String> = [
    "Sources/COnnx/onnx.pb-c.c", "Sources/COnnx/include/onnx.pb-c.h", "Sources/facet-kernel-test/exp_table.h",
    "Sources/FacetFiles/FileErrorCode.swift",
  ]

  private static func lines(_ file: String) -> Int {
    Repository.text(file).split(separator: "\n", omittingEmptySubsequences: false).count - 1
  }

  @Test func theMedianFileHasAtMost100Lines() {
    let lengths = Repository.files("Sources", "swift", "c", "h").filter { !Self.tables.contains($0) }.map(Self.lines).sorted()
    #expect(lengths.count > 300 && lengths[lengths.count / 2] <= 100)
  }

  @Test func noFileIsLongerThan400LinesButTables() {
    let files = Repository.files("Sources", "swift", "c", "h") + Repository.files("Tests", "swift")
    #expect(files.filter { !Self.tables.contains($0) && Self.lines($0) > 400 } == [])
    #expect(Self.tables.filter { Self.lines($0) == 0 } == [])
  }

  /// A file `Type+Others.swift` says nothing of what it holds.
  @Test func namesSayWhatFilesHold() {
    let vague: Set<Substring> = ["Others", "Misc", "Utilities", "Helpers", "Utils", "Common", "Stuff"]
    let bad = Repository.files("Sources", "swift", "c", "h").filter { file in
      (file.split(separator: "/").last ?? "").split(whereSeparator: { "+._".contains($0) }).contains(where: vague.contains)
    }
    #expect(bad == [])
  }

  /// `NAME/NAME.swift` tells newcomers what a part is for.
  @Test(arguments: Repository.folders("Sources").filter { !Repository.files("Sources/\($0)", "swift").isEmpty && $0.hasPrefix("Facet") })
  func thePartsFirstFileSaysWhatItIsFor(_ part: String) {
    #expect(Repository.text("Sources/\(part)/\(part).swift").firstMatch(of: /(?m)^\/\/\/? \w/) != nil, "Sources/\(part)/\(part).swift")
  }
}
