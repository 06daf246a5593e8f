import FacetBundle
import FacetDiagnostics
import FacetImport

/// A board that bundles are made for, or a kind of CPU that many have: what the compiler lays out and what builds its engine. One JSON in `Targets/`
/// each, carried by the binary. A target never changes values, only layouts.
public struct Target: Sendable, Equatable, Encodable {
  /// `[a-z0-9-]+`, as `--target` takes it.
  public var name: String
  /// A sentence: which boards it stands for.
  public var description: String
  /// What people call boards of this kind: `pi4`. Lower-case letters and digits; the first ones are shown in lists.
  public var aliases: [String]
  /// The kind of CPU that it is like, from which it has what builds its engine; "" for a kind.
  public var like: String
  /// Swift triple, and clang's `--target`.
  public var triple: String
  public var clangTarget: String
  /// Kernel levels that its engine has, best first: those of the table of its kind of CPU.
  public var isa: [String]
  /// Its kinds of cores, those that are used first: the fastest together.
  public var clusters: [Cluster]
  /// Bytes of the last cache, which all cores share (0: none), and of memory: of the smallest board that is sold.
  public var l3: Int
  public var ram: Int
  /// Bytes per second that a core can stream from memory, about.
  public var bandwidth: Int
  /// Multiply-accumulates per second of one core, about, of int8 and of float32 numbers: what time is modelled with where no rate of a kernel
  /// is known.
  public var int8Rate: Int
  public var float32Rate: Int
  /// int8 activations are stored as uint8 with 128 added: what VNNI wants.
  public var storedUnsigned: Bool
  /// Options that its engine's build needs besides those of every board.
  public var swiftFlags: [String]
  public var cFlags: [String]

  /// Cores of one kind.
  public struct Cluster: Sendable, Equatable, Encodable {
    /// In clang's words.
    public var cpu: String
    public var cores: Int
    public var megahertz: Int
    /// The level of kernels that runs on them.
    public var level: String
    /// How many instructions of kernels a core is assumed to do in a cycle, which turns counts of instructions into times.
    public var instructionsPerCycle: Double
    /// Bytes of the data caches of a core (0: none, or shared: see `l3`).
    public var l1: Int
    public var l2: Int

    /// What it does in a second.
    var instructionsPerSecond: Double { Double(megahertz) * 1e6 * instructionsPerCycle }
  }
}

extension Target {
  /// The kind of CPU, as the tables of kernels call it: `aarch64`.
  public var architecture: String { Self.architecture(clangTarget) }

  /// Every kind of CPU, the default one first, then the boards.
  public static let all: [Target] = embedded.reduce(into: []) { known, text in
    if let target = try? parse(Array(text.utf8), file: "target", known: known) { known.append(target) }
  }

  /// What is compiled for where nothing is said. Its bundles run on every x86-64, and, slower, everywhere.
  public static let defaultName = "x86-64-vnni"
}
