import Testing

/// What a part may use stands in docs/structure.md, what it says that it uses in Package.swift, and what it uses in its sources.
@Suite struct DependencyTests {
  private static let manifest = Manifest()

  /// Parts in the order of the page, with those after their arrows.
  private static let arrows: [(part: String, uses: Set<String>)] = {
    let page = Repository.text("docs/structure.md")
    guard let block = page.firstMatch(of: /```\n((?:[^`]|\n)*?)```/)?.output.1 else { return [] }
    return block.split(separator: "\n").compactMap { line in
      guard let match = line.firstMatch(of: /^([A-Za-z-]+)(?: \(C\))? +-> (.+?)(?:   .*)?$/) else { return nil }
      let list = match.output.2.split(separator: ",").map { $0.trimmingPrefix(" ") }.map(String.init)
      return (String(match.output.1), Set(list).subtracting(["nothing"]))
    }
  }()

  /// With what the parts that it may use may use themselves.
  private static func reach(_ part: String) -> Set<String> {
    var result: Set<String> = []
    var open = [part]
    while let next = open.popLast() {
      for use in arrows.first(where: { $0.part == next })?.uses ?? [] where result.insert(use).inserted { open.append(use) }
    }
    return result
  }

  private static var sources: [Manifest.Target] { manifest.targets.filter { $0.folder.hasPrefix("Sources/") } }

  @Test func everyPartStandsOnThePage() {
    // Shims of Debian's libraries hold no code.
    let parts = Self.sources.filter { !Repository.files($0.folder, "swift", "c").isEmpty }.map(\.name)
    let page = Set(Self.arrows.map(\.part))
    #expect(Set(parts).subtracting(page).sorted() == [], "not on the page")
    #expect(page.subtracting(Self.manifest.targets.map(\.name)).sorted() == [], "not in Package.swift")
  }

  @Test(arguments: manifest.targets.map(\.name)) func whatIsImportedIsDeclaredAndTheOtherWayRound(_ name: String) throws {
    let target = try #require(Self.manifest[name])
    guard !Repository.files(target.folder, "swift", "c").isEmpty else { return }
    let used = Self.manifest.used(by: target)
    #expect(used.subtracting(target.dependencies).sorted() == [], "imported, but not declared in Package.swift")
    // The board's program sees only facet.h; what implements it is linked.
    let linked: Set<String> = name == "facet-run" ? ["FacetC"] : []
    let shims = Set(Self.manifest.targets.filter { Repository.files($0.folder, "swift", "c").isEmpty }.map(\.name))
    #expect(target.dependencies.subtracting(used).subtracting(shims).subtracting(linked).sorted() == [], "declared, but not imported")
  }

  @Test(arguments: sources.map(\.name)) func thereIsNoArrowThatThePageDoesNotHave(_ name: String) throws {
    let target = try #require(Self.manifest[name])
    let shims = Set(Self.manifest.targets.filter { Repository.files($0.folder, "swift", "c").isEmpty }.map(\.name))
    #expect(target.dependencies.subtracting(Self.reach(name)).subtracting(shims).sorted() == [])
  }

  @Test func partsStandInAnOrderWithoutCircles() {
    var seen: Set<String> = []
    for (part, uses) in Self.arrows {
      #expect(uses.subtracting(seen).sorted() == [], "\(part) uses what stands below it")
      seen.insert(part)
    }
  }
}
