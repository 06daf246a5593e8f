import Testing

/// Folders of a part stand in a row, too: none uses another one that uses it. Files beside the folders are above them.
@Suite struct FolderTests {
  private static let parts = Repository.folders("Sources").filter { !Repository.files("Sources/\($0)", "swift").isEmpty }

  private static func folder(_ file: String, of part: String) -> String {
    let names = file.split(separator: "/").dropFirst(2)
    return names.count > 1 ? String(names.first ?? "") : ""
  }

  @Test(arguments: parts) func noCircleAmongTheFoldersOf(_ part: String) {
    let files = Repository.files("Sources/\(part)", "swift")
    let texts = files.map { Repository.code($0) }
    // Types and functions outside of types: what a file of another folder can name.
    var home: [Substring: String] = [:]
    for (file, text) in zip(files, texts) {
      let own = Self.folder(file, of: part)
      for match in text.matches(
        of: /(?m)^((?:(?:public|package|final|indirect|private|fileprivate) )*)(?:struct|enum|class|protocol|typealias|actor) (\w+)/)
      where !match.output.1.contains("private") { home[match.output.2] = own }
    }
    var uses: [String: [String: String]] = [:]
    for (file, text) in zip(files, texts) {
      let own = Self.folder(file, of: part)
      for match in text.matches(of: /(?:^|[^.\w])([A-Z]\w*)/) {
        if let other = home[match.output.1], other != own { uses[own, default: [:]][other] = "\(file) names \(match.output.1)" }
      }
    }
    for start in uses.keys.sorted() {
      var reached: Set<String> = []
      var open = [start]
      while let next = open.popLast() {
        for other in (uses[next] ?? [:]).keys where reached.insert(other).inserted { open.append(other) }
      }
      #expect(!reached.contains(start), "\(start.isEmpty ? part : start): \((uses[start] ?? [:]).values.sorted())")
    }
  }
}
