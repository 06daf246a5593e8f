import FacetBundle
import FacetDiagnostics

extension Target {
  /// The board of a name or an alias, whatever their case and the marks in them (`Raspberry Pi 4`); otherwise an error that lists those
  /// there are.
  public static func named(_ name: String) throws(FacetError) -> Target {
    let wanted = bare(name)
    if let target = all.first(where: { $0.name == name || bare($0.name) == wanted || $0.aliases.contains(wanted) }) { return target }
    throw FacetError(
      Diagnostic(
        code: RunErrorCode.targetUnknown, file: name, message: "There is no target \(quoted(name)).",
        remedy: near(name) + "Targets are \(all.map(\.name).joined(separator: ", ")); "
          + "usual names of boards, such as pi4, are accepted as well: 'facet targets' lists them."))
  }

  /// All that `--target` takes: names first.
  public static var acceptedNames: [String] { all.map(\.name) + all.flatMap(\.aliases) }

  private static func bare(_ name: String) -> String { name.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) } }

  /// A sentence on what may have been meant; "" where nothing is like it.
  private static func near(_ name: String) -> String {
    let wanted = bare(name)
    // A name without its number, or with one that no board has, may be any of those that differ in nothing else.
    let beginnings = [wanted, String(wanted.prefix { !$0.isNumber })].filter { $0.count > 1 }
    for find in [Target.nameBeginning, Target.nameOfWords] {
      for beginning in beginnings {
        let found = all.compactMap { find($0)(beginning) }
        if !found.isEmpty { return "Boards of such a name are \(found.prefix(8).joined(separator: ", ")). " }
      }
    }
    // Boards whose names differ in a digit are other boards.
    let digits = name.filter(\.isNumber)
    let guess = didYouMean(name, among: acceptedNames.filter { $0.filter(\.isNumber) == digits })
    return guess.isEmpty ? "" : guess + " "
  }

  /// What to call it where one of its names begins so: a board by its own name, a kind of CPU by that of the board.
  private func nameBeginning(_ beginning: String) -> String? {
    if Self.bare(name).hasPrefix(beginning) { return name }
    guard let alias = aliases.first(where: { $0.hasPrefix(beginning) }) else { return nil }
    return like.isEmpty ? alias : name
  }

  /// Its name where words of its description begin so.
  private func nameOfWords(_ beginning: String) -> String? {
    let words = description.split { !$0.isASCII || !($0.isLetter || $0.isNumber) }.map { $0.lowercased() }
    return words.indices.contains { words[$0...].joined().hasPrefix(beginning) } ? name : nil
  }
}
