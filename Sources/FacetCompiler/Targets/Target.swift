import FacetBundle
import FacetDiagnostics
import FacetImport

/// A board that bundles are made for: what the compiler lays out and what builds its engine. One JSON in `Targets/` each, carried
/// by the binary. A target never changes values, only layouts.
public struct Target: Sendable, Equatable, Encodable {
  /// `[a-z0-9-]+`, as `--target` takes it.
  public var name: String
  /// A sentence: which boards it stands for.
  public var description: String
  /// What people call boards of this kind: `pi4`. Lower-case letters and digits; the first ones are shown in lists.
  public var aliases: [String]
  /// Swift triple, and clang's `--target`.
  public var triple: String
  public var clangTarget: String
  /// The CPU that costs are estimated for, in clang's words.
  public var cpu: String
  /// Kernel levels that its engine has, best first.
  public var isa: [String]
  public var cores: Int
  /// Bytes of the data caches that a core reaches (0: none), and of memory.
  public var l1: Int
  public var l2: Int
  public var l3: Int
  public var ram: Int
  /// Bytes per second that a core can stream from memory, about.
  public var bandwidth: Int
  /// Multiply-accumulates per second of one core, about, with the best of `isa`: of int8 and of float32 numbers. What `facet plan` models
  /// time with.
  public var int8Rate: Int
  public var float32Rate: Int
  /// int8 activations are stored as uint8 with 128 added: what VNNI wants.
  public var storedUnsigned: Bool
  /// Options that its engine's build needs besides those of every board.
  public var swiftFlags: [String]
  public var cFlags: [String]
}

extension Target {
  /// Every board, the default one first.
  public static let all: [Target] = embedded.compactMap { try? parse(Array($0.utf8), file: "target") }

  /// What is compiled for where nothing is said. Its bundles run on every x86-64, and, slower, everywhere.
  public static let defaultName = "x86-64-vnni"

  /// The board of a name or an alias, whatever their case and the marks in them (`Raspberry Pi 4`); otherwise an error that lists those
  /// there are.
  public static func named(_ name: String) throws(FacetError) -> Target {
    let wanted = bare(name)
    if let target = all.first(where: { $0.name == name || bare($0.name) == wanted || $0.aliases.contains(wanted) }) { return target }
    // Boards whose names differ in a digit are other boards.
    let digits = name.filter(\.isNumber)
    let guess = didYouMean(name, among: acceptedNames.filter { $0.filter(\.isNumber) == digits })
    throw FacetError(
      Diagnostic(
        code: RunErrorCode.targetUnknown, file: name, message: "There is no target \(quoted(name)).",
        remedy: (guess.isEmpty ? "" : guess + " ") + "Targets are \(all.map(\.name).joined(separator: ", ")); "
          + "usual names of boards, such as pi4, are accepted as well: 'facet targets' lists them."))
  }

  /// All that `--target` takes: names first.
  public static var acceptedNames: [String] { all.map(\.name) + all.flatMap(\.aliases) }

  private static func bare(_ name: String) -> String { name.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) } }
}
