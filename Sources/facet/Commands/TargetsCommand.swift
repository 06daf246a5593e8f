import ArgumentParser
import FacetCompiler
import FacetDiagnostics
import FacetVerification

struct TargetsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "targets", abstract: "List the boards that --target takes, or describe one.",
    discussion: "A board's usual name, such as pi4 or jetson, means the target of its kind of CPU.")

  @Argument(help: "A target's or a board's name.", completion: .targets) var name: String?
  @Option(
    help: ArgumentHelp(
      "List the kernels that an engine for this CPU or board has, in the order in which they are tried.", valueName: "cpu"),
    completion: .list(KernelTable.all.map(\.cpu)))
  var kernels: String?
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    if let kernels {
      if name != nil { throw ValidationError("--kernels names its CPU itself: leave out NAME.") }
      if KernelTable.named(kernels) == nil {
        throw ValidationError("--kernels takes \(KernelTable.all.map(\.cpu).joined(separator: ", ")), or a board's name.")
      }
    }
    guard let name else { return }
    try validate(target: name)
  }

  func run() throws {
    if let table = kernels.flatMap(KernelTable.named) {
      return try Console.reporting { print(json ? try Console.json(table) : Self.list(table)) }
    }
    let chosen = try name.map { try Target.named($0) }
    try Console.reporting {
      if let chosen { return print(json ? try Console.json(Listed(chosen)) : Self.describe(chosen)) }
      if json { return print(try Console.json(["targets": Target.all.map(Listed.init)])) }
      var table = TextTable(["target", "boards of this kind", "description"], leftColumns: 3)
      for target in Target.all {
        let shown = target.aliases.prefix(6)
        let more = target.aliases.count > shown.count ? " …" : ""
        table.add([
          target.name, shown.joined(separator: " ") + more,
          target.description + (target.name == Target.defaultName ? " (default)" : ""),
        ])
      }
      print(table.text(indent: "") + "\n\n'facet targets NAME' shows all names of one kind.")
    }
  }

  private static func list(_ table: KernelTable) -> String {
    var levels = TextTable(["level", "instructions"], leftColumns: 2)
    for level in table.levels { levels.add([level.name, level.description]) }
    var kernels = TextTable(["operation", "kernel", "level", "condition", "weights"], leftColumns: 5)
    var last = ""
    for kernel in table.kernels {
      let level = kernel.needs.isEmpty ? kernel.level : "\(kernel.level) with \(kernel.needs)"
      kernels.add([kernel.operation == last ? "" : kernel.operation, kernel.name, level, kernel.condition, kernel.layout])
      last = kernel.operation
    }
    return "\(table.cpu)\n\(levels.text())\n\nThe first kernel of an operation that the CPU has and whose condition holds is taken.\n"
      + kernels.text()
  }

  /// A target as `--json` has it.
  private struct Listed: Encodable {
    var target: Target
    var isDefault: Bool

    private enum CodingKeys: CodingKey { case isDefault }

    init(_ target: Target) { (self.target, isDefault) = (target, target.name == Target.defaultName) }

    func encode(to encoder: any Encoder) throws {
      try target.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(isDefault, forKey: .isDefault)
    }
  }

  private static func describe(_ target: Target) -> String {
    func cache(_ bytes: Int) -> String { bytes == 0 ? "none" : "\(bytes / 1024) KiB" }
    var table = TextTable(leftColumns: 2)
    table.add(["description", target.description])
    table.add(["boards", target.aliases.joined(separator: " ")])
    table.add(["triple", target.triple])
    table.add(["clang target", target.clangTarget])
    table.add(["cpu", target.cpu])
    table.add(["kernels", target.isa.joined(separator: ", ")])
    table.add(["cores", "\(target.cores)"])
    table.add(["L1 / L2 / L3", [target.l1, target.l2, target.l3].map(cache).joined(separator: " / ")])
    table.add(["memory", "\(target.ram >> 20) MiB, \(decimal(Double(target.bandwidth) / 1e9, 1)) GB/s"])
    table.add([
      "products",
      "\(decimal(Double(target.int8Rate) / 1e9, 2)) G int8, \(decimal(Double(target.float32Rate) / 1e9, 2)) G float32 a second and core",
    ])
    table.add(["activations", target.storedUnsigned ? "uint8 with 128 added" : "int8"])
    if !target.swiftFlags.isEmpty { table.add(["swift flags", target.swiftFlags.joined(separator: " ")]) }
    if !target.cFlags.isEmpty { table.add(["c flags", target.cFlags.joined(separator: " ")]) }
    return target.name + "\n" + table.text()
  }
}
