import ArgumentParser
import FacetBundle
import FacetCompiler
import FacetDiagnostics
import FacetEvaluation
import FacetFiles
import FacetVerification

struct TargetsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "targets", abstract: "List the boards that --target takes, or describe one.",
    discussion:
      "A board's usual name, such as pi4 or jetson, means that board or the target of its kind of CPU. Times of boards are modelled until somebody measures: docs/boards.md."
  )

  @Argument(help: "A target's or a board's name.", completion: .targets) var name: String?
  @Option(
    help: ArgumentHelp(
      "List the kernels that an engine for this CPU or board has, in the order in which they are tried.", valueName: "cpu"),
    completion: .list(KernelTable.all.map(\.cpu)))
  var kernels: String?
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Fit rates of kernels on NAME to what 'facet-run --write-costs' measured there, of several networks, and show how well they say it again.",
      valueName: "costs.json"), completion: .recipes)
  var fit: [String] = []
  @Option(help: ArgumentHelp("With --fit: write the rates, for 'facet plan --rates'.", valueName: "rates.json"), completion: .recipes)
  var writeRates: String?
  @Option(help: ArgumentHelp("With --fit: what was measured: board, system, date.", valueName: "text")) var source: String?
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    if fit.isEmpty, writeRates != nil || source != nil { throw ValidationError("--write-rates and --source go with --fit.") }
    if !fit.isEmpty {
      guard name != nil else { throw ValidationError("--fit needs the name of the board or kind of CPU that was measured.") }
      if let source,
        source.isEmpty || source.utf8.count > 256 || source.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 })
      {
        throw ValidationError("--source is one line of at most 256 bytes.")
      }
      guard Set(fit).count == fit.count else { throw ValidationError("--fit names a file twice.") }
      guard kernels == nil else { throw ValidationError("--fit does not go with --kernels.") }
    }
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
    if let chosen, !fit.isEmpty { return try Console.reporting(json: json) { try fitRates(of: chosen) } }
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

  private func fitRates(of target: Target) throws {
    if let writeRates { try OutputFile.check(writeRates, notOneOf: fit) }
    let fitted = try RatesFit(fit, target: target, source: source ?? "what \(target.name) took")
    let text = json ? try Console.json(fitted) : RatesText(fitted).text + (writeRates.map { "\n\nwritten to \(terminalText($0))" } ?? "")
    try Console.finish(text, writing: writeRates.map { [(path: $0, bytes: Array(fitted.model.text.utf8))] } ?? [])
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

    private enum CodingKeys: CodingKey { case isDefault, levels }

    init(_ target: Target) { (self.target, isDefault) = (target, target.name == Target.defaultName) }

    func encode(to encoder: any Encoder) throws {
      try target.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(isDefault, forKey: .isDefault)
      try container.encode(target.runnableLevels, forKey: .levels)
    }
  }

  private static func describe(_ target: Target) -> String {
    func cache(_ bytes: Int) -> String { bytes == 0 ? "none" : "\(bytes / 1024) KiB" }
    var table = TextTable(leftColumns: 2)
    table.add(["description", target.description])
    table.add(["boards", target.aliases.joined(separator: " ")])
    if !target.like.isEmpty { table.add(["built as", target.like]) }
    table.add(["triple", target.triple])
    table.add(["clang target", target.clangTarget])
    table.add(["engine's kernels", target.isa.joined(separator: ", ")])
    if !target.like.isEmpty { table.add(["that run on it", target.runnableLevels.joined(separator: ", ")]) }
    for cluster in target.clusters {
      table.add([
        "cores",
        "\(cluster.cores) x \(cluster.cpu), \(cluster.megahertz) MHz, \(cluster.level); L1 \(cache(cluster.l1)), L2 \(cache(cluster.l2)); "
          + "\(cluster.instructionsPerCycle) instructions a cycle assumed",
      ])
    }
    table.add(["shared cache", cache(target.l3)])
    table.add(["memory", "\(target.ram >> 20) MiB, \(decimal(Double(target.bandwidth) / 1e9, 1)) GB/s"])
    table.add([
      "other products",
      "\(decimal(Double(target.int8Rate) / 1e9, 2)) G int8, \(decimal(Double(target.float32Rate) / 1e9, 2)) G float32 a second and core",
    ])
    table.add(["activations", target.storedUnsigned ? "uint8 with 128 added" : "int8"])
    if !target.swiftFlags.isEmpty { table.add(["swift flags", target.swiftFlags.joined(separator: " ")]) }
    if !target.cFlags.isEmpty { table.add(["c flags", target.cFlags.joined(separator: " ")]) }
    return target.name + "\n" + table.text()
  }
}
