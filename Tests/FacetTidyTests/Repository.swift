import Foundation

/// The sources as text: what these tests look at. Nothing outside the repository is read.
enum Repository {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func text(_ path: String) -> String { (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? "" }

  /// Paths of all files below a folder, relative to the root, in order.
  static func files(_ folder: String, _ endings: String...) -> [String] {
    let names = FileManager.default.enumerator(atPath: root.appending(path: folder).path)?.compactMap { $0 as? String } ?? []
    return names.filter { name in endings.contains { name.hasSuffix("." + $0) } }.sorted().map { "\(folder)/\($0)" }
  }

  static func folders(_ folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)) ?? []
    return names.sorted().filter { name in
      (try? root.appending(path: "\(folder)/\(name)").resourceValues(forKeys: [.isDirectoryKey]).isDirectory) == true
    }
  }

  /// Swift without comments, and without the texts of its strings (what is inserted into them stays).
  static func code(_ path: String) -> String {
    text(path).replacing(/\/\/[^\n]*/, with: "")
      .replacing(/"(?:\\\([^"\n]*?\)|\\.|[^"\\\n])*"/) { match in
        match.output.matches(of: /\\\(([^"\n]*?)\)/).map { String($0.output.1) }.joined(separator: " ")
      }
  }
}
