/// The targets of Package.swift, read as text.
struct Manifest {
  struct Target {
    var name: String
    var folder: String
    /// Targets of this package.
    var dependencies: Set<String>
  }

  let targets: [Target]

  init() {
    var targets: [Target] = []
    for part in Repository.text("Package.swift").split(separator: /\n    \.(?=target|executableTarget|testTarget|systemLibrary|plugin)/)
      .dropFirst()
    {
      guard let name = part.firstMatch(of: /name: "([^"]+)"/)?.output.1, !part.hasPrefix("plugin") else { continue }
      let path = part.firstMatch(of: /path: "([^"]+)"/)?.output.1
      let list = part.firstMatch(of: /dependencies: \[((?:[^\[\]]|\n)*)\]/)?.output.1 ?? ""
      let own = list.replacing(/\.product\([^)]*\)/, with: "")
      targets.append(
        Target(
          name: String(name), folder: path.map(String.init) ?? (part.hasPrefix("testTarget") ? "Tests/\(name)" : "Sources/\(name)"),
          dependencies: Set(own.matches(of: /"([^"]+)"/).map { String($0.output.1) })))
    }
    self.targets = targets
  }

  subscript(_ name: String) -> Target? { targets.first { $0.name == name } }

  /// What stands in the sources of a target: modules that Swift imports, and targets whose headers C includes.
  func used(by target: Target) -> Set<String> {
    var used: Set<String> = []
    let names = Set(targets.map(\.name))
    for file in Repository.files(target.folder, "swift") {
      for match in Repository.text(file).matches(of: /(?m)^(?:@testable )?import (?:\w+ )?(\w+)/) { used.insert(String(match.output.1)) }
    }
    let headers = Dictionary(
      targets.flatMap { target in
        Repository.files("Sources/\(target.name)/include", "h").map { ($0.split(separator: "/").last ?? "", target.name) }
      },
      uniquingKeysWith: { first, _ in first })
    for file in Repository.files(target.folder, "c", "h", "inc") {
      for match in Repository.text(file).matches(of: /#include ["<]([^">]+)[">]/) {
        if let owner = headers[match.output.1.split(separator: "/").last ?? ""] { used.insert(owner) }
      }
    }
    return used.intersection(names).subtracting([target.name])
  }
}
